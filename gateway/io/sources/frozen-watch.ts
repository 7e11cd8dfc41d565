import type { MonotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';

/** Meters say their time anew every 10 s at most. */
const standstillMsMax = 300_000;

/**
 * Notices a bridge that goes on answering what its meter last said, because the cable is out: the meter's own time
 * stands still.
 */
export class FrozenWatch {
  #time: string | undefined;
  #sinceMs: MonotonicMs | undefined;

  /** Errors: `source_unavailable` when the meter's time has been the same for five minutes. */
  check(time: string | undefined, nowMs: MonotonicMs): void {
    if (time === undefined || time !== this.#time || this.#sinceMs === undefined) {
      this.#time = time;
      this.#sinceMs = nowMs;
      return;
    }
    const standstillMs = nowMs - this.#sinceMs;
    if (standstillMs <= standstillMsMax) return;
    throw new GatewayError('source_unavailable', 'the meter behind it has said nothing new for long', {
      hint: 'check the cable in the P1 port of the meter',
      facts: { standstillMs },
    });
  }
}
