import type { Distortion, SimulatedDevice } from './devices/simulated-device.ts';
import type { FaultPlan, FaultWindow, PassingFault } from './fault-plan.ts';
import { garble, randomGarbageKind, split } from './garble.ts';
import { MbapFraming, concat } from './mbap-framing.ts';
import type { MbapFrame } from './mbap-framing.ts';
import { exceptionFrame } from './modbus-slave.ts';
import type { Answer, ModbusSlave, Reply, SlaveConnection } from './modbus-slave.ts';
import { SeededRandom } from './random.ts';

/** `ignore`: the attempt times out. A shell that cannot drop a SYN accepts and never answers. */
export type ConnectionDecision = 'accept' | 'refuse' | 'ignore';

/** The pieces of a split answer come this far apart. */
const pieceGapMs = 4;

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

  constructor(slave: ModbusSlave, plan: FaultPlan) {
    this.slave = slave;
    this.plan = plan;
    const devices = [...slave.units.values()];
    this.#soleDevice = devices.length === 1 ? devices[0] : undefined;
    for (const device of devices) {
      for (const momentMs of plan.momentsMs(device.id)) device.home.remember(momentMs);
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
    return new FaultyConnection(this, openedMs);
  }

  /** True when the device of an open connection does not answer. A device alone on its port refuses only newcomers. */
  isSilenced(fault: PassingFault): boolean {
    if (fault.kind === 'refuse') return this.#soleDevice === undefined;
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

/** One connection to a faulty slave. */
export class FaultyConnection implements SlaveConnection {
  readonly #owner: FaultySlave;
  readonly #openedMs: number;
  readonly #framing = new MbapFraming();
  #heldBack: Uint8Array | undefined;
  /** Between these times no device of the port has a fault, and none begins. */
  #calmFromMs = Infinity;
  #calmUntilMs = -Infinity;

  constructor(owner: FaultySlave, openedMs: number) {
    this.#owner = owner;
    this.#openedMs = openedMs;
  }

  /** True when the device has closed the connection by now, traffic or not. */
  isClosed(nowMs: number): boolean {
    return this.#owner.fate(this.#openedMs, nowMs) === 'closed';
  }

  handle(bytes: Uint8Array, nowMs: number): Reply {
    if (nowMs < this.#calmUntilMs && nowMs >= this.#calmFromMs) return this.#handleCalmly(bytes, nowMs);
    const fate = this.#owner.fate(this.#openedMs, nowMs);
    if (fate === 'closed' || fate === 'forgotten') return { answers: [], close: true };
    if (fate === 'dead') return { answers: [] };
    const answers = this.#framing.push(bytes).flatMap((frame) => this.#answer(frame, nowMs));
    if (this.#heldBack === undefined)
      [this.#calmFromMs, this.#calmUntilMs] = [nowMs, this.#owner.calmUntilMs(nowMs)];
    return this.#framing.isBroken ? { answers, close: true } : { answers };
  }

  /** Most of the time nothing is wrong: then nothing has to be looked up. */
  #handleCalmly(bytes: Uint8Array, nowMs: number): Reply {
    const { slave, plan } = this.#owner;
    const answers: Answer[] = [];
    for (const frame of this.#framing.push(bytes)) {
      const deviceId = slave.units.get(frame.unitId)?.id ?? '';
      const countersResetAtMs = plan.lastCounterResetMs(deviceId, nowMs);
      const answer = slave.answer(frame, nowMs, { frozenAtMs: undefined, countersResetAtMs });
      if (answer !== undefined) answers.push({ delayMs: slave.latencyMs, bytes: answer });
    }
    return this.#framing.isBroken ? { answers, close: true } : { answers };
  }

  #answer(frame: MbapFrame, nowMs: number): Answer[] {
    const { slave, plan } = this.#owner;
    const deviceId = slave.units.get(frame.unitId)?.id ?? '';
    const fault = plan.activeFault(deviceId, nowMs);
    if (fault !== undefined && this.#owner.isSilenced(fault)) return [];
    if (fault?.kind === 'exception') return this.#send(exceptionFrame(frame, fault.code), slave.latencyMs);

    const answer = slave.answer(frame, nowMs, distortionOf(plan, deviceId, nowMs));
    if (answer === undefined) return [];
    if (fault?.kind === 'garbage') return this.#garbled(fault, answer, nowMs);
    return this.#send(answer, slave.latencyMs + (fault?.kind === 'slow' ? fault.delayMs : 0));
  }

  /** Chance here depends on the moment and the request alone, so that it does not depend on earlier traffic. */
  #garbled(fault: FaultWindow & { kind: 'garbage' }, answer: Uint8Array, nowMs: number): Answer[] {
    const { slave, plan } = this.#owner;
    const random = new SeededRandom(
      `garbage ${plan.seed} ${fault.startMs} ${nowMs} ${answer[0]} ${answer[1]}`,
    );
    const kind = fault.garbage ?? randomGarbageKind(random);
    if (kind === 'merged-late' && this.#heldBack === undefined) {
      this.#heldBack = answer;
      return [];
    }
    if (kind === 'merged-late') return this.#send(answer, slave.latencyMs);
    if (kind === 'split') {
      const delayMs = (index: number): number => slave.latencyMs + index * pieceGapMs;
      return split(answer, random).map((bytes, index) => ({ delayMs: delayMs(index), bytes }));
    }
    return this.#send(garble(kind, answer, random), slave.latencyMs);
  }

  /** An answer held back before goes out in one piece with the next. */
  #send(answer: Uint8Array, delayMs: number): Answer[] {
    const bytes = this.#heldBack === undefined ? answer : concat([this.#heldBack, answer]);
    this.#heldBack = undefined;
    return [{ delayMs, bytes }];
  }
}

function distortionOf(plan: FaultPlan, deviceId: string, nowMs: number): Distortion {
  const fault = plan.activeFault(deviceId, nowMs);
  const frozenAtMs = fault?.kind === 'frozen' ? fault.startMs : undefined;
  return { frozenAtMs, countersResetAtMs: plan.lastCounterResetMs(deviceId, frozenAtMs ?? nowMs) };
}
