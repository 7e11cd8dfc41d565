import type { Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import type { Connection } from './connection.ts';
import type { Pruned } from './pruned.ts';
import type { RollupLevel } from './rollup-level.ts';
import type { RollupTotals } from './rollup-window.ts';

export interface StoredWindow extends RollupTotals {
  readonly series: SeriesId;
  readonly startMs: number;
  readonly lengthMs: number;
}

const columns = `series, start_ms AS startMs, length_ms AS lengthMs, min, max, sum, last,
  last_offset_ms AS lastOffsetMs, n, bad`;
const pruneRowsMax = 10_000;

/** One level of rollups, clustered by (start, series) so that it grows at its end. */
export class RollupTable {
  readonly #replace;
  readonly #get;
  readonly #all;
  readonly #ofSeries;
  readonly #bound;
  readonly #delete;
  readonly #deleteFrom;
  readonly #newest;
  readonly #oldest;

  constructor(connection: Connection, level: RollupLevel) {
    const table = `rollup_${level}`;
    this.#replace = connection.prepare(
      `INSERT OR REPLACE INTO ${table}
       (start_ms, series, length_ms, min, max, sum, last, last_offset_ms, n, bad)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#get = connection.prepare<[number, number], StoredWindow>(
      `SELECT ${columns} FROM ${table} WHERE start_ms = ? AND series = ?`,
    );
    this.#all = connection.prepare<[number, number], StoredWindow>(
      `SELECT ${columns} FROM ${table} WHERE start_ms >= ? AND start_ms < ? ORDER BY start_ms, series`,
    );
    // A scan of the starts alone, one seek each, instead of one over the rows of all series.
    this.#ofSeries = connection.prepare<
      { from: number; to: number; series: number; rows: number },
      StoredWindow
    >(
      `WITH RECURSIVE starts (start) AS (
         SELECT min(start_ms) FROM ${table} WHERE start_ms >= $from AND start_ms < $to
         UNION ALL
         SELECT (SELECT min(start_ms) FROM ${table} WHERE start_ms > start AND start_ms < $to)
         FROM starts WHERE start IS NOT NULL
       )
       SELECT ${columns} FROM starts CROSS JOIN ${table} ON start_ms = start AND series = $series
       LIMIT $rows`,
    );
    this.#bound = connection
      .prepare<[number, number], number>(
        `SELECT start_ms FROM ${table} WHERE start_ms < ? ORDER BY start_ms LIMIT 1 OFFSET ?`,
      )
      .pluck();
    this.#delete = connection.prepare(`DELETE FROM ${table} WHERE start_ms <= ? AND start_ms < ?`);
    this.#deleteFrom = connection.prepare(`DELETE FROM ${table} WHERE start_ms >= ?`);
    this.#newest = connection.prepare<[], number | null>(`SELECT max(start_ms) FROM ${table}`).pluck();
    this.#oldest = connection.prepare<[], number | null>(`SELECT min(start_ms) FROM ${table}`).pluck();
  }

  put({ startMs, endMs }: Interval, series: SeriesId, totals: Readonly<RollupTotals>): void {
    const { min, max, sum, last, lastOffsetMs, n, bad } = totals;
    this.#replace.run(startMs, series, endMs - startMs, min, max, sum, last, lastOffsetMs, n, bad);
  }

  get(startMs: number, series: SeriesId): StoredWindow | undefined {
    return this.#get.get(startMs, series);
  }

  /** Windows of every series that start in the interval, by start. */
  all({ startMs, endMs }: Interval): readonly StoredWindow[] {
    return this.#all.all(startMs, endMs);
  }

  /** Windows of one series that start in the interval, by start; so many at most. */
  ofSeries(series: SeriesId, { startMs, endMs }: Interval, rowsMax: number): readonly StoredWindow[] {
    return this.#ofSeries.all({ from: startMs, to: endMs, series, rows: rowsMax });
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

  newestMs(): number | undefined {
    return this.#newest.get() ?? undefined;
  }

  oldestMs(): number | undefined {
    return this.#oldest.get() ?? undefined;
  }
}
