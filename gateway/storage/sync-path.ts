import { closeSync, fsyncSync, openSync } from 'node:fs';

/**
 * Puts a file, or the names in a folder, on disk for good. Never of a database that this process has open: closing
 * any handle of a file lets go of all locks that the process has on it.
 */
export function syncPath(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
