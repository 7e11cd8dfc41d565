import { concat } from './bytes.ts';
import type { Distortion } from './devices/simulated-device.ts';
import type { FaultPlan, PassingFault } from './fault-plan.ts';
import type { FaultySlave } from './faulty-slave.ts';
import type { Framing, IncomingRequest } from './framing.ts';
import { exceptionPdu } from './function-codes.ts';
import type { Answer, Reply, SlaveConnection } from './modbus-slave.ts';
import { SeededRandom } from './random.ts';

type Garbage = PassingFault & { readonly kind: 'garbage' };

/** What one chunk of requests has led to so far. */
interface Outcome {
  readonly answers: Answer[];
  /** Until when the wire carries earlier exchanges. */
  wireBusyMs: number;
  isReset: boolean;
}

/** A request and what is wrong with its device. */
interface Asked {
  readonly request: IncomingRequest;
  readonly fault: PassingFault | undefined;
  readonly nowMs: number;
}

/** One connection to a faulty slave. */
export class FaultyConnection implements SlaveConnection {
  readonly #owner: FaultySlave;
  readonly #openedMs: number;
  readonly #framing: Framing;
  #heldBack: Uint8Array | undefined;
  /** Between these times no device of the port has a fault, and none begins. */
  #calmFromMs = Infinity;
  #calmUntilMs = -Infinity;

  constructor(owner: FaultySlave, openedMs: number, framing: Framing) {
    this.#owner = owner;
    this.#openedMs = openedMs;
    this.#framing = framing;
  }

  /** True when the device has closed the connection by now, traffic or not. */
  isClosed(nowMs: number): boolean {
    return this.#owner.fate(this.#openedMs, nowMs) === 'closed';
  }

  handle(bytes: Uint8Array, nowMs: number): Reply {
    // Most of the time nothing is wrong: then nothing has to be looked up.
    const isCalm = nowMs < this.#calmUntilMs && nowMs >= this.#calmFromMs;
    const fate = isCalm ? 'alive' : this.#owner.fate(this.#openedMs, nowMs);
    if (fate === 'closed' || fate === 'forgotten') return { answers: [], close: true };
    if (fate === 'dead') return { answers: [] };

    const outcome = this.#answerAll(bytes, nowMs, isCalm);
    if (!isCalm && this.#heldBack === undefined)
      [this.#calmFromMs, this.#calmUntilMs] = [nowMs, this.#owner.calmUntilMs(nowMs)];
    const { answers } = outcome;
    if (outcome.isReset) return { answers, close: true, isReset: true };
    return this.#framing.isBroken ? { answers, close: true } : { answers };
  }

  #answerAll(bytes: Uint8Array, nowMs: number, isCalm: boolean): Outcome {
    const outcome: Outcome = { answers: [], wireBusyMs: 0, isReset: false };
    for (const incoming of this.#framing.push(bytes)) {
      if (outcome.isReset) break;
      if (incoming.kind === 'own') this.#send(outcome, incoming.bytes, {});
      else this.#answer({ request: incoming, nowMs, fault: this.#faultOf(incoming, nowMs, isCalm) }, outcome);
    }
    return outcome;
  }

  #faultOf({ unitId }: IncomingRequest, nowMs: number, isCalm: boolean): PassingFault | undefined {
    return isCalm ? undefined : this.#owner.plan.activeFault(this.#deviceId(unitId), nowMs);
  }

  #deviceId(unitId: number): string {
    return this.#owner.slave.units.get(unitId)?.id ?? '';
  }

  #answer(asked: Asked, outcome: Outcome): void {
    const { request, fault, nowMs } = asked;
    const { slave, plan } = this.#owner;
    if (request.unitId === this.#framing.broadcastUnitId) {
      slave.broadcast(request.pdu, nowMs);
      return;
    }
    if (fault !== undefined && this.#owner.isSilenced(fault)) {
      this.#sendSilence(outcome, request);
      return;
    }
    const pdu =
      fault?.kind === 'exception'
        ? exceptionPdu(request.pdu, fault.code)
        : slave.answer(request, nowMs, distortionOf(plan, this.#deviceId(request.unitId), asked));
    if (pdu === undefined || fault?.kind === 'mute') this.#sendSilence(outcome, request);
    else this.#sendFrame(outcome, asked, request.frame(pdu));
  }

  #sendSilence(outcome: Outcome, request: IncomingRequest): void {
    const bytes = request.silence?.();
    if (bytes !== undefined) this.#send(outcome, bytes, { delayMs: this.#owner.slave.latencyMs });
  }

  #sendFrame(outcome: Outcome, asked: Asked, frame: Uint8Array): void {
    const { request, fault } = asked;
    const { latencyMs } = this.#owner.slave;
    const wireMs = this.#framing.wireMs(request.bytes.length, frame.length);
    if (fault?.kind === 'garbage') {
      this.#sendGarbled(outcome, { asked, fault, frame, wireMs });
      return;
    }
    const isReset = fault?.kind === 'reset';
    const bytes = isReset ? frame.subarray(0, frame.length >>> 1) : frame;
    this.#send(outcome, bytes, { delayMs: latencyMs + (fault?.kind === 'slow' ? fault.delayMs : 0), wireMs });
    outcome.isReset = isReset;
  }

  /** Chance here depends on the moment and the answer alone, so that it does not depend on earlier traffic. */
  #sendGarbled(
    outcome: Outcome,
    { asked, fault, frame, wireMs }: { asked: Asked; fault: Garbage; frame: Uint8Array; wireMs: number },
  ): void {
    const { request, nowMs } = asked;
    const random = new SeededRandom(
      `garbage ${this.#owner.plan.seed} ${fault.startMs} ${nowMs} ${frame[0]} ${frame[1]}`,
    );
    const kind = fault.garbage ?? random.pick(this.#framing.garbageKinds);
    if (kind === 'merged-late' && this.#heldBack === undefined) {
      this.#heldBack = frame;
      return;
    }
    const pieces =
      kind === 'merged-late' ? [frame] : this.#framing.garble(kind, { request, bytes: frame }, random);
    const { latencyMs } = this.#owner.slave;
    const [whole] = pieces;
    if (whole !== undefined && pieces.length === 1) {
      this.#send(outcome, whole, { delayMs: latencyMs, wireMs });
      return;
    }
    outcome.wireBusyMs += wireMs;
    for (const [index, piece] of pieces.entries()) {
      const delayMs = outcome.wireBusyMs + latencyMs + index * this.#framing.pieceGapMs;
      outcome.answers.push({ delayMs, bytes: piece });
    }
  }

  /** An answer held back before goes out in one piece with the next. */
  #send(
    outcome: Outcome,
    answer: Uint8Array,
    { delayMs = 0, wireMs = 0 }: { delayMs?: number; wireMs?: number },
  ): void {
    const bytes = this.#heldBack === undefined ? answer : concat([this.#heldBack, answer]);
    this.#heldBack = undefined;
    outcome.wireBusyMs += wireMs;
    outcome.answers.push({ delayMs: outcome.wireBusyMs + delayMs, bytes });
  }
}

/** How the device's values depart from the truth now. */
function distortionOf(plan: FaultPlan, deviceId: string, { fault, nowMs }: Asked): Distortion {
  const frozenAtMs = fault?.kind === 'frozen' ? fault.startMs : undefined;
  const { countersResetAtMs, counterShiftWh, serialNumber } = plan.lastingState(
    deviceId,
    frozenAtMs ?? nowMs,
  );
  const noiseWh =
    fault?.kind === 'counter-noise' ? counterNoiseWh(plan.seed, deviceId, fault.byWh, nowMs) : 0;
  return { frozenAtMs, countersResetAtMs, counterShiftWh: counterShiftWh - noiseWh, serialNumber };
}

function counterNoiseWh(seed: number, deviceId: string, byWh: number, nowMs: number): number {
  return new SeededRandom(`counters ${seed} ${deviceId} ${nowMs}`).between(0, byWh);
}
