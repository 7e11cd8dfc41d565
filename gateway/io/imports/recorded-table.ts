import type { ImportPlace } from './import-format.ts';

export type Cell = string | number | null;

/** Where a row is found again: a row id, or the place of its bytes. */
export interface RowPointer {
  /** For people: a line, or a row id. */
  readonly row: number;
  readonly offset: number;
  readonly length: number;
}

/** A table of another program, whatever it is kept in. */
export interface RecordedTable {
  readonly place: ImportPlace;
  readonly columns: readonly string[];
  /** All rows as they stand, with the cell of one column; `problem` says why a row cannot be read. */
  scan(column: string): Iterable<RowPointer & { readonly cell: Cell } & { readonly problem?: string }>;
  /** One row by its column names; a text says why it cannot be read. */
  read(pointer: RowPointer): ReadonlyMap<string, Cell> | string;
  close(): void;
}
