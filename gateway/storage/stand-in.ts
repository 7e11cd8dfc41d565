import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../core/limits.ts';
import { diskSpace } from './disk-space.ts';

/** Where a database is read from while its own place cannot be used. */
export interface StandIn {
  readonly directory: string;
  /** Whether what was in the database can be read there; otherwise it begins empty. */
  readonly isCopy: boolean;
  remove(): void;
}

/** A part of what is free in the temporary place, which may be memory. */
const freeShare = 1 / 4;

/**
 * Copies the database of that directory, which nobody may be writing, to a temporary one; an empty one when it
 * cannot be read or is too big. Errors: those of the file system when there is no temporary place.
 */
export function makeStandIn(directory: string, places: readonly string[] = temporaryPlaces()): StandIn {
  const standIn = makeTemporary(places);
  const names = ['egw.db', 'egw.db-wal'];
  const bytes = names.reduce((sum, name) => sum + sizeOf(join(directory, name)), 0);
  const roomBytes = (diskSpace(standIn)?.freeBytes ?? 0) * freeShare;
  let isCopy = bytes <= Math.min(roomBytes, limits.standInBytesMax);
  try {
    if (isCopy) for (const name of names) copyIfThere(join(directory, name), join(standIn, name));
  } catch {
    isCopy = false;
    for (const name of names) rmSync(join(standIn, name), { force: true });
  }
  return {
    directory: standIn,
    isCopy,
    remove: () => rmSync(standIn, { recursive: true, force: true }),
  };
}

function temporaryPlaces(): readonly string[] {
  return [tmpdir(), '/run', '/dev/shm'];
}

function makeTemporary(places: readonly string[]): string {
  let failure: unknown;
  for (const place of places) {
    try {
      return mkdtempSync(join(place, 'egw-read-only-'));
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function copyIfThere(from: string, to: string): void {
  if (sizeOf(from) > 0) copyFileSync(from, to);
}
