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
 *   the new one has grown by since its first reading is `by`. Or the counter before it is back, as that of a device
 *   that said zero before it slept: then `by` is what that has grown by since it was left
 */
export type CounterStep =
  | { readonly kind: 'first' | 'noise' | 'doubted' }
  | { readonly kind: 'counted'; readonly by: number }
  | { readonly kind: 'restarted'; readonly by: number; readonly from: number; readonly to: number };

/**
 * Readings that agree with each other, but not with the last that was believed. Or with a count of 0 where the
 * counter stood before it began anew, for as long as it has not grown since.
 */
export interface CounterRival {
  readonly first: CounterReading;
  readonly last: CounterReading;
  readonly count: number;
}

/** Where a track stands: all that the next readings are judged by. */
export interface CounterState {
  readonly last?: CounterReading;
  readonly rival?: CounterRival;
}

/** Steps back of up to this many of its smallest steps are noise. */
const noiseSteps = 5;
/** Readings in a row that agree with each other, and not with what was before, make a new segment. */
const readingsThatConvince = 3;
/** Of what one counter would have grown by, this part at most is what the other has. */
const farNearer = 0.1;
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
  #rival: CounterRival | undefined;

  /** @param last where a former track ended */
  constructor(rules: CounterRules, last?: CounterReading, rival?: CounterRival) {
    this.#rules = rules;
    this.#last = last;
    this.#rival = rival;
  }

  get state(): CounterState {
    return {
      ...(this.#last !== undefined && { last: this.#last }),
      ...(this.#rival !== undefined && { rival: this.#rival }),
    };
  }

  take(reading: CounterReading): CounterStep {
    const last = this.#last;
    if (last === undefined) {
      this.#last = reading;
      return { kind: 'first' };
    }
    const by = this.#growth(last, reading);
    if (by !== undefined && !this.#isLikelierOfRival(reading, by)) {
      this.#last = reading;
      this.#endDoubt(by > 0);
      return { kind: 'counted', by };
    }
    if (this.#isNoise(last, reading)) {
      this.#endDoubt(false);
      return { kind: 'noise' };
    }
    return this.#doubt(last, reading);
  }

  /**
   * Takes a reading that was not believed when it came: it counts for nothing by itself, but the next one that is
   * believed may agree with it.
   */
  takeDoubted(reading: CounterReading): void {
    const last = this.#last;
    if (last === undefined) return;
    const by = this.#growth(last, reading);
    if (by !== undefined && !this.#isLikelierOfRival(reading, by)) return;
    if (this.#isNoise(last, reading)) this.#endDoubt(false);
    else this.#rival = this.#rivalWith(reading, readingsThatConvince - 1);
  }

  #doubt(last: CounterReading, reading: CounterReading): CounterStep {
    const rival = this.#rivalWith(reading, readingsThatConvince);
    this.#rival = rival;
    if (rival.count < readingsThatConvince) return { kind: 'doubted' };
    this.#last = reading;
    const { first } = rival;
    const grown = reading.value - first.value;
    const by = grown < 0 ? grown + (this.#rules.modulus ?? 0) : grown;
    this.#rival = by === 0 ? { first: last, last, count: 0 } : undefined;
    return { kind: 'restarted', by, from: last.value, to: first.value };
  }

  /** After an outage it may be of either of two counters: then it is of the one that it is by far nearer to. */
  #isLikelierOfRival(reading: CounterReading, by: number): boolean {
    const rival = this.#rival;
    return rival !== undefined && (this.#growth(rival.last, reading) ?? Infinity) < by * farNearer;
  }

  /** @param isProved the present segment has grown: where the one before it stood does not matter any more */
  #endDoubt(isProved: boolean): void {
    if (isProved || this.#rival?.count !== 0) this.#rival = undefined;
  }

  #rivalWith(reading: CounterReading, countMax: number): CounterRival {
    const rival = this.#rival;
    if (rival === undefined || this.#growth(rival.last, reading) === undefined)
      return { first: reading, last: reading, count: 1 };
    return { first: rival.first, last: reading, count: Math.min(countMax, rival.count + 1) };
  }

  /** How much it grew between the two; undefined when that is not possible. */
  #growth(before: CounterReading, after: CounterReading): number | undefined {
    const { modulus, resolution, perHourMax } = this.#rules;
    const elapsedMs = Math.max(leastElapsedMs, after.atMs - before.atMs);
    const most = (elapsedMs / hourMs) * perHourMax + resolution;
    const by = after.value - before.value;
    if (by >= 0) return by <= most ? by : undefined;
    if (modulus === undefined || this.#isNoise(before, after)) return undefined;
    const over = by + modulus;
    return over >= 0 && over <= most ? over : undefined;
  }

  #isNoise(last: CounterReading, { value }: CounterReading): boolean {
    return value < last.value && last.value - value <= noiseSteps * this.#rules.resolution;
  }
}
