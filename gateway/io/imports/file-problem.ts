import { closeSync, openSync, readSync } from 'node:fs';
import { isSqlite } from './sqlite-file.ts';

/** Why a file cannot be read, as a clause: neither a database nor, unless it must be one, text. Errors: those of the file system. */
export function fileProblem(path: string, isDatabase: boolean): string | undefined {
  const start = Buffer.alloc(2);
  const file = openSync(path, 'r');
  const read = readSync(file, start, 0, 2, 0);
  closeSync(file);
  if (read === 0) return 'it is empty';
  if (['fffe', 'feff'].includes(start.toString('hex'))) return 'it is written in UTF-16: save it as UTF-8';
  return isDatabase && !isSqlite(path) ? 'it is no SQLite database' : undefined;
}
