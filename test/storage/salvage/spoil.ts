import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { errorCodeOf } from '../../../gateway/core/errors.ts';

export const pageBytes = 4_096;

export interface Page {
  /** Where it is in the file. */
  readonly from: number;
  readonly bytes: Buffer;
}

/** What is refused as damaged is salvaged before the next call. */
export function again<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    assert.equal(errorCodeOf(error), 'database_unreadable');
    return work();
  }
}

/** Changes rows as a disk would: past their checks. */
export function spoil(directory: string, sql: string): void {
  const file = new Sqlite(join(directory, 'egw.db'));
  file.exec(sql);
  file.close();
}

/** The only page of a table, or of an index, as it is now. */
export function pageOf(directory: string, name: string): Page {
  const path = join(directory, 'egw.db');
  const file = new Sqlite(path, { readonly: true });
  const root = Number(file.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name));
  file.close();
  const from = (root - 1) * pageBytes;
  return { from, bytes: readFileSync(path).subarray(from, from + pageBytes) };
}

/** As a disk that has lost the writes since. */
export function putBack(directory: string, ...pages: readonly Page[]): void {
  const path = join(directory, 'egw.db');
  const file = readFileSync(path);
  for (const { bytes, from } of pages) bytes.copy(file, from);
  writeFileSync(path, file);
}
