import { gridFloor, type Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import type { Connection } from './connection.ts';
import { MinuteBlocks } from './minute-blocks.ts';
import type { Pruned } from './pruned.ts';
import { hourMs } from './rollup-level.ts';
import { RollupTable, type StoredWindow } from './rollup-table.ts';
import type { RollupTotals } from './rollup-window.ts';
import { allSeries, type SeriesSlice } from './series-slice.ts';

/**
 * The minute windows: blocks of an hour, and rows in front of them. A row is what was put by itself, or what an
 * older version wrote; it stands for its minute until it is packed, so that nothing depends on when that happens.
 */
export class MinuteTable {
  readonly #rows: RollupTable;
  readonly #blocks: MinuteBlocks;

  constructor(connection: Connection) {
    this.#rows = new RollupTable(connection, 'minute');
    this.#blocks = new MinuteBlocks(connection);
  }

  put(window: Interval, series: SeriesId, totals: Readonly<RollupTotals>): void {
    this.#rows.put(window, series, totals);
  }

  get(startMs: number, series: SeriesId): StoredWindow | undefined {
    const row = this.#rows.get(startMs, series);
    if (row !== undefined) return row;
    const hour = this.#blocks.get(gridFloor(startMs, hourMs), series);
    return hour.find((window) => window.startMs === startMs);
  }

  /** Windows of the slice that start in the interval; those of one series by start. */
  all(interval: Interval, slice: SeriesSlice = allSeries): readonly StoredWindow[] {
    return joined(this.#blocks.all(interval, slice), this.#rows.all(interval, slice));
  }

  /** Windows of one series that start in the interval, by start; so many at most. */
  ofSeries(series: SeriesId, interval: Interval, rowsMax: number): readonly StoredWindow[] {
    const packed = this.#blocks.ofSeries(series, interval, rowsMax);
    return joined(packed, this.#rows.ofSeries(series, interval, rowsMax)).slice(0, rowsMax);
  }

  /**
   * Puts windows of that hour and slice, of each series sorted, straight into blocks, together with the rows
   * there are. Windows that are not among them stay. Answers how many windows it has written or moved.
   */
  pack(
    hourStartMs: number,
    slice: SeriesSlice,
    windows: ReadonlyMap<SeriesId, readonly StoredWindow[]>,
  ): number {
    const hour = { startMs: hourStartMs, endMs: hourStartMs + hourMs };
    const rows = this.#rows.all(hour, slice);
    const fresh = new Map<SeriesId, StoredWindow[]>();
    for (const row of rows) fresh.set(row.series, [...(fresh.get(row.series) ?? []), row]);
    for (const [series, own] of windows) fresh.set(series, [...joined(fresh.get(series) ?? [], own)]);
    let count = 0;
    for (const [series, own] of fresh) {
      this.#blocks.put(hourStartMs, series, joined(this.#blocks.get(hourStartMs, series), own));
      count += own.length;
    }
    if (rows.length > 0) this.#rows.deleteSlice(new Set(rows.map(({ startMs }) => startMs)), slice);
    return count;
  }

  /** The place of the oldest row: where packing goes on. */
  oldestRow(): { readonly startMs: number; readonly series: SeriesId } | undefined {
    return this.#rows.oldest();
  }

  /** Deletes windows before `beforeMs`, a full hour, oldest first, in steps that stay short. */
  prune(beforeMs: number): Pruned {
    const rows = this.#rows.prune(beforeMs);
    if (rows.remaining) return rows;
    const blocks = this.#blocks.prune(beforeMs);
    return { rows: rows.rows + blocks.rows, remaining: blocks.remaining };
  }

  /** No window starts later; undefined when there is none. */
  newestMs(): number | undefined {
    return furthest(Math.max, this.#rows.newestMs(), this.#blocks.newestMs());
  }

  /** No window starts earlier; undefined when there is none. */
  oldestMs(): number | undefined {
    return furthest(Math.min, this.#rows.oldestMs(), this.#blocks.oldestMs());
  }
}

/** Windows of both, by start; of a series and minute that both have, the later one. */
function joined(earlier: readonly StoredWindow[], later: readonly StoredWindow[]): readonly StoredWindow[] {
  if (later.length === 0) return earlier;
  if (earlier.length === 0) return later;
  const replaced = new Set(later.map(keyOf));
  const windows = [...earlier.filter((window) => !replaced.has(keyOf(window))), ...later];
  return windows.sort((left, right) => left.startMs - right.startMs);
}

function keyOf({ startMs, series }: StoredWindow): string {
  return `${startMs}:${series}`;
}

function furthest(
  pick: (left: number, right: number) => number,
  left: number | undefined,
  right: number | undefined,
): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : pick(left, right);
}
