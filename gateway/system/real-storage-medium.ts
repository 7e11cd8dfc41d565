import { readFileSync, statfsSync } from 'node:fs';
import type { StorageMedium } from '../core/storage-medium.ts';

/** Of Linux: proc(5), /proc/pid/io, which counts all threads and leaves out what a cache never wrote. */
export function createRealStorageMedium(directory: string, countersPath = '/proc/self/io'): StorageMedium {
  return {
    writtenBytes: () => {
      const counters = attempt(() => readFileSync(countersPath, 'utf8')) ?? '';
      const valueOf = (name: string): number =>
        Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(counters)?.[1]);
      const bytes = valueOf('write_bytes') - valueOf('cancelled_write_bytes');
      return Number.isFinite(bytes) ? Math.max(0, bytes) : undefined;
    },
    capacityBytes: () => {
      const system = attempt(() => statfsSync(directory));
      return system === undefined ? undefined : system.blocks * system.bsize;
    },
  };
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
