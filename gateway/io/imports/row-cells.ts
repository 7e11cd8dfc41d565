import type { RecordedTable, RowPointer } from './recorded-table.ts';
import { damageOf } from './sqlite-file.ts';

/** A row by its column names; a text says why it cannot be read. Errors: as `readingProblem`. */
export function cellsOf(table: RecordedTable, pointer: RowPointer): ReturnType<RecordedTable['read']> {
  try {
    return table.read(pointer);
  } catch (error) {
    return readingProblem(error);
  }
}

/** Why a file cannot be read, as a clause. Errors: those that are neither SQLite's nor the file system's. */
export function readingProblem(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read';
  if (code === 'EIO') return 'its medium fails';
  return damageOf(error);
}
