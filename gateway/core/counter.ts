/** How a counter behaves when it is well. */
export interface CounterRules {
  /** Where it starts again at zero, in its unit; undefined when it never does. */
  readonly modulus?: number;
  /** Its smallest step. */
  readonly resolution: number;
  /** The fastest that it can honestly grow, in its unit an hour. */
  readonly perHourMax: number;
}

export interface CounterReading {
  readonly value: number;
  /** Wall clock: it may have been set meanwhile. */
  readonly atMs: number;
}

/**
 * What a reading of a counter means:
 * - `counted`: it grew by `by`; a roll-over is in it
 * - `noise`: a small step back; the counter stands where it stood
 * - `doubted`: a jump or a drop that only the next readings can explain; nothing is counted
 * - `restarted`: they have: a reset or another meter. What came between the two segments is not known, and what
 *   the new one has grown by since its first reading is `by`
 */
export type CounterStep =
  | { readonly kind: 'first' | 'noise' | 'doubted' }
  | { readonly kind: 'counted'; readonly by: number }
  | { readonly kind: 'restarted'; readonly by: number; readonly from: number; readonly to: number };

/** Steps back of up to this many of its smallest steps are noise. */
const noiseSteps = 5;
/** Readings in a row that agree with each other, and not with what was before, make a new segment. */
const readingsThatConvince = 3;
/** Where the clocks leave no time between two readings, this much may have passed. */
const leastElapsedMs = 60_000;
const hourMs = 3_600_000;

/**
 * Follows one counter through its readings. Energy is neither lost nor invented: it counts what the readings
 * prove, never what a glitch says, and goes on after it. Pure, and so the same over stored readings.
 */
export class CounterTrack {
  readonly #rules: CounterRules;
  #last: CounterReading | undefined;
  /** Readings that agree with each other, but not with the last. */
  #rival: { readonly first: CounterReading; last: CounterReading; count: number } | undefined;

  /** @param last where a former track ended */
  constructor(rules: CounterRules, last?: CounterReading) {
    this.#rules = rules;
    this.#last = last;
  }

  take(reading: CounterReading): CounterStep {
    const last = this.#last;
    if (last === undefined) {
      this.#last = reading;
      return { kind: 'first' };
    }
    const by = this.#growth(last, reading);
    if (by !== undefined) {
      this.#last = reading;
      this.#rival = undefined;
      return { kind: 'counted', by };
    }
    if (this.#isNoise(last, reading)) {
      this.#rival = undefined;
      return { kind: 'noise' };
    }
    return this.#doubt(last, reading);
  }

  #doubt(last: CounterReading, reading: CounterReading): CounterStep {
    const rival = this.#rival;
    if (rival === undefined || this.#growth(rival.last, reading) === undefined) {
      this.#rival = { first: reading, last: reading, count: 1 };
      return { kind: 'doubted' };
    }
    rival.last = reading;
    rival.count += 1;
    if (rival.count < readingsThatConvince) return { kind: 'doubted' };
    this.#last = reading;
    this.#rival = undefined;
    return {
      kind: 'restarted',
      by: reading.value - rival.first.value,
      from: last.value,
      to: rival.first.value,
    };
  }

  /** How much it grew between the two; undefined when that is not possible. */
  #growth(before: CounterReading, after: CounterReading): number | undefined {
    const { modulus, resolution, perHourMax } = this.#rules;
    const elapsedMs = Math.max(leastElapsedMs, after.atMs - before.atMs);
    const most = (elapsedMs / hourMs) * perHourMax + resolution;
    const by = after.value - before.value;
    if (by >= 0) return by <= most ? by : undefined;
    if (modulus === undefined) return undefined;
    const over = by + modulus;
    return over >= 0 && over <= most ? over : undefined;
  }

  #isNoise(last: CounterReading, { value }: CounterReading): boolean {
    return value < last.value && last.value - value <= noiseSteps * this.#rules.resolution;
  }
}
