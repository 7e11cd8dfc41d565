import type { Connection } from '../connection.ts';
import type { FoundRecord } from './page-cells.ts';
import type { StoredValue } from './record.ts';

export interface ColumnShape {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** What rows from before the column was added have. */
  readonly missing: StoredValue;
}

/** What rows of a table look like, in the database and on its pages. */
export interface TableShape {
  readonly name: string;
  readonly hasRowid: boolean;
  /** In the order of the table. */
  readonly columns: readonly ColumnShape[];
  /** Places in `columns`, in the order in which a record holds them. */
  readonly stored: readonly number[];
  /** Of the columns that a row is found by, in their order. */
  readonly keyPlaces: readonly number[];
  /** The column that is the rowid itself, by its place. */
  readonly rowidColumn: number | undefined;
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
}

/** All tables of a database with today's schema. */
export function tableShapes(connection: Connection): readonly TableShape[] {
  const tables = connection
    .prepare<[], { name: string; wr: number }>(
      "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all();
  return tables.map(({ name, wr }) => {
    const rows = connection.prepare<[string], ColumnRow>('SELECT * FROM pragma_table_info(?)').all(name);
    return shapeOf(name, wr === 0, rows);
  });
}

function shapeOf(name: string, hasRowid: boolean, rows: readonly ColumnRow[]): TableShape {
  const key = rows.flatMap(({ pk }, index) => (pk > 0 ? [{ pk, index }] : [])).sort((a, b) => a.pk - b.pk);
  const places = rows.map((_, index) => index);
  const keyPlaces = key.map(({ index }) => index);
  const [first] = keyPlaces;
  const isRowid =
    hasRowid && keyPlaces.length === 1 && first !== undefined && rows[first]?.type === 'INTEGER';
  return {
    name,
    hasRowid,
    columns: rows.map((row) => ({
      name: row.name,
      type: row.type,
      isRequired: row.notnull === 1 || row.pk > 0,
      missing: row.dflt_value === null ? null : Number(row.dflt_value),
    })),
    // A table without rowid is clustered by its key, which stands first.
    stored: hasRowid ? places : [...keyPlaces, ...places.filter((place) => !keyPlaces.includes(place))],
    keyPlaces,
    rowidColumn: isRowid ? first : undefined,
  };
}

/** The record as a row of that table, in the order of its columns; undefined when it cannot be one. */
export function asRow(shape: TableShape, { rowid, values }: FoundRecord): StoredValue[] | undefined {
  const { columns, stored, rowidColumn } = shape;
  if ((rowid !== undefined) !== shape.hasRowid || values.length > columns.length) return undefined;
  const row = columns.map(({ missing }) => missing);
  for (const [index, place] of stored.entries()) {
    const value = values[index];
    if (value !== undefined) row[place] = value;
  }
  if (rowidColumn !== undefined) {
    if (values[rowidColumn] !== null) return undefined;
    row[rowidColumn] = rowid ?? null;
  }
  return columns.every((column, place) => fits(column, row[place] ?? null)) ? row : undefined;
}

function fits({ type, isRequired }: ColumnShape, value: StoredValue): boolean {
  if (value === null) return !isRequired;
  if (type === 'TEXT') return typeof value === 'string';
  if (type === 'BLOB') return value instanceof Uint8Array;
  if (type === 'INTEGER') return typeof value === 'bigint' || Number.isSafeInteger(value);
  if (type === 'REAL') return typeof value === 'number';
  return !(value instanceof Uint8Array);
}
