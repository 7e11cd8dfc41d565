import type { MonotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';

/** Meters say something new every 10 s at most. */
const standstillMsMax = 300_000;

/**
 * Notices a bridge that goes on answering what its meter last said, because the cable is out: the meter's own time
 * stands still.
 */
export class FrozenWatch {
  #said: string | undefined;
  #sinceMs: MonotonicMs | undefined;

  /** Whether the same has been said for five minutes; what says nothing never stands still. */
  standsStill(said: string | undefined, nowMs: MonotonicMs): boolean {
    if (said !== undefined && said === this.#said && this.#sinceMs !== undefined)
      return nowMs - this.#sinceMs > standstillMsMax;
    this.#said = said;
    this.#sinceMs = nowMs;
    return false;
  }

  /** Errors: `source_unavailable` when the meter's time has been the same for five minutes. */
  check(time: string | undefined, nowMs: MonotonicMs): void {
    if (!this.standsStill(time, nowMs)) return;
    throw new GatewayError('source_unavailable', 'the meter behind it has said nothing new for long', {
      hint: 'check the cable in the P1 port of the meter',
      facts: { standstillMs: nowMs - (this.#sinceMs ?? nowMs) },
    });
  }
}
