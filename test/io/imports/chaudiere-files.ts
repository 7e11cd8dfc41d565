import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import type { ImportedRow, ImportNote } from '../../../gateway/io/imports/import-format.ts';
import { importFormats } from '../../../gateway/io/imports/index.ts';

type Cell = string | number | null;

/** A row as chaudiere wrote it; what is not said is null. */
export interface ChaudiereRecord {
  readonly id?: number;
  /** `2019-01-31 06:40:05.123456`, local. */
  readonly dt: Cell;
  readonly temp0?: Cell;
  readonly temp1?: Cell;
  readonly temp2?: Cell;
  readonly temp3?: Cell;
  readonly watt0?: Cell;
  readonly watt1?: Cell;
  readonly watt2?: Cell;
  readonly watt3?: Cell;
  readonly phase?: Cell;
  readonly change?: Cell;
  readonly event?: Cell;
}

/** Of 2019. */
const zoneOf2019 = 'Europe/Paris';
const nowMs = Date.UTC(2020, 5, 1);

const columns = ['dt', 'temp0', 'temp1', 'temp2', 'temp3', 'watt0', 'watt1', 'watt2', 'watt3'] as const;
const judged = ['phase', 'change', 'event'] as const;

/** A database as SQLAlchemy makes it of the model of both tables. */
export function writeChaudiere(
  path: string,
  table: string,
  records: Iterable<ChaudiereRecord>,
  { isLogged = false } = {},
): void {
  const connection = new Sqlite(path);
  if (isLogged) connection.pragma('journal_mode = WAL');
  connection.exec(`CREATE TABLE IF NOT EXISTS "${table}" (
    id INTEGER NOT NULL, dt DATETIME,
    temp0 FLOAT, temp1 FLOAT, temp2 FLOAT, temp3 FLOAT,
    watt0 INTEGER, watt1 INTEGER, watt2 INTEGER, watt3 INTEGER,
    phase INTEGER, change BOOLEAN, event VARCHAR(100),
    PRIMARY KEY (id), CHECK (change IN (0, 1)))`);
  const names = ['id', ...columns, ...judged] as const;
  const insert = connection.prepare(
    `INSERT INTO "${table}" (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  );
  connection.transaction(() => {
    for (const record of records) insert.run(names.map((name) => record[name] ?? null));
  })();
  connection.close();
}

/** As Python writes a local time. */
export function written(atMs: number, zoneHours: number): string {
  return new Date(atMs + zoneHours * 3_600_000).toISOString().replace('T', ' ').replace('Z', '000');
}

export interface ReadChaudiere {
  readonly rows: readonly ImportedRow[];
  readonly notes: readonly ImportNote[];
  /** By input and time: `water 2019-01-31T05:40:05.000Z` */
  readonly values: ReadonlyMap<string, number>;
  readonly tables: readonly { readonly rows: number }[];
}

export function readChaudiere(paths: readonly string[], zone = zoneOf2019): ReadChaudiere {
  const notes: ImportNote[] = [];
  const format = importFormats.find(({ id }) => id === 'chaudiere');
  const reader = format?.open(paths, { zone, nowMs, note: (note) => void notes.push(note) });
  if (reader === undefined) throw new RangeError('there is no format');
  try {
    const rows = [...reader.rows()];
    const values = rows.flatMap(({ atMs, answer }) =>
      answer.values.map(({ part, value }): [string, number] => [
        `${part} ${new Date(atMs).toISOString()}`,
        value,
      ]),
    );
    return { rows, notes, values: new Map(values.toReversed()), tables: reader.tables };
  } finally {
    reader.close();
  }
}

export function databaseIn(directory: string, name = 'chaudiere.db'): string {
  return join(directory, name);
}
