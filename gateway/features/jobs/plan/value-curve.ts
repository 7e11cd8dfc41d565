import type { PowerSignal } from '../../../core/power-signal.ts';

/** What a value adds up to over time, so that the mean over any stretch costs two looks instead of a sum. */
export class ValueCurve {
  /** Where the value changes, or begins or ceases to be known; ascending. */
  readonly times: Float64Array;
  readonly #values: Float64Array;
  readonly #integrals: Float64Array;
  readonly #sizes: Float64Array;
  readonly #knownMs: Float64Array;
  /** Looks come in the order of time mostly. */
  #last = 0;

  /** From `fromMs` on. */
  constructor(signal: PowerSignal, fromMs: number) {
    const times: number[] = [];
    const values: number[] = [];
    for (const slot of signal.slots) {
      const startMs = Math.max(slot.startMs, fromMs, times.at(-1) ?? fromMs);
      if (slot.endMs <= startMs || !Number.isFinite(slot.value)) continue;
      if (times.at(-1) === startMs) values.pop();
      else times.push(startMs);
      values.push(slot.value, Number.NaN);
      times.push(slot.endMs);
    }
    this.times = Float64Array.from(times);
    this.#values = Float64Array.from(values);
    this.#integrals = new Float64Array(times.length);
    this.#sizes = new Float64Array(times.length);
    this.#knownMs = new Float64Array(times.length);
    for (let index = 1; index < times.length; index += 1) this.#addUp(index);
  }

  #addUp(index: number): void {
    const value = this.#values[index - 1] ?? Number.NaN;
    const lengthMs = (this.times[index] ?? 0) - (this.times[index - 1] ?? 0);
    const isKnown = !Number.isNaN(value);
    this.#integrals[index] = (this.#integrals[index - 1] ?? 0) + (isKnown ? value * lengthMs : 0);
    this.#sizes[index] = (this.#sizes[index - 1] ?? 0) + (isKnown ? Math.abs(value) * lengthMs : 0);
    this.#knownMs[index] = (this.#knownMs[index - 1] ?? 0) + (isKnown ? lengthMs : 0);
  }

  /** Value × ms of what is known of the stretch. */
  integral(startMs: number, endMs: number): number {
    return this.#upTo(endMs, this.#integrals, 1) - this.#upTo(startMs, this.#integrals, 1);
  }

  /** The same of the value without its sign. */
  size(startMs: number, endMs: number): number {
    return this.#upTo(endMs, this.#sizes, -1) - this.#upTo(startMs, this.#sizes, -1);
  }

  /** How much of the stretch is known. */
  knownMs(startMs: number, endMs: number): number {
    return this.#upTo(endMs, this.#knownMs, 0) - this.#upTo(startMs, this.#knownMs, 0);
  }

  /** undefined unless all of the stretch is known. */
  mean(startMs: number, endMs: number): number | undefined {
    const lengthMs = endMs - startMs;
    if (lengthMs <= 0 || this.knownMs(startMs, endMs) < lengthMs) return undefined;
    return this.integral(startMs, endMs) / lengthMs;
  }

  /** Those of the times from one instant to another, both included. */
  timesFrom(firstMs: number, lastMs: number): Float64Array {
    const before = this.#indexAt(firstMs);
    const from = before >= 0 && this.times[before] === firstMs ? before : before + 1;
    return this.times.subarray(from, Math.max(from, this.#indexAt(lastMs) + 1));
  }

  #upTo(atMs: number, sums: Float64Array, use: -1 | 0 | 1): number {
    const index = this.#indexAt(atMs);
    if (index < 0) return 0;
    const value = this.#values[index] ?? Number.NaN;
    const sum = sums[index] ?? 0;
    if (Number.isNaN(value)) return sum;
    const lengthMs = atMs - (this.times[index] ?? 0);
    if (use === 0) return sum + lengthMs;
    return sum + (use === 1 ? value : Math.abs(value)) * lengthMs;
  }

  /** The last of the times at or before the instant; −1: none. */
  #indexAt(atMs: number): number {
    const { times } = this;
    const last = this.#last;
    if ((times[last] ?? Infinity) <= atMs && (times[last + 1] ?? Infinity) > atMs) return last;
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] ?? Infinity) <= atMs) low = middle + 1;
      else high = middle;
    }
    if (low > 0) this.#last = low - 1;
    return low - 1;
  }
}
