import { gridFloor } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import { decodeBlock, encodeBlock } from './block-codec.ts';
import type { Connection } from './connection.ts';
import type { Pruned } from './pruned.ts';
import { ReadingColumn } from './reading-column.ts';

/** The window that packed readings are cut into. */
export const blockMs = 5 * 60_000;
const pruneRowsMax = 5_000;

/** Windows of one series that are fetched together. */
const chunkMs = 288 * blockMs;

interface SeriesBody {
  readonly series: SeriesId;
  readonly body: Buffer;
}

interface WindowBody {
  readonly startMs: number;
  readonly body: Buffer;
}

/** What one window holds of one series, in the order of packing. */
export interface SeriesWindow {
  readonly startMs: number;
  readonly column: ReadingColumn;
}

/**
 * Packed readings: one block a (series, window) and packing. Readings that came late for a packed window make
 * a further block of it, with a higher commit.
 */
export class BlockStore {
  readonly #insert;
  readonly #next;
  readonly #ofSeries;
  readonly #ofAll;
  readonly #bound;
  readonly #delete;

  constructor(connection: Connection) {
    this.#insert = connection.prepare(
      'INSERT INTO block (start_ms, series, to_commit, body) VALUES (?, ?, ?, ?)',
    );
    this.#next = connection
      .prepare<[number], number | null>('SELECT min(start_ms) FROM block WHERE start_ms >= ?')
      .pluck();
    // Seeks from window to window, instead of a scan over the blocks of all series.
    this.#ofSeries = connection.prepare<{ from: number; to: number; series: number }, WindowBody>(
      `WITH RECURSIVE starts (start) AS (
         SELECT min(start_ms) FROM block WHERE start_ms >= $from AND start_ms < $to
         UNION ALL
         SELECT (SELECT min(start_ms) FROM block WHERE start_ms > start AND start_ms < $to)
         FROM starts WHERE start IS NOT NULL
       )
       SELECT start_ms AS startMs, body FROM starts CROSS JOIN block ON start_ms = start AND series = $series
       ORDER BY start_ms, to_commit`,
    );
    this.#ofAll = connection.prepare<[number], SeriesBody>(
      'SELECT series, body FROM block WHERE start_ms = ? ORDER BY series, to_commit',
    );
    this.#bound = connection
      .prepare<[number, number], number>(
        'SELECT start_ms FROM block WHERE start_ms < ? ORDER BY start_ms LIMIT 1 OFFSET ?',
      )
      .pluck();
    this.#delete = connection.prepare('DELETE FROM block WHERE start_ms <= ? AND start_ms < ?');
  }

  /** Adds a block; its readings need not be sorted. */
  add(startMs: number, series: SeriesId, toCommit: number, column: ReadingColumn): void {
    this.#insert.run(startMs, series, toCommit, encodeBlock(column.sorted(), startMs));
  }

  /** The first window at or after that one which has blocks. */
  nextStartMs(fromMs: number): number | undefined {
    return this.#next.get(gridFloor(fromMs, blockMs)) ?? undefined;
  }

  /** The windows from the one that holds `fromMs` on in which the series has blocks. */
  *ofSeries(series: SeriesId, fromMs: number, toMs: number): Generator<SeriesWindow> {
    let nextMs = this.nextStartMs(fromMs);
    while (nextMs !== undefined && nextMs < toMs) {
      const endMs = nextMs + chunkMs;
      let current: SeriesWindow | undefined;
      for (const { startMs, body } of this.#ofSeries.all({
        from: nextMs,
        to: Math.min(toMs, endMs),
        series,
      })) {
        if (current !== undefined && current.startMs !== startMs) yield current;
        if (current?.startMs !== startMs) current = { startMs, column: new ReadingColumn() };
        decodeBlock(body, startMs, current.column);
      }
      if (current !== undefined) yield current;
      nextMs = this.nextStartMs(endMs);
    }
  }

  /** Adds what the window holds of every series, in the order of packing. */
  readAll(startMs: number, columnOf: (series: SeriesId) => ReadingColumn): void {
    for (const { series, body } of this.#ofAll.all(startMs)) decodeBlock(body, startMs, columnOf(series));
  }

  /** Deletes windows that start before `beforeMs`, oldest first, so many rows a call that it stays short. */
  prune(beforeMs: number): Pruned {
    const boundMs = this.#bound.get(beforeMs, pruneRowsMax);
    const rows = this.#delete.run(boundMs ?? beforeMs, beforeMs).changes;
    return { rows, remaining: boundMs !== undefined };
  }
}
