import assert from 'node:assert';
import type { Test } from 'tap';
import { noSerialLines } from '../../../gateway/core/serial-lines.ts';
import { findTransport } from '../../../gateway/io/transports/index.ts';
import type { RegisterTransport, TransportDefinition } from '../../../gateway/io/transports/transport.ts';
import { createRealNetwork } from '../../../gateway/system/real-network.ts';
import { listenOnLoopback } from './loopback-slave.ts';
import { memoryWires } from './memory-wires.ts';
import { slaveFramings } from './slave-framings.ts';
import { StillClock } from './still-clock.ts';
import { TestSlave } from './test-slave.ts';

/** A transport, the slave at its other end, and the time between them. */
export interface TransportBench {
  readonly transport: RegisterTransport;
  readonly slave: TestSlave;
  readonly clock: StillClock;
}

interface BenchOptions {
  readonly connectDelayMs?: number;
  readonly requestGapMs?: number;
}

export type TransportId = keyof typeof slaveFramings;

const loggerSerial = 1_700_000_001;

const line = { path: '/dev/serial/by-id/usb-test', baudRate: 9_600, parity: 'none', stopBits: 1 } as const;
const unresolved = { resolve: (host: string) => Promise.resolve([host]) };

/** In memory: every byte arrives in its own turn, and time goes on only where it is waited for. */
export function startInMemory(t: Test, id: TransportId, options: BenchOptions = {}): TransportBench {
  const slave = new TestSlave(slaveFramings[id]);
  const clock = new StillClock();
  const definition = definitionOf(id);
  const endpoint = definition.endpoint === 'serial' ? line : { host: '192.168.1.7', port: 502 };
  const transport = definition.create(
    { endpoint, ...loggerOf(definition), connectDelayMs: 0, requestGapMs: 0, ...options },
    { ...memoryWires(slave), ...clock.ports() },
  );
  t.teardown(() => transport.close());
  return { transport, slave, clock };
}

/** Over a real socket on loopback. */
export async function startOnLoopback(t: Test, id: TransportId): Promise<TransportBench> {
  const slave = new TestSlave(slaveFramings[id]);
  const clock = new StillClock();
  const server = await listenOnLoopback(slave);
  const definition = definitionOf(id);
  const network = createRealNetwork({ resolver: unresolved, refuseAddress: () => undefined });
  const transport = definition.create(
    {
      endpoint: { host: '127.0.0.1', port: server.port },
      ...loggerOf(definition),
      connectDelayMs: 0,
      requestGapMs: 0,
    },
    { network, serial: noSerialLines, ...clock.ports() },
  );
  t.teardown(async () => {
    transport.close();
    await server.close();
  });
  return { transport, slave, clock };
}

function definitionOf(id: string): TransportDefinition {
  const definition = findTransport(id);
  assert(definition !== undefined, `there is a transport ${id}`);
  return definition;
}

function loggerOf({ needsLoggerSerial }: TransportDefinition): { loggerSerial?: number } {
  return needsLoggerSerial ? { loggerSerial } : {};
}
