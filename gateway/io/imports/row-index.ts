import Sqlite from 'better-sqlite3';
import { GatewayError } from '../../core/errors.ts';
import type { RowPointer } from './recorded-table.ts';

export interface IndexedRow extends RowPointer {
  readonly atMs: number;
  /** Number of the table. */
  readonly table: number;
}

const columns = 'at_ms AS atMs, source AS "table", number AS "row", start AS "offset", length';

/**
 * The times and places of all rows, to go through them by time: files were written one after another, or joined in any
 * order. In a database without a name, which SQLite keeps on disk as far as it is large, and removes by itself
 * (sqlite.org/inmemorydb.html, 3).
 */
export class RowIndex {
  readonly #connection = new Sqlite('');
  readonly #insert;
  #count = 0;

  constructor() {
    this.#connection.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      CREATE TABLE place (at_ms INTEGER, source INTEGER, number INTEGER, start INTEGER, length INTEGER);
      BEGIN;
    `);
    this.#insert = this.#connection.prepare('INSERT INTO place VALUES (?, ?, ?, ?, ?)');
  }

  get count(): number {
    return this.#count;
  }

  /** Errors: `disk_full`. */
  add({ atMs, table, row, offset, length }: IndexedRow): void {
    withRoom(() => this.#insert.run(atMs, table, row, offset, length));
    this.#count += 1;
  }

  /** So many of a table, the last ones first. */
  lastOf(table: number, rowsMax: number): readonly IndexedRow[] {
    return this.#connection
      .prepare<[number, number], IndexedRow>(
        `SELECT ${columns} FROM place WHERE source = ? ORDER BY number DESC LIMIT ?`,
      )
      .all(table, rowsMax);
  }

  /** By time, and then as they stand. Errors: `disk_full`. */
  *rows(): Generator<IndexedRow> {
    const rows = this.#connection
      .prepare<[], IndexedRow>(`SELECT ${columns} FROM place ORDER BY at_ms, source, number`)
      .iterate();
    try {
      for (let next = withRoom(() => rows.next()); next.done !== true; next = withRoom(() => rows.next()))
        yield next.value;
    } finally {
      rows.return?.();
    }
  }

  close(): void {
    this.#connection.close();
  }
}

function withRoom<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError) || error.code !== 'SQLITE_FULL') throw error;
    throw new GatewayError('disk_full', 'there is no room to note where the rows are', {
      hint: 'name a folder with more room in SQLITE_TMPDIR',
      cause: error,
    });
  }
}
