import { crc32 } from 'node:zlib';
import type { Connection } from './connection.ts';
import { unreadable } from './sqlite-failure.ts';

/** What a column of a checked row holds. */
export type Cell = number | string | null;

/** CRC-32 over a row: the table's name, and its values in the order of the columns, without the check itself. */
export function rowCheck(table: string, values: readonly Cell[]): number {
  return crc32(JSON.stringify([table, ...values]));
}

/** The function of that name in SQL, for migrations: rows from before there were checks get theirs. */
export function defineRowCheck(connection: Connection): void {
  const rowCheckSql = (table: string, ...values: Cell[]): number => rowCheck(table, values);
  connection.function('row_check', { varargs: true, deterministic: true }, rowCheckSql);
}

/** Errors: `database_unreadable` names the table and the row: what fails its check, or has none, is never served. */
export function assertRow(table: string, values: readonly Cell[], check: number | null): void {
  if (check === rowCheck(table, values)) return;
  throw unreadable(`table ${table}`, `the row of ${String(values[0])} fails its check`);
}
