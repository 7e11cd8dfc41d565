import type { DeviceTransportConfig } from '../gateway/config/config.ts';
import { usualSerialSettings } from '../gateway/core/serial-lines.ts';
import type { FaultySlave } from '../modbus-sim/faulty-slave.ts';
import { SimulatedNetwork } from './simulated-network.ts';
import { SimulatedSerialLines } from './simulated-serial-lines.ts';
import type { WireParts } from './simulated-wire.ts';

/** How virtual devices are framed: on TCP ports, or on serial lines. */
export type VirtualFraming = 'tcp' | 'rtu-over-tcp' | 'rtu';

/** A line of the virtual home: a TCP port or a serial line, with all its units. */
export interface VirtualLine {
  readonly framing: VirtualFraming;
  readonly slave: FaultySlave;
}

const transportKinds = { tcp: 'modbus-tcp', 'rtu-over-tcp': 'rtu-over-tcp' } as const;
const host = '127.0.0.1';
const firstPort = 15_020;

/** Where the `index`th line is found. */
export function virtualTransport(framing: VirtualFraming, index: number): DeviceTransportConfig {
  if (framing === 'rtu') return { kind: 'modbus-rtu', path: pathOf(index), ...usualSerialSettings };
  return { kind: transportKinds[framing], host, port: firstPort + index };
}

/** The network and the serial lines on which the lines are found. */
export function virtualWires(
  lines: readonly VirtualLine[],
  wire: WireParts,
): { readonly network: SimulatedNetwork; readonly serial: SimulatedSerialLines } {
  const placed = lines.map((line, index) => ({ ...line, index }));
  const peers = placed.filter(({ framing }) => framing !== 'rtu');
  const serial = placed.filter(({ framing }) => framing === 'rtu');
  return {
    network: new SimulatedNetwork(
      wire,
      peers.map(({ slave, index }) => ({ host, port: firstPort + index, slave })),
    ),
    serial: new SimulatedSerialLines(
      wire,
      new Map(serial.map(({ slave, index }) => [pathOf(index), slave] as const)),
    ),
  };
}

function pathOf(index: number): string {
  return `/dev/serial/by-id/usb-simulated-${index}`;
}
