import type { ReadingBatch, SeriesId } from '../gateway/core/reading.ts';

/** One reading as it was acknowledged. */
export interface LedgerEntry {
  readonly atMs: number;
  readonly value: number;
  readonly quality: number;
  /** It got its time later, from a clock that rounds it. */
  readonly isPlaced: boolean;
}

interface Acknowledged {
  readonly batch: ReadingBatch;
  readonly isPlaced: boolean;
}

/** What the database has acknowledged, in the order in which it did: kept apart from it, to compare. */
export class Ledger {
  #batches: Acknowledged[] = [];
  #count = 0;

  /** Readings acknowledged so far. */
  get count(): number {
    return this.#count;
  }

  /** @param aheadMs what makes the true time of its times, when those count from another */
  add(batch: ReadingBatch, aheadMs?: number): void {
    this.#count += batch.series.length;
    const atMs = aheadMs === undefined ? batch.atMs : batch.atMs.map((time) => time + aheadMs);
    this.#batches.push({ batch: { ...batch, atMs }, isPlaced: aheadMs !== undefined });
  }

  /** Takes out the readings before `untilMs`, by series. */
  takeUntil(untilMs: number): ReadonlyMap<SeriesId, readonly LedgerEntry[]> {
    const taken = new Map<SeriesId, LedgerEntry[]>();
    const kept: Acknowledged[] = [];
    for (const { batch, isPlaced } of this.#batches) {
      // A batch holds a few seconds, and one that spans the end is parted.
      const later = batch.atMs.findIndex((atMs) => atMs >= untilMs);
      const end = later < 0 ? batch.atMs.length : later;
      for (let index = 0; index < end; index += 1) take(taken, { batch, isPlaced }, index);
      if (end < batch.atMs.length) kept.push({ batch: sliceFrom(batch, end), isPlaced });
    }
    this.#batches = kept;
    return taken;
  }
}

function take(taken: Map<SeriesId, LedgerEntry[]>, { batch, isPlaced }: Acknowledged, index: number): void {
  const series = batch.series[index] ?? 0;
  let entries = taken.get(series);
  if (entries === undefined) taken.set(series, (entries = []));
  entries.push({
    atMs: batch.atMs[index] ?? NaN,
    value: batch.value[index] ?? NaN,
    quality: batch.quality[index] ?? 0,
    isPlaced,
  });
}

function sliceFrom(batch: ReadingBatch, from: number): ReadingBatch {
  return {
    series: batch.series.slice(from),
    atMs: batch.atMs.slice(from),
    value: batch.value.slice(from),
    quality: batch.quality.slice(from),
  };
}
