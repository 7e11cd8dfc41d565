import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../core/limits.ts';
import { diskSpace } from './disk-space.ts';
import { removeFile } from './remove-file.ts';

/** Where a database is read from while its own place cannot be used. */
export interface StandIn {
  readonly directory: string;
  /** Whether what was in the database can be read there; otherwise it begins empty. */
  readonly isCopy: boolean;
  /** Never throws: what cannot be removed stays in the temporary place. */
  remove(): void;
}

export interface StandInOptions {
  /** Where the database is; absent for an empty one. */
  readonly directory?: string;
  /** Temporary places, best first. */
  readonly places?: readonly string[] | undefined;
}

const names = ['egw.db', 'egw.db-wal'];
/** A part of what is free in the temporary place, which may be memory. */
const freeShare = 1 / 4;

/**
 * Copies the database of that directory, which nobody may be writing, to a temporary one; an empty one when it
 * cannot be read or is too big. Errors: those of the file system when there is no temporary place.
 */
export function makeStandIn({ directory, places = temporaryPlaces() }: StandInOptions): StandIn {
  const standIn = makeTemporary(places);
  return {
    directory: standIn,
    isCopy: directory !== undefined && copyDatabase(directory, standIn),
    remove: () => remove(standIn),
  };
}

/** All of it or nothing; answers which. */
function copyDatabase(from: string, to: string): boolean {
  try {
    const bytes = names.reduce((sum, name) => sum + sizeOf(join(from, name)), 0);
    const roomBytes = (diskSpace(to)?.freeBytes ?? 0) * freeShare;
    if (bytes === 0 || bytes > Math.min(roomBytes, limits.standInBytesMax)) return false;
    for (const name of names)
      if (sizeOf(join(from, name)) > 0) copyFileSync(join(from, name), join(to, name));
    return true;
  } catch {
    for (const name of names) removeFile(join(to, name));
    return false;
  }
}

function remove(directory: string): void {
  try {
    rmSync(directory, { recursive: true });
  } catch {
    // It is a copy, and whoever needs it has let go of it.
  }
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
