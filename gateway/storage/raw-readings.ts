import { qualityOf } from '../core/quality.ts';
import type { Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import { blockMs, type BlockStore, type SeriesWindow } from './block-store.ts';
import { storedValue } from './latest-store.ts';
import { ReadingColumn } from './reading-column.ts';
import type { StagedLog } from './staged-log.ts';
import type { RangeQuery, RawRange, StoredReading } from './store-calls.ts';

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

  /** Everything in the window, by series. */
  all({ startMs, endMs }: Interval): Map<SeriesId, ReadingColumn> {
    const columns = new Map<SeriesId, ReadingColumn>();
    const columnOf = (series: SeriesId): ReadingColumn => {
      let column = columns.get(series);
      if (column === undefined) columns.set(series, (column = new ReadingColumn()));
      return column;
    };
    for (const windowMs of this.#windows(startMs, endMs)) this.#sources.blocks.readAll(windowMs, columnOf);
    this.#sources.staged.each({ startMs, endMs }, (series, atMs, value, quality) => {
      columnOf(series).push(atMs, value, quality);
    });
    for (const [series, column] of columns) columns.set(series, between(column.sorted(), startMs, endMs));
    return columns;
  }

  /** The same for one series. */
  of(series: SeriesId, { startMs, endMs }: Interval): ReadingColumn {
    const column = new ReadingColumn();
    for (const window of this.#packed(series, startMs, endMs)) column.pushAll(window.column);
    this.#pushStaged(series, { startMs, endMs }, column);
    return between(column.sorted(), startMs, endMs);
  }

  /** Window by window, so that a page of a long range reads no more than it answers. */
  range({ series, fromMs, toMs, rowsMax }: RangeQuery): RawRange {
    const rows: StoredReading[] = [];
    let lastMs = -Infinity;
    for (const part of this.#parts(series, fromMs, toMs)) {
      for (let index = 0; index < part.length; index += 1) {
        const atMs = part.timeAt(index);
        if (atMs < fromMs || atMs >= toMs) continue;
        // Readings of one time are never parted, or going on from the next time would lose some.
        if (rows.length >= rowsMax && atMs > lastMs) return { rows, nextFromMs: atMs };
        lastMs = atMs;
        const code = part.qualityAt(index);
        rows.push({ atMs, value: storedValue(part.valueAt(index), code), quality: qualityOf(code) });
      }
    }
    return { rows };
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

  *#parts(series: SeriesId, fromMs: number, toMs: number): Generator<ReadingColumn> {
    let restMs = fromMs;
    for (const { startMs, column } of this.#packed(series, fromMs, toMs)) {
      if (startMs > restMs) yield this.#stagedOf(series, { startMs: restMs, endMs: startMs });
      restMs = startMs + blockMs;
      this.#pushStaged(series, { startMs, endMs: restMs }, column);
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
