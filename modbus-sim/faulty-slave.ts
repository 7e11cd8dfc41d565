import type { SimulatedDevice } from './devices/simulated-device.ts';
import type { FaultPlan, PassingFault } from './fault-plan.ts';
import { FaultyConnection } from './faulty-connection.ts';
import type { Framing } from './framing.ts';
import { MbapFraming } from './mbap-framing.ts';
import type { ModbusSlave } from './modbus-slave.ts';

export type { FaultyConnection };

/** `ignore`: the attempt times out. A shell that cannot drop a SYN accepts and never answers. */
export type ConnectionDecision = 'accept' | 'refuse' | 'ignore';

export interface FaultySlaveOptions {
  /** How each connection is framed. Default: Modbus TCP. */
  readonly framing?: () => Framing;
  /** A serial line cannot be refused, reset or hung up: such a fault only silences its unit. */
  readonly isSerialLine?: boolean;
}

/**
 * A slave under a fault plan. Pure: what it does depends on the plan, the bytes and the times given.
 *
 * A fault belongs to a device. Where several devices stand behind one port, the port's owner lives on: half-open,
 * refuse and reboot then only silence the device.
 */
export class FaultySlave {
  readonly slave: ModbusSlave;
  readonly plan: FaultPlan;
  /** The one device of the port, when it is alone there. */
  readonly #soleDevice: SimulatedDevice | undefined;
  readonly #framing: () => Framing;

  constructor(slave: ModbusSlave, plan: FaultPlan, options: FaultySlaveOptions = {}) {
    this.slave = slave;
    this.plan = plan;
    this.#framing = options.framing ?? ((): Framing => new MbapFraming());
    const devices = [...slave.units.values()];
    this.#soleDevice = devices.length === 1 && options.isSerialLine !== true ? devices[0] : undefined;
    for (const device of devices) {
      for (const momentMs of plan.momentsMs(device.id)) device.home.remember(momentMs);
      const reboots = plan.windows(device.id).filter((fault) => fault.kind === 'reboot');
      device.rebootAt(reboots.map((fault) => fault.startMs));
    }
  }

  acceptsConnection(nowMs: number): ConnectionDecision {
    if (this.#soleDevice === undefined) return 'accept';
    const fault = this.plan.activeFault(this.#soleDevice.id, nowMs);
    if (fault?.kind === 'refuse' || fault?.kind === 'reboot') return 'refuse';
    return fault?.kind === 'half-open' ? 'ignore' : 'accept';
  }

  /** Until when nothing is wrong with any device of the port; `nowMs` when something is. */
  calmUntilMs(nowMs: number): number {
    return Math.min(...[...this.slave.units.values()].map(({ id }) => this.plan.calmUntilMs(id, nowMs)));
  }

  openConnection(openedMs: number): FaultyConnection {
    return new FaultyConnection(this, openedMs, this.#framing());
  }

  /** True when the device of an open connection does not answer. A device alone on its port refuses only newcomers. */
  isSilenced(fault: PassingFault): boolean {
    if (fault.kind === 'refuse' || fault.kind === 'reset') return this.#soleDevice === undefined;
    return fault.kind === 'silent' || fault.kind === 'half-open' || fault.kind === 'reboot';
  }

  /**
   * What has become of a connection: `closed` by the device, `dead` (no bytes come or go), or `forgotten`: the device is
   * back from a half-open time, knows nothing of the connection, and resets it at the next bytes.
   */
  fate(openedMs: number, nowMs: number): 'alive' | 'closed' | 'dead' | 'forgotten' {
    const device = this.#soleDevice;
    if (device === undefined) return 'alive';
    // A connection the shell could not but accept during a half-open window is dead from the start.
    const atOpening = this.plan.activeFault(device.id, openedMs);
    const faults = this.plan.faultsBegun(device.id, openedMs, nowMs);
    const half =
      atOpening?.kind === 'half-open' ? atOpening : faults.find((fault) => fault.kind === 'half-open');
    if (faults.some((fault) => fault.kind === 'reboot')) return 'closed';
    if (half === undefined) return 'alive';
    return nowMs < half.endMs ? 'dead' : 'forgotten';
  }
}
