import { gridFloor } from '../core/interval.ts';
import type { Connection } from './connection.ts';
import { hourMs, rollupLevels, type RollupLevel } from './rollup-level.ts';

/**
 * The windows that readings touched since they were last computed, written in the same transaction as the
 * readings: the mark up to which rolling up has come, window by window, so that late readings need no other.
 * Minutes are noted by their UTC hour: the first commit of an hour writes a row, the others none.
 */
export class StaleWindows {
  readonly #insert;
  readonly #delete;
  readonly #starts: Record<RollupLevel, Set<number>> = { minute: new Set(), hour: new Set(), day: new Set() };

  constructor(connection: Connection) {
    this.#insert = connection.prepare('INSERT OR IGNORE INTO stale_window (level, start_ms) VALUES (?, ?)');
    this.#delete = connection.prepare(
      'DELETE FROM stale_window WHERE level = ? AND start_ms >= ? AND start_ms < ?',
    );
    const rows = connection
      .prepare<[], { level: number; startMs: number }>('SELECT level, start_ms AS startMs FROM stale_window')
      .all();
    for (const { level: index, startMs } of rows) {
      const level = rollupLevels[index] ?? 'day';
      // Older versions noted each minute.
      this.#starts[level].add(level === 'minute' ? gridFloor(startMs, hourMs) : startMs);
    }
  }

  add(level: RollupLevel, startMs: number): void {
    if (this.#starts[level].has(startMs)) return;
    this.#insert.run(rollupLevels.indexOf(level), startMs);
    this.#starts[level].add(startMs);
  }

  remove(level: RollupLevel, startMs: number): void {
    const endMs = level === 'minute' ? startMs + hourMs : startMs + 1;
    this.#delete.run(rollupLevels.indexOf(level), startMs, endMs);
    this.#starts[level].delete(startMs);
  }

  /** Starts of the windows; of minutes those of their hours. */
  starts(level: RollupLevel): ReadonlySet<number> {
    return this.#starts[level];
  }

  /** Start of the oldest one of these levels; Infinity when there is none. */
  oldestMs(levels: readonly RollupLevel[] = rollupLevels): number {
    let oldestMs = Infinity;
    for (const level of levels) {
      for (const startMs of this.#starts[level]) oldestMs = Math.min(oldestMs, startMs);
    }
    return oldestMs;
  }
}
