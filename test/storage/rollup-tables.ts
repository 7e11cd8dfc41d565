import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';

/** The rollup tables as they are stored: those of the minutes are rows and blocks. */
export function tables(
  directory: string,
): Record<'rows' | 'blocks' | 'hours' | 'days', readonly unknown[][]> {
  const connection = new Sqlite(join(directory, 'egw.db'), { readonly: true });
  const rowsOf = (table: string, order: string): readonly unknown[][] =>
    connection.prepare<[], unknown[]>(`SELECT * FROM ${table} ORDER BY ${order}`).raw().all();
  const all = {
    rows: rowsOf('rollup_minute', 'start_ms, series'),
    blocks: rowsOf('minute_block', 'place'),
    hours: rowsOf('rollup_hour', 'start_ms, series'),
    days: rowsOf('rollup_day', 'start_ms, series'),
  };
  connection.close();
  return all;
}

export function packWindowsAll(service: DatabaseService): void {
  while (service.packWindows().remaining);
}
