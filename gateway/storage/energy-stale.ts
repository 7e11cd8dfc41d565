import type { Connection } from './connection.ts';
import { assertRow, rowCheck } from './row-check.ts';

const table = 'energy_stale';

/** The slots that readings touched since they were computed; written in the transaction of the readings. */
export class EnergyStale {
  readonly #insert;
  readonly #delete;
  readonly #starts = new Set<number>();

  /** Errors: `database_unreadable` when a row fails its check. */
  constructor(connection: Connection) {
    this.#insert = connection.prepare(`INSERT OR IGNORE INTO ${table} (start_ms, crc) VALUES (?, ?)`);
    this.#delete = connection.prepare(`DELETE FROM ${table} WHERE start_ms = ?`);
    const rows = connection
      .prepare<[], { startMs: number; crc: number | null }>(`SELECT start_ms AS startMs, crc FROM ${table}`)
      .all();
    for (const { startMs, crc } of rows) {
      assertRow(table, [startMs], crc);
      this.#starts.add(startMs);
    }
  }

  get starts(): ReadonlySet<number> {
    return this.#starts;
  }

  add(startMs: number): void {
    if (this.#starts.has(startMs)) return;
    this.#insert.run(startMs, rowCheck(table, [startMs]));
    this.#starts.add(startMs);
  }

  remove(startMs: number): void {
    this.#delete.run(startMs);
    this.#starts.delete(startMs);
  }
}
