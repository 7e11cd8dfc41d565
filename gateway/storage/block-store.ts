import { gridFloor } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import { decodeBlock, encodeBlock } from './block-codec.ts';
import type { Connection } from './connection.ts';
import type { Pruned } from './pruned.ts';
import type { ReadingColumn } from './reading-column.ts';

/** The window that packed readings are cut into. */
export const blockMs = 5 * 60_000;
const pruneRowsMax = 5_000;

interface SeriesBody {
  readonly series: SeriesId;
  readonly body: Buffer;
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
    this.#ofSeries = connection
      .prepare<[number, number], Buffer>(
        'SELECT body FROM block WHERE start_ms = ? AND series = ? ORDER BY to_commit',
      )
      .pluck();
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

  /** Adds what the window holds of one series to the column, in the order of packing. */
  readSeries(startMs: number, series: SeriesId, into: ReadingColumn): void {
    for (const body of this.#ofSeries.all(startMs, series)) decodeBlock(body, startMs, into);
  }

  /** The same for all series. */
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
