import type { Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import { blockMs, type BlockStore, type SeriesWindow } from './block-store.ts';
import { RawPage, type Readings } from './raw-page.ts';
import { ReadingColumn } from './reading-column.ts';
import { allSeries, type SeriesSlice } from './series-slice.ts';
import type { StagedLog } from './staged-log.ts';
import type { RangeQuery, RawColumns } from './store-calls.ts';

export interface RawSources {
  readonly staged: StagedLog;
  readonly blocks: BlockStore;
}

/** Staged and packed readings as one: ordered by time, those of one time in the order they arrived. */
export class RawReadings {
  readonly #sources: RawSources;

  constructor(sources: RawSources) {
    this.#sources = sources;
  }

  /** Everything of the slice in the window, by series; only of those that are wanted. */
  all(
    { startMs, endMs }: Interval,
    slice: SeriesSlice = allSeries,
    isWanted: (series: SeriesId) => boolean = () => true,
  ): Map<SeriesId, ReadingColumn> {
    const columns = new Map<SeriesId, ReadingColumn>();
    const columnOf = (series: SeriesId): ReadingColumn | undefined => {
      let column = columns.get(series);
      if (column !== undefined || !isWanted(series)) return column;
      columns.set(series, (column = new ReadingColumn()));
      return column;
    };
    for (const windowMs of this.#windows(startMs, endMs)) {
      this.#sources.blocks.readAll(windowMs, slice, columnOf);
    }
    this.#sources.staged.each({ startMs, endMs }, (series, atMs, value, quality) => {
      if (series >= slice.from && series < slice.to) columnOf(series)?.push(atMs, value, quality);
    });
    for (const [series, column] of columns) columns.set(series, between(column.sorted(), startMs, endMs));
    return columns;
  }

  /** The same for one series. */
  of(series: SeriesId, { startMs, endMs }: Interval): ReadingColumn {
    const column = new ReadingColumn();
    for (const { blocks } of this.#packed(series, startMs, endMs)) {
      for (const block of blocks) column.pushAll(block);
    }
    this.#pushStaged(series, { startMs, endMs }, column);
    return between(column.sorted(), startMs, endMs);
  }

  /** Window by window, so that a page of a long range reads no more than it answers. */
  range({ series, fromMs, toMs, rowsMax }: RangeQuery): RawColumns {
    const page = new RawPage(fromMs, toMs, rowsMax);
    for (const part of this.#parts(series, fromMs, toMs)) {
      const nextFromMs = page.add(part);
      if (nextFromMs !== undefined) return { ...page.columns(), nextFromMs };
    }
    return page.columns();
  }

  /** Time of the oldest reading there is. */
  oldestMs(): number | null {
    const { blocks, staged } = this.#sources;
    let oldestMs = staged.oldestMs();
    const firstMs = blocks.nextStartMs(0);
    if (firstMs === undefined) return oldestMs;
    for (const column of this.all({ startMs: firstMs, endMs: firstMs + blockMs }).values()) {
      oldestMs = Math.min(oldestMs ?? Infinity, column.timeAt(0));
    }
    return oldestMs;
  }

  /** Sorted pieces of the series, one after another in time. */
  *#parts(series: SeriesId, fromMs: number, toMs: number): Generator<Readings> {
    let restMs = fromMs;
    for (const { startMs, blocks } of this.#packed(series, fromMs, toMs)) {
      if (startMs > restMs) yield this.#stagedOf(series, { startMs: restMs, endMs: startMs });
      restMs = startMs + blockMs;
      const staged = this.#stagedOf(series, { startMs, endMs: restMs });
      const [only] = blocks;
      if (only !== undefined && blocks.length === 1 && staged.length === 0) {
        yield only;
        continue;
      }
      const column = new ReadingColumn();
      for (const block of blocks) column.pushAll(block);
      column.pushAll(staged);
      yield column.sorted();
    }
    yield this.#stagedOf(series, { startMs: restMs, endMs: toMs });
  }

  /** Starts of the windows that have blocks. */
  *#windows(fromMs: number, toMs: number): Generator<number> {
    const { blocks, staged } = this.#sources;
    const endMs = Math.min(toMs, staged.packedToMs);
    if (fromMs >= endMs) return;
    let windowMs = blocks.nextStartMs(fromMs);
    while (windowMs !== undefined && windowMs < endMs) {
      yield windowMs;
      windowMs = blocks.nextStartMs(windowMs + blockMs);
    }
  }

  #packed(series: SeriesId, fromMs: number, toMs: number): Iterable<SeriesWindow> {
    const { blocks, staged } = this.#sources;
    const endMs = Math.min(toMs, staged.packedToMs);
    return fromMs < endMs ? blocks.ofSeries(series, fromMs, endMs) : [];
  }

  #stagedOf(series: SeriesId, interval: Interval): ReadingColumn {
    const column = new ReadingColumn();
    this.#pushStaged(series, interval, column);
    return column.sorted();
  }

  #pushStaged(wanted: SeriesId, interval: Interval, into: ReadingColumn): void {
    this.#sources.staged.each(interval, (series, atMs, value, quality) => {
      if (series === wanted) into.push(atMs, value, quality);
    });
  }
}

/** The part of a sorted column that lies in the window; the column itself when all of it does. */
function between(column: ReadingColumn, startMs: number, endMs: number): ReadingColumn {
  const { length } = column;
  if (length === 0 || (column.timeAt(0) >= startMs && column.timeAt(length - 1) < endMs)) return column;
  const part = new ReadingColumn();
  for (let index = 0; index < length; index += 1) {
    const atMs = column.timeAt(index);
    if (atMs >= startMs && atMs < endMs) part.push(atMs, column.valueAt(index), column.qualityAt(index));
  }
  return part;
}
