import { closeSync, openSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { removeFile } from './remove-file.ts';
import { sqliteFailure } from './sqlite-failure.ts';

export interface DiskSpace {
  /** What this user may still write. */
  readonly freeBytes: number;
  /** Of the whole file system. */
  readonly totalBytes: number;
}

/** Of the file system that the directory is on; undefined when it does not tell. */
export function diskSpace(directory: string): DiskSpace | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(directory);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return undefined;
  }
}

/** Tries to make a file: permission bits do not tell of a medium that refuses. Errors: `storage_failed`. */
export function assertTakesFiles(directory: string): void {
  const path = join(directory, 'egw.probe');
  try {
    closeSync(openSync(path, 'w', 0o600));
    removeFile(path);
  } catch (error) {
    throw sqliteFailure(error, path);
  }
}
