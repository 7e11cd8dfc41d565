import { gridFloor } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import { blockCount, decodeBlock, encodeBlock, type BlockKey, type BlockReadings } from './block-codec.ts';
import type { Connection } from './connection.ts';
import type { Pruned } from './pruned.ts';
import type { ReadingColumn } from './reading-column.ts';
import type { SeriesSlice } from './series-slice.ts';

/** The window that packed readings are cut into. */
export const blockMs = 5 * 60_000;
const pruneRowsMax = 5_000;

/** Windows of one series that are fetched together. */
const chunkMs = 288 * blockMs;

interface SeriesBody {
  readonly series: SeriesId;
  readonly toCommit: number;
  readonly body: Buffer;
}

interface WindowBody {
  readonly startMs: number;
  readonly toCommit: number;
  readonly body: Buffer;
}

/** A step of deleting, with what was in the blocks. */
export interface PrunedBlocks extends Pruned {
  readonly readings: number;
  /** No window before that is left. */
  readonly toMs: number;
}

/** What one window holds of one series, in the order of packing. */
export interface SeriesWindow {
  readonly startMs: number;
  readonly blocks: readonly BlockReadings[];
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
  readonly #bodies;

  #oldestAddedMs = Infinity;

  constructor(connection: Connection) {
    this.#insert = connection.prepare(
      'INSERT INTO block (start_ms, series, to_commit, body) VALUES (?, ?, ?, ?)',
    );
    this.#next = connection
      .prepare<[number], number | null>('SELECT min(start_ms) FROM block WHERE start_ms >= ?')
      .pluck();
    // A seek for each window of the chunk, instead of a scan over the blocks of all series.
    this.#ofSeries = connection.prepare<{ from: number; to: number; series: number }, WindowBody>(
      `WITH RECURSIVE windows (start) AS (
         SELECT $from UNION ALL SELECT start + ${blockMs} FROM windows WHERE start + ${blockMs} < $to
       )
       SELECT start_ms AS startMs, to_commit AS toCommit, CAST(body AS BLOB) AS body
       FROM windows CROSS JOIN block ON start_ms = start AND series = $series
       ORDER BY start_ms, to_commit`,
    );
    this.#ofAll = connection.prepare<[number, number, number], SeriesBody>(
      `SELECT series, to_commit AS toCommit, CAST(body AS BLOB) AS body FROM block
       WHERE start_ms = ? AND series >= ? AND series < ? ORDER BY series, to_commit`,
    );
    this.#bound = connection
      .prepare<[number, number], number>(
        'SELECT start_ms FROM block WHERE start_ms < ? ORDER BY start_ms LIMIT 1 OFFSET ?',
      )
      .pluck();
    this.#delete = connection
      .prepare<[number, number], Buffer>(
        'DELETE FROM block WHERE start_ms <= ? AND start_ms < ? RETURNING CAST(body AS BLOB)',
      )
      .pluck();
    this.#bodies = connection.prepare<[], Buffer>('SELECT CAST(body AS BLOB) FROM block').pluck();
  }

  /** Adds a block and answers its bytes; its readings need not be sorted. */
  add(key: BlockKey, column: ReadingColumn): Buffer {
    const body = encodeBlock(column.sorted(), key);
    this.#insert.run(key.startMs, key.series, key.toCommit, body);
    this.#oldestAddedMs = Math.min(this.#oldestAddedMs, key.startMs);
    return body;
  }

  /** Start of the oldest window that got a block since this was last asked; Infinity for none. */
  takeOldestAddedMs(): number {
    const oldestMs = this.#oldestAddedMs;
    this.#oldestAddedMs = Infinity;
    return oldestMs;
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
      let current: { startMs: number; blocks: BlockReadings[] } | undefined;
      const rows = this.#ofSeries.all({ from: nextMs, to: Math.min(toMs, endMs), series });
      for (const { startMs, toCommit, body } of rows) {
        if (current !== undefined && current.startMs !== startMs) yield current;
        if (current?.startMs !== startMs) current = { startMs, blocks: [] };
        current.blocks.push(decodeBlock(body, { startMs, series, toCommit }));
      }
      if (current !== undefined) yield current;
      nextMs = this.nextStartMs(endMs);
    }
  }

  /** Adds what the window holds of every series of the slice that there is a column for, in the order of packing. */
  readAll(
    startMs: number,
    { from, to }: SeriesSlice,
    columnOf: (series: SeriesId) => ReadingColumn | undefined,
  ): void {
    for (const { series, toCommit, body } of this.#ofAll.all(startMs, from, to))
      columnOf(series)?.pushAll(decodeBlock(body, { startMs, series, toCommit }));
  }

  /** Deletes windows that start before `beforeMs`, oldest first, so many rows a call that it stays short. */
  prune(beforeMs: number, rowsMax = pruneRowsMax): PrunedBlocks {
    const boundMs = this.#bound.get(beforeMs, rowsMax);
    const bodies = this.#delete.all(boundMs ?? beforeMs, beforeMs);
    const readings = bodies.reduce((sum, body) => sum + blockCount(body), 0);
    const toMs = boundMs === undefined ? beforeMs : boundMs + blockMs;
    return { rows: bodies.length, readings, remaining: boundMs !== undefined, toMs };
  }

  /** All that are packed: reads the head of every block. */
  readings(): number {
    let readings = 0;
    for (const body of this.#bodies.iterate()) readings += blockCount(body);
    return readings;
  }
}
