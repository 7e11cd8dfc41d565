import Sqlite from 'better-sqlite3';
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

  add({ atMs, table, row, offset, length }: IndexedRow): void {
    this.#insert.run(atMs, table, row, offset, length);
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

  /** By time, and then as they stand. */
  *rows(): Generator<IndexedRow> {
    yield* this.#connection
      .prepare<[], IndexedRow>(`SELECT ${columns} FROM place ORDER BY at_ms, source, number`)
      .iterate();
  }

  close(): void {
    this.#connection.close();
  }
}
