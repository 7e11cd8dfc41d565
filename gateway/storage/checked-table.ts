import type { Connection } from './connection.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';

type Cells<Row> = Readonly<Record<keyof Row, Cell>>;
type CheckedRow<Row> = Row & { readonly crc: number };

/** Rows of one table, each with its check, which is the table's last column. */
export class CheckedTable<Row extends Cells<Row>> {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #properties: readonly (keyof Row & string)[];
  readonly #selected: string;
  readonly #replace;

  /** @param columns its columns but for the check, in the order of the table, by the properties of a row */
  constructor(connection: Connection, name: string, columns: Readonly<Record<keyof Row, string>>) {
    this.#connection = connection;
    this.#name = name;
    const named = Object.entries<string>(columns);
    this.#properties = named.map(([property]) => property as keyof Row & string);
    this.#selected = `SELECT ${named.map(([property, column]) => `${column} AS ${property}`).join(', ')}, crc FROM ${name}`;
    this.#replace = connection.prepare<object>(
      `INSERT OR REPLACE INTO ${name} (${named.map(([, column]) => column).join(', ')}, crc)
       VALUES (${named.map(([property]) => `$${property}`).join(', ')}, $crc)`,
    );
  }

  /** Instead of the row with its key, in the caller's transaction. */
  put(row: Row): void {
    this.#replace.run({ ...row, crc: rowCheck(this.#name, this.#cellsOf(row)) });
  }

  /** A query by what follows the name of the table: `WHERE day = $day`. It fails with `database_unreadable`. */
  query(tail: string): (bound: object) => readonly Row[] {
    const statement = this.#connection.prepare<object, CheckedRow<Row>>(`${this.#selected} ${tail}`);
    return (bound) => statement.all(bound).map((row) => this.#checked(row));
  }

  #checked({ crc, ...row }: CheckedRow<Row>): Row {
    const checked = row as unknown as Row;
    assertRow(this.#name, this.#cellsOf(checked), crc);
    return checked;
  }

  #cellsOf(row: Row): readonly Cell[] {
    return this.#properties.map((property) => row[property]);
  }
}
