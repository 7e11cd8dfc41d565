import { monotonicMs, type Clock, type MonotonicMs } from '../core/clock.ts';
import { nextGridPoint } from '../core/interval.ts';

/** A difference between the clocks larger than this is a step, smaller ones are drift and noise. */
const clockStepMsMin = 250;

/** A time this close to a beat is that beat: sums with epoch milliseconds are rounded to 0.0002. */
const roundingMsMax = 1;

/**
 * Beats stand on the grid of the epoch (10:00:00, 10:00:10 …), but are counted on the monotonic clock: the
 * wall clock is only looked at to see where the grid lies. When it steps, the grid moves under the tasks,
 * and the beat after the step comes half to one and a half periods after the last: none missed, none twice.
 */
export class EpochGrid {
  readonly #clock: Clock;
  #wallAheadMs: number;
  #steps = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wallAheadMs = clock.wall() - clock.monotonic();
  }

  /** Times the wall clock was set. */
  get steps(): number {
    return this.#steps;
  }

  /** Looks at the wall clock; the size of the step when it was set since the last look, else undefined. */
  observe(nowMs: MonotonicMs): number | undefined {
    const aheadMs = this.#clock.wall() - nowMs;
    const stepMs = aheadMs - this.#wallAheadMs;
    if (Math.abs(stepMs) <= clockStepMsMin) return undefined;
    this.#wallAheadMs = aheadMs;
    this.#steps += 1;
    return stepMs;
  }

  /** The first beat strictly after a time on the monotonic clock. */
  beatAfter(afterMs: number, periodMs: number, offsetMs = 0): MonotonicMs {
    const shiftMs = this.#wallAheadMs - offsetMs;
    return monotonicMs(nextGridPoint(afterMs + shiftMs, periodMs) - shiftMs);
  }

  /**
   * The beat that follows a run that was due at `dueMs`, on or off the grid: at most a period later. When
   * the grid has moved since that time was chosen (`steps` was another then), half to one and a half.
   */
  beatFollowing(
    last: { readonly dueMs: number; readonly gridSteps: number },
    periodMs: number,
    offsetMs = 0,
  ): MonotonicMs {
    const leastMs = last.gridSteps === this.#steps ? Math.min(roundingMsMax, periodMs / 2) : periodMs / 2;
    return this.beatAfter(last.dueMs + leastMs, periodMs, offsetMs);
  }
}
