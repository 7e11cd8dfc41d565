import type { Connection } from './connection.ts';
import { rollupLevels, type RollupLevel } from './rollup-level.ts';

/**
 * The windows that readings touched since they were last computed, written in the same transaction as the
 * readings: the mark up to which rolling up has come, window by window, so that late readings need no other.
 */
export class StaleWindows {
  readonly #insert;
  readonly #delete;
  readonly #starts: Record<RollupLevel, Set<number>> = { minute: new Set(), hour: new Set(), day: new Set() };

  constructor(connection: Connection) {
    this.#insert = connection.prepare('INSERT OR IGNORE INTO stale_window (level, start_ms) VALUES (?, ?)');
    this.#delete = connection.prepare('DELETE FROM stale_window WHERE level = ? AND start_ms = ?');
    const rows = connection
      .prepare<[], { level: number; startMs: number }>('SELECT level, start_ms AS startMs FROM stale_window')
      .all();
    for (const { level, startMs } of rows) this.#starts[rollupLevels[level] ?? 'day'].add(startMs);
  }

  has(level: RollupLevel, startMs: number): boolean {
    return this.#starts[level].has(startMs);
  }

  add(level: RollupLevel, startMs: number): void {
    if (this.#starts[level].has(startMs)) return;
    this.#insert.run(rollupLevels.indexOf(level), startMs);
    this.#starts[level].add(startMs);
  }

  remove(level: RollupLevel, startMs: number): void {
    this.#delete.run(rollupLevels.indexOf(level), startMs);
    this.#starts[level].delete(startMs);
  }

  starts(level: RollupLevel): ReadonlySet<number> {
    return this.#starts[level];
  }

  /** Start of the oldest one of any level; Infinity when there is none. */
  oldestMs(): number {
    let oldestMs = Infinity;
    for (const level of rollupLevels) {
      for (const startMs of this.#starts[level]) oldestMs = Math.min(oldestMs, startMs);
    }
    return oldestMs;
  }
}
