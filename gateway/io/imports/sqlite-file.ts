import Sqlite from 'better-sqlite3';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayError } from '../../core/errors.ts';
import type { Cell, RecordedTable, RowPointer } from './recorded-table.ts';

type Connection = Sqlite.Database;
type Scanned = ReturnType<RecordedTable['scan']> extends Iterable<infer Row> ? Row : never;

const copyTriesMax = 5;
const busyTimeoutMs = 5_000;
/** Bytes 18 and 19 of a database say whether it has a write-ahead log (sqlite.org/fileformat2.html, 1.3). */
const headerBytes = 20;
const journalEndings = ['-wal', '-journal'] as const;

/**
 * A database of another program, which may be writing to it. One with a write-ahead log cannot be read without files
 * being made beside it, so it is copied first. Nothing of the user's is ever changed.
 */
export class SqliteFile {
  readonly #connection: Connection;
  readonly #copy: string | undefined;

  /** Errors: those of the file system and of SQLite; `disk_full` when there is no room for the copy. */
  constructor(path: string) {
    this.#copy = needsCopy(path) ? copyOf(path) : undefined;
    const readonly = this.#copy === undefined;
    this.#connection = new Sqlite(this.#copy ?? path, {
      readonly,
      fileMustExist: true,
      timeout: busyTimeoutMs,
    });
    this.#connection.pragma('trusted_schema = OFF');
  }

  /** Tables with a column of that name. Errors: those of SQLite, when it is damaged or no database. */
  tablesWith(column: string): readonly { readonly name: string; readonly columns: readonly string[] }[] {
    const names = this.#connection
      .prepare<[], string>(
        `SELECT name FROM sqlite_schema WHERE type = 'table'
         AND sql NOT LIKE '%WITHOUT ROWID%' AND sql NOT LIKE 'CREATE VIRTUAL%'`,
      )
      .pluck()
      .all();
    return names
      .filter((name) => !name.startsWith('sqlite_'))
      .map((name) => ({ name, columns: this.#columnsOf(name) }))
      .filter(({ columns }) => columns.includes(column));
  }

  table(name: string, place: RecordedTable['place']): RecordedTable {
    const connection = this.#connection;
    const columns = this.#columnsOf(name);
    const one = connection.prepare<[number], Record<string, unknown>>(
      `SELECT * FROM ${quoted(name)} WHERE rowid = ?`,
    );
    return {
      place,
      columns,
      scan: (column) => scanned(connection, name, column),
      read: ({ offset }: RowPointer) => {
        try {
          const row = one.get(offset);
          if (row === undefined) return 'it is gone';
          return new Map(Object.entries(row).map(([key, cell]) => [key, cellOf(cell)]));
        } catch (error) {
          return damageOf(error);
        }
      },
      close: () => undefined,
    };
  }

  /** All rows of a small table, whole numbers that a number cannot hold as their digits. Errors: those of SQLite. */
  wholeRows(name: string): readonly { readonly row: number; readonly cells: ReadonlyMap<string, Cell> }[] {
    const rows = this.#connection
      .prepare<[], Record<string, unknown>>(`SELECT rowid AS "rowid ", * FROM ${quoted(name)} ORDER BY rowid`)
      .safeIntegers()
      .all();
    return rows.map(({ 'rowid ': row, ...cells }) => ({
      row: Number(row),
      cells: new Map(Object.entries(cells).map(([key, cell]) => [key, cellOf(cell)])),
    }));
  }

  close(): void {
    this.#connection.close();
    if (this.#copy !== undefined) rmSync(join(this.#copy, '..'), { recursive: true, force: true });
  }

  #columnsOf(table: string): readonly string[] {
    return this.#connection
      .prepare<[string], string>('SELECT name FROM pragma_table_info(?)')
      .pluck()
      .all(table);
  }
}

function* scanned(connection: Connection, table: string, column: string): Generator<Scanned> {
  const rows = connection
    .prepare<[], [number, unknown]>(`SELECT rowid, ${quoted(column)} FROM ${quoted(table)} ORDER BY rowid`)
    .raw()
    .iterate();
  let last = 0;
  try {
    for (const [rowid, cell] of rows) {
      last = rowid;
      yield { row: rowid, offset: rowid, length: 0, cell: cellOf(cell) };
    }
  } catch (error) {
    yield { row: last, offset: last, length: 0, cell: null, problem: `after it, ${damageOf(error)}` };
  }
}

/** Whether the file begins as a database does. */
export function isSqlite(path: string): boolean {
  return headerOf(path).toString('latin1', 0, 16) === 'SQLite format 3\u0000';
}

function needsCopy(path: string): boolean {
  const header = headerOf(path);
  return header[18] === 2 || header[19] === 2 || journalEndings.some((ending) => existsSync(path + ending));
}

function headerOf(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(headerBytes);
    readSync(file, header, 0, headerBytes, 0);
    return header;
  } finally {
    closeSync(file);
  }
}

/** Copied again when it was written meanwhile. */
function copyOf(path: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'egw-import-'));
  const copy = join(directory, 'copy.db');
  try {
    for (let tries = 0; tries < copyTriesMax; tries += 1) {
      const before = stateOf(path);
      for (const ending of ['', ...journalEndings]) {
        rmSync(copy + ending, { force: true });
        if (existsSync(path + ending)) copyFileSync(path + ending, copy + ending);
      }
      if (stateOf(path) === before) break;
    }
    return copy;
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new GatewayError('disk_full', `there is no room for a copy of ${path} in ${tmpdir()}`, {
      hint: 'name a folder with more room in TMPDIR',
      cause: error,
    });
  }
}

function stateOf(path: string): string {
  const files = ['', ...journalEndings].map((ending) => path + ending).filter((file) => existsSync(file));
  return files
    .map((file) => statSync(file, { bigint: true }))
    .map(({ size, mtimeNs }) => `${size} ${mtimeNs}`)
    .join('\n');
}

function cellOf(cell: unknown): Cell {
  if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : String(cell);
  return typeof cell === 'number' || typeof cell === 'string' ? cell : null;
}

/** Why SQLite cannot go on, as a clause. Errors: those that are not SQLite's. */
export function damageOf(error: unknown): string {
  if (error instanceof Sqlite.SqliteError) return `the database cannot be read (${error.message})`;
  throw error;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
