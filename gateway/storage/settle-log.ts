import { closeSync, existsSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

const chunkBytes = 1_048_576;

/**
 * Writes the write-ahead log at `path` once more, byte by byte the same, and syncs it. After a sync that failed
 * the system takes pages for written that are not on the disk (Rebello et al., "Can Applications Recover from
 * fsync Failures?", USENIX ATC 2020), so commits could be read, and be acknowledged, that a power cut then takes
 * away. A checkpoint would not do: cut short, it leaves a newer database beside an older log. To be called
 * while no connection is open. Errors: those of the file system.
 */
export function settleLog(path: string): void {
  if (!existsSync(path)) return;
  const handle = openSync(path, 'r+');
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let at = 0;
    for (let read = 1; read > 0; at += read) {
      read = readSync(handle, chunk, 0, chunkBytes, at);
      for (let written = 0; written < read;) {
        written += writeSync(handle, chunk, written, read - written, at + written);
      }
    }
    if (at > 0) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
