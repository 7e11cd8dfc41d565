import type { ReadingBatch, SeriesId } from '../gateway/core/reading.ts';

/** Readings of one series, in the order in which they were acknowledged. */
interface Entries {
  readonly atMs: number[];
  readonly value: number[];
  readonly quality: number[];
}

/** What the database has acknowledged: kept apart from it, to compare. */
export class Ledger {
  readonly #series = new Map<SeriesId, Entries>();
  #count = 0;

  /** Readings acknowledged so far. */
  get count(): number {
    return this.#count;
  }

  add(batch: ReadingBatch): void {
    this.#count += batch.series.length;
    batch.series.forEach((series, index) => {
      const entries = this.#entriesOf(series);
      entries.atMs.push(batch.atMs[index] ?? NaN);
      entries.value.push(batch.value[index] ?? NaN);
      entries.quality.push(batch.quality[index] ?? 0);
    });
  }

  series(): readonly SeriesId[] {
    return [...this.#series.keys()];
  }

  /** Takes out the readings of a series before `untilMs`, by time. */
  takeUntil(series: SeriesId, untilMs: number): { atMs: number; value: number; quality: number }[] {
    const entries = this.#entriesOf(series);
    let count = entries.atMs.findIndex((atMs) => atMs >= untilMs);
    if (count < 0) count = entries.atMs.length;
    const atMs = entries.atMs.splice(0, count);
    const value = entries.value.splice(0, count);
    const quality = entries.quality.splice(0, count);
    return atMs.map((at, index) => ({ atMs: at, value: value[index] ?? NaN, quality: quality[index] ?? 0 }));
  }

  #entriesOf(series: SeriesId): Entries {
    const known = this.#series.get(series);
    if (known !== undefined) return known;
    const made: Entries = { atMs: [], value: [], quality: [] };
    this.#series.set(series, made);
    return made;
  }
}
