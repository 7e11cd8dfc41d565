import type { Disk } from '../../gateway/core/disk.ts';
import { GatewayError } from '../../gateway/core/errors.ts';

/** Files in memory. `isFull` makes every write fail, as a full disk does. */
export interface MemoryDisk extends Disk {
  readonly files: Map<string, string>;
  readonly unreadable: Set<string>;
  isFull: boolean;
}

export function createMemoryDisk(files: Readonly<Record<string, string>> = {}): MemoryDisk {
  const disk: MemoryDisk = {
    files: new Map(Object.entries(files)),
    unreadable: new Set(),
    isFull: false,
    readText: (path) => {
      if (disk.unreadable.has(path))
        throw new GatewayError('config_unreadable', `the file ${path} cannot be read`);
      return disk.files.get(path);
    },
    writeText: (path, text) => {
      if (disk.isFull)
        throw new GatewayError('data_dir_unusable', `the file ${path} cannot be written: ENOSPC`);
      disk.files.set(path, text);
    },
    remove: (path) => disk.files.delete(path),
  };
  return disk;
}
