import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { diskSpace } from '../disk-space.ts';
import { removeFile } from '../remove-file.ts';

const prefix = 'egw.db.damaged-';
const keptMax = 2;

/** The name under which a file is kept that was found damaged at that time. */
export function damagedName(nowMs: number): string {
  return prefix + new Date(nowMs).toISOString().replaceAll(/[-:]/g, '').replace('.', '');
}

/** When the newest of them was found, UTC epoch ms; undefined when there is none. */
export function newestDamagedMs(directory: string): number | undefined {
  const newest = namesIn(directory)[0]?.slice(prefix.length);
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z$/.exec(newest ?? '');
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = parts.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms);
}

/** Keeps the newest ones only; none of them when there is not room for a new file beside the present one. */
export function thinDamaged(directory: string, path: string): void {
  const neededBytes = 1.2 * (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  const names = namesIn(directory);
  for (const [index, name] of [...names.entries()].reverse()) {
    const hasRoom = (diskSpace(directory)?.freeBytes ?? Infinity) > neededBytes;
    // One more comes when this one has been salvaged.
    if (hasRoom && index < keptMax - 1) continue;
    for (const suffix of ['', '-wal']) removeFile(join(directory, name + suffix));
  }
}

/** Newest first. */
function namesIn(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name.startsWith(prefix) && !name.endsWith('-wal'))
    .sort()
    .reverse();
}
