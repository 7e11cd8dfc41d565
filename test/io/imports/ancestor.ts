import Sqlite from 'better-sqlite3';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

export type AncestorValue = number | string | boolean | null;
/** In its own order of keys. */
export type AncestorRecord = Readonly<Record<string, AncestorValue>>;

/** Writes as mesura did (its sqlite and csv backends), with all that is wrong with it. */
export class Ancestor {
  readonly directory: string;
  readonly #open = new Map<string, Sqlite.Database>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Into a table that is made of the first record; columns that are missing are added, none is ever retyped. */
  store(file: string, table: string, record: AncestorRecord): void {
    const connection = this.#connection(file);
    const columns = connection
      .prepare<[string], string>('SELECT name FROM pragma_table_info(?)')
      .pluck()
      .all(table);
    const form = ([name, value]: readonly [string, AncestorValue]): string => `"${name}" ${typeOf(value)}`;
    const entries = Object.entries(record);
    if (columns.length === 0) connection.exec(`CREATE TABLE ${table} (${entries.map(form).join(', ')})`);
    for (const entry of columns.length === 0 ? [] : entries) {
      if (!columns.includes(entry[0])) connection.exec(`ALTER TABLE ${table} ADD COLUMN ${form(entry)}`);
    }
    const names = entries.map(([name]) => `"${name}"`).join(', ');
    connection
      .prepare(`INSERT INTO ${table} (${names}) VALUES (${entries.map(() => '?').join(', ')})`)
      .run(entries.map(([, value]) => bound(value)));
  }

  /** The header only when the file is new; each row in the order of its own keys. */
  append(file: string, record: AncestorRecord): void {
    const path = join(this.directory, file);
    if (!existsSync(path)) appendFileSync(path, lineOf(Object.keys(record)));
    appendFileSync(path, lineOf(Object.values(record).map(asPython)));
  }

  /** As a process that ends does: the write-ahead log is moved into the file. */
  close(): void {
    for (const connection of this.#open.values()) connection.close();
    this.#open.clear();
  }

  #connection(file: string): Sqlite.Database {
    let connection = this.#open.get(file);
    if (connection === undefined) {
      connection = new Sqlite(join(this.directory, file));
      connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = OFF');
      this.#open.set(file, connection);
    }
    return connection;
  }
}

function typeOf(value: AncestorValue): string {
  if (typeof value === 'boolean') return 'INTEGER';
  if (typeof value !== 'number') return 'TEXT';
  return Number.isInteger(value) ? 'INTEGER' : 'REAL';
}

function bound(value: AncestorValue): bigint | number | string | null {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return Number.isSafeInteger(value) ? BigInt(value as number) : value;
}

function asPython(value: AncestorValue): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

function lineOf(cells: readonly string[]): string {
  const quoted = cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(',')}\r\n`;
}
