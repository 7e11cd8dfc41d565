import type { PowerSignal } from '../../../core/power-signal.ts';

/** What a value adds up to over time, so that the mean over any stretch costs two looks instead of a sum. */
export class ValueCurve {
  /** Where the value changes, or begins or ceases to be known; ascending. */
  readonly times: Float64Array;
  readonly #values: Float64Array;
  readonly #integrals: Float64Array;
  readonly #knownMs: Float64Array;
  readonly #firstMs: number;
  readonly #lastMs: number;
  readonly #hasGaps: boolean;
  readonly #start: Cursor = { index: 0 };
  readonly #end: Cursor = { index: 0 };

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
    this.#knownMs = new Float64Array(times.length);
    for (let index = 1; index < times.length; index += 1) this.#addUp(index);
    this.#firstMs = times[0] ?? Infinity;
    this.#lastMs = times.at(-1) ?? -Infinity;
    this.#hasGaps = values.findIndex((value) => Number.isNaN(value)) < values.length - 1;
  }

  #addUp(index: number): void {
    const value = this.#values[index - 1] ?? Number.NaN;
    const lengthMs = (this.times[index] ?? 0) - (this.times[index - 1] ?? 0);
    const isKnown = !Number.isNaN(value);
    this.#integrals[index] = (this.#integrals[index - 1] ?? 0) + (isKnown ? value * lengthMs : 0);
    this.#knownMs[index] = (this.#knownMs[index - 1] ?? 0) + (isKnown ? lengthMs : 0);
  }

  /** Value × ms of what is known of the stretch. */
  integral(startMs: number, endMs: number): number {
    return (
      this.#sumTo(endMs, this.#end, this.#integrals) - this.#sumTo(startMs, this.#start, this.#integrals)
    );
  }

  /** The same, with another value where it is not known. */
  filledIntegral(startMs: number, endMs: number, fill: number): number {
    return this.integral(startMs, endMs) + fill * (endMs - startMs - this.knownMs(startMs, endMs));
  }

  /** Mean of the value without its sign, of what is known of the stretch; 0 where nothing is. */
  meanSize(startMs: number, endMs: number): number {
    let [sum, knownMs] = [0, 0];
    for (let index = 0; index + 1 < this.times.length; index += 1) {
      const value = this.#values[index] ?? Number.NaN;
      const [fromMs, toMs] = [this.times[index] ?? 0, this.times[index + 1] ?? 0];
      const lengthMs = Math.min(toMs, endMs) - Math.max(fromMs, startMs);
      if (lengthMs <= 0 || Number.isNaN(value)) continue;
      sum += Math.abs(value) * lengthMs;
      knownMs += lengthMs;
    }
    return knownMs === 0 ? 0 : sum / knownMs;
  }

  /** How much of the stretch is known. */
  knownMs(startMs: number, endMs: number): number {
    if (!this.#hasGaps && startMs >= this.#firstMs && endMs <= this.#lastMs) return endMs - startMs;
    return this.#sumTo(endMs, this.#end, this.#knownMs) - this.#sumTo(startMs, this.#start, this.#knownMs);
  }

  /** undefined unless all of the stretch is known. */
  mean(startMs: number, endMs: number): number | undefined {
    const lengthMs = endMs - startMs;
    if (lengthMs <= 0 || this.knownMs(startMs, endMs) < lengthMs) return undefined;
    return this.integral(startMs, endMs) / lengthMs;
  }

  /** Those of the times from one instant to another, both included. */
  timesFrom(firstMs: number, lastMs: number): Float64Array {
    const before = this.#indexAt(firstMs, this.#start);
    const from = before >= 0 && this.times[before] === firstMs ? before : before + 1;
    return this.times.subarray(from, Math.max(from, this.#indexAt(lastMs, this.#end) + 1));
  }

  #sumTo(atMs: number, cursor: Cursor, sums: Float64Array): number {
    const index = this.#indexAt(atMs, cursor);
    if (index < 0) return 0;
    const sum = sums[index] ?? 0;
    const after = sums[index + 1];
    if (after === undefined) return sum;
    const fromMs = this.times[index] ?? 0;
    return sum + ((after - sum) * (atMs - fromMs)) / ((this.times[index + 1] ?? 0) - fromMs);
  }

  /** The last of the times at or before the instant; −1: none. */
  #indexAt(atMs: number, cursor: Cursor): number {
    const { times } = this;
    for (let index = cursor.index; index < cursor.index + 3; index += 1) {
      if ((times[index] ?? Infinity) > atMs) break;
      if ((times[index + 1] ?? Infinity) > atMs) return (cursor.index = index);
    }
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((times[middle] ?? Infinity) <= atMs) low = middle + 1;
      else high = middle;
    }
    if (low > 0) cursor.index = low - 1;
    return low - 1;
  }
}

/** Where the last look was: the next is mostly a little later. */
interface Cursor {
  index: number;
}
