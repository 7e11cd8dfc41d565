import type { ImportNote } from '../../io/imports/import-format.ts';

/** Rows of one table with the same reason. */
export interface NotedRows {
  readonly file: string;
  readonly table: string | null;
  readonly reason: string;
  readonly count: number;
  /** The first of them: lines, or row ids. */
  readonly rows: readonly number[];
  /** They were taken all the same. */
  readonly isTaken: boolean;
}

const rowsMax = 5;
const reasonsMax = 1_000;

/** Counts what was left out, by place and reason. */
export class NoteBook {
  readonly #notes = new Map<string, { -readonly [Name in keyof NotedRows]: NotedRows[Name] }>();

  readonly add = ({ file, table: named, row, reason, isTaken: taken }: ImportNote): void => {
    const [table, isTaken] = [named ?? null, taken === true];
    const key = JSON.stringify([file, table, reason]);
    const known = this.#notes.get(key);
    const rows = row === undefined ? [] : [row];
    if (known === undefined) {
      if (this.#notes.size < reasonsMax)
        this.#notes.set(key, { file, table, reason, count: 1, rows, isTaken });
      return;
    }
    known.count += 1;
    if (known.rows.length < rowsMax) known.rows = [...known.rows, ...rows];
  };

  all(): readonly NotedRows[] {
    return [...this.#notes.values()];
  }
}
