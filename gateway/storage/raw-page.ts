import { hasValue, qualities, qualityOf } from '../core/quality.ts';
import { storedValue } from './latest-store.ts';
import type { RawColumns, StoredReading } from './store-calls.ts';

type Column = number[] | Float64Array | Uint8Array;

/** Readings of one series, by time. */
export interface Readings {
  readonly atMs: Column;
  readonly value: Column;
  readonly quality: Column;
}

interface Slice {
  readonly from: Readings;
  readonly start: number;
  readonly end: number;
}

const isValued = qualities.map((quality) => hasValue(quality));

/** Gathers the readings of a range up to so many; those of one time are never parted. */
export class RawPage {
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #rowsMax: number;
  readonly #slices: Slice[] = [];
  #rows = 0;
  #lastMs = -Infinity;

  constructor(fromMs: number, toMs: number, rowsMax: number) {
    this.#fromMs = fromMs;
    this.#toMs = toMs;
    this.#rowsMax = rowsMax;
  }

  /** Adds what follows in time. Answers where to go on when the page is full. */
  add(readings: Readings): number | undefined {
    const { atMs } = readings;
    const start = firstFrom(atMs, this.#fromMs);
    const rangeEnd = firstFrom(atMs, this.#toMs);
    let end = Math.min(rangeEnd, start + Math.max(0, this.#rowsMax - this.#rows));
    // Readings of one time are never parted, or going on from the next time would lose some.
    const lastMs = end > start ? (atMs[end - 1] ?? NaN) : this.#lastMs;
    while (end < rangeEnd && atMs[end] === lastMs) end += 1;
    if (end > start) {
      this.#slices.push({ from: readings, start, end });
      this.#rows += end - start;
      this.#lastMs = lastMs;
    }
    return end < rangeEnd ? atMs[end] : undefined;
  }

  columns(): RawColumns {
    const atMs = new Float64Array(this.#rows);
    const value = new Float64Array(this.#rows);
    const quality = new Uint8Array(this.#rows);
    let row = 0;
    for (const { from, start, end } of this.#slices) {
      atMs.set(part(from.atMs, start, end), row);
      value.set(part(from.value, start, end), row);
      quality.set(part(from.quality, start, end), row);
      row += end - start;
    }
    for (let index = 0; index < row; index += 1) {
      if (isValued[quality[index] ?? 0] === false) value[index] = NaN;
    }
    return { atMs, value, quality };
  }
}

function part(column: Column, start: number, end: number): ArrayLike<number> {
  return Array.isArray(column) ? column.slice(start, end) : column.subarray(start, end);
}

/** As rows, for whoever reads few of them. */
export function rowsOf({ atMs, value, quality }: RawColumns): readonly StoredReading[] {
  return Array.from(atMs, (time, index) => {
    const code = quality[index] ?? 0;
    return { atMs: time, value: storedValue(value[index] ?? NaN, code), quality: qualityOf(code) };
  });
}

/** The index of the first time that is not before that one. */
function firstFrom(times: ArrayLike<number>, fromMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
