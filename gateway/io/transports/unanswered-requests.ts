import type { Clock } from '../../core/clock.ts';

interface Unanswered {
  count: number;
  untilMs: number;
}

/** A device that has not answered for so long will not answer any more. */
const lateMsMax = 10_000;
/** The same once it answers again. */
const settledMsMax = 2_000;
/** Of the same unit and function. */
const countMax = 2;

/**
 * Requests that were given up although the device may have got them. Where answers carry no id, a late one
 * looks like the answer to the next request of the same unit and function.
 */
export class UnansweredRequests {
  readonly #clock: Clock;
  readonly #byKey = new Map<number, Unanswered>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(unit: number, functionCode: number): void {
    const count = Math.min(this.count(unit, functionCode) + 1, countMax);
    const untilMs = this.#clock.monotonic() + lateMsMax;
    this.#byKey.set(keyOf(unit, functionCode), { count, untilMs });
  }

  /** How many of them may still be answered. */
  count(unit: number, functionCode: number): number {
    const key = keyOf(unit, functionCode);
    const unanswered = this.#byKey.get(key);
    if (unanswered === undefined) return 0;
    if (unanswered.untilMs > this.#clock.monotonic()) return unanswered.count;
    this.#byKey.delete(key);
    return 0;
  }

  /** A late answer has come: there is one less. */
  drop(unit: number, functionCode: number): void {
    const unanswered = this.#byKey.get(keyOf(unit, functionCode));
    if (unanswered === undefined) return;
    unanswered.count -= 1;
    if (unanswered.count === 0) this.#byKey.delete(keyOf(unit, functionCode));
  }

  /** The device answers, to whatever: what it has still to say comes soon. */
  settle(unit: number, functionCode: number): void {
    const unanswered = this.#byKey.get(keyOf(unit, functionCode));
    if (unanswered === undefined) return;
    unanswered.untilMs = Math.min(unanswered.untilMs, this.#clock.monotonic() + settledMsMax);
  }
}

function keyOf(unit: number, functionCode: number): number {
  return unit * 256 + functionCode;
}
