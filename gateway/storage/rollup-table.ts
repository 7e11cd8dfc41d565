import type { Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import type { Connection } from './connection.ts';
import type { Pruned } from './pruned.ts';
import type { RollupLevel } from './rollup-level.ts';
import type { RollupTotals } from './rollup-window.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';
import { allSeries, type SeriesSlice } from './series-slice.ts';

export interface StoredWindow extends RollupTotals {
  readonly series: SeriesId;
  readonly startMs: number;
  readonly lengthMs: number;
}

interface CheckedWindow extends StoredWindow {
  readonly crc: number | null;
}

const columns = `series, start_ms AS startMs, length_ms AS lengthMs, min, max, sum, last,
  last_offset_ms AS lastOffsetMs, n, bad, crc`;
const pruneRowsMax = 10_000;

/** Rows of windows, clustered by (start, series) so that they grow at their end. Each has a check. */
export class RollupTable {
  readonly #name: string;
  readonly #replace;
  readonly #get;
  readonly #all;
  readonly #ofSeries;
  readonly #bound;
  readonly #delete;
  readonly #deleteFrom;
  readonly #deleteSlice;
  readonly #newest;
  readonly #oldest;

  constructor(connection: Connection, level: RollupLevel) {
    const table = `rollup_${level}`;
    this.#name = table;
    this.#replace = connection.prepare(
      `INSERT OR REPLACE INTO ${table}
       (start_ms, series, length_ms, min, max, sum, last, last_offset_ms, n, bad, crc)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#get = connection.prepare<[number, number], CheckedWindow>(
      `SELECT ${columns} FROM ${table} WHERE start_ms = ? AND series = ?`,
    );
    // A scan of the starts alone, one seek each, instead of one over the rows of all series.
    const starts = `WITH RECURSIVE starts (start) AS (
         SELECT min(start_ms) FROM ${table} WHERE start_ms >= $from AND start_ms < $to
         UNION ALL
         SELECT (SELECT min(start_ms) FROM ${table} WHERE start_ms > start AND start_ms < $to)
         FROM starts WHERE start IS NOT NULL
       )`;
    this.#all = connection.prepare<
      { from: number; to: number; first: number; end: number },
      CheckedWindow
    >(`${starts} SELECT ${columns} FROM starts CROSS JOIN ${table}
       ON start_ms = start AND series >= $first AND series < $end`);
    this.#ofSeries = connection.prepare<
      { from: number; to: number; series: number; rows: number },
      CheckedWindow
    >(`${starts} SELECT ${columns} FROM starts CROSS JOIN ${table}
       ON start_ms = start AND series = $series LIMIT $rows`);
    this.#bound = connection
      .prepare<[number, number], number>(
        `SELECT start_ms FROM ${table} WHERE start_ms < ? ORDER BY start_ms LIMIT 1 OFFSET ?`,
      )
      .pluck();
    this.#delete = connection.prepare(`DELETE FROM ${table} WHERE start_ms <= ? AND start_ms < ?`);
    this.#deleteFrom = connection.prepare(`DELETE FROM ${table} WHERE start_ms >= ?`);
    this.#deleteSlice = connection.prepare(
      `DELETE FROM ${table} WHERE start_ms = ? AND series >= ? AND series < ?`,
    );
    this.#newest = connection.prepare<[], number | null>(`SELECT max(start_ms) FROM ${table}`).pluck();
    this.#oldest = connection.prepare<[], Pick<StoredWindow, 'startMs' | 'series'>>(
      `SELECT start_ms AS startMs, series FROM ${table} ORDER BY start_ms, series LIMIT 1`,
    );
  }

  put({ startMs, endMs }: Interval, series: SeriesId, totals: Readonly<RollupTotals>): void {
    const cells = cellsOf({ ...totals, startMs, series, lengthMs: endMs - startMs });
    this.#replace.run(...cells, rowCheck(this.#name, cells));
  }

  get(startMs: number, series: SeriesId): StoredWindow | undefined {
    const row = this.#get.get(startMs, series);
    return row && this.#checked(row);
  }

  /** Windows of the slice that start in the interval, by start and series. */
  all({ startMs, endMs }: Interval, { from, to }: SeriesSlice = allSeries): readonly StoredWindow[] {
    const rows = this.#all.all({ from: startMs, to: endMs, first: from, end: to });
    return rows.map((row) => this.#checked(row));
  }

  /** Windows of one series that start in the interval, by start; so many at most. */
  ofSeries(series: SeriesId, { startMs, endMs }: Interval, rowsMax: number): readonly StoredWindow[] {
    const rows = this.#ofSeries.all({ from: startMs, to: endMs, series, rows: rowsMax });
    return rows.map((row) => this.#checked(row));
  }

  /** Deletes windows that start before `beforeMs`, oldest first, so many rows a call that it stays short. */
  prune(beforeMs: number): Pruned {
    const boundMs = this.#bound.get(beforeMs, pruneRowsMax);
    const rows = this.#delete.run(boundMs ?? beforeMs, beforeMs).changes;
    return { rows, remaining: boundMs !== undefined };
  }

  deleteFrom(startMs: number): void {
    this.#deleteFrom.run(startMs);
  }

  /** Deletes the slice's windows with these starts. */
  deleteSlice(starts: Iterable<number>, { from, to }: SeriesSlice): void {
    for (const startMs of starts) this.#deleteSlice.run(startMs, from, to);
  }

  newestMs(): number | undefined {
    return this.#newest.get() ?? undefined;
  }

  /** The first row there is. */
  oldest(): Pick<StoredWindow, 'startMs' | 'series'> | undefined {
    return this.#oldest.get();
  }

  oldestMs(): number | undefined {
    return this.oldest()?.startMs;
  }

  #checked({ crc, ...window }: CheckedWindow): StoredWindow {
    assertRow(this.#name, cellsOf(window), crc);
    return window;
  }
}

/** In the order of the columns. */
function cellsOf(window: StoredWindow): readonly Cell[] {
  const { startMs, series, lengthMs, min, max, sum, last, lastOffsetMs, n, bad } = window;
  return [startMs, series, lengthMs, min, max, sum, last, lastOffsetMs, n, bad];
}
