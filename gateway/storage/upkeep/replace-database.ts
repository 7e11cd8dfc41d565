import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GatewayError } from '../../core/errors.ts';
import { removeFile } from '../remove-file.ts';
import { syncPath } from '../sync-path.ts';

/** What takes the place of the database, and where that goes. Paths are seen from the data directory. */
export interface Replacement {
  /** null: it is removed. */
  readonly keepAs: string | null;
  /** Whether what is kept may not be changed any more. */
  readonly readOnly: boolean;
}

const databaseName = 'egw.db';
const planName = 'egw.db.replacement';
/** The second file: whole, and on disk, once there is a plan. */
const nextName = 'egw.db.next';
const companions = ['-wal', '-shm', '-journal'];

export function nextDatabasePath(directory: string): string {
  return join(directory, nextName);
}

/**
 * Removes a second file that no plan tells of: its making was cut short, has failed, or is given up, which ends whoever
 * still writes it. Answers whether there was one. Errors: those of the file system.
 */
export function discardNextDatabase(directory: string): boolean {
  if (existsSync(join(directory, planName))) return false;
  const hadOne = existsSync(join(directory, nextName));
  removeFile(join(directory, `${planName}.new`));
  for (const suffix of ['', '.new', ...companions, ...companions.map((companion) => `.new${companion}`)]) {
    removeFile(join(directory, nextName + suffix));
  }
  return hadOne;
}

/**
 * Puts the second file in the place of the database. Neither may be open. The plan makes it certain: before it is on
 * disk the old database is in force, from then on the new one, because every start finishes what a plan tells.
 *
 *     egw.db + egw.db.next ── plan ──► egw.db moves away ──► egw.db.next moves in ──► plan removed
 *
 * Errors: `already_exists`, `data_dir_unusable` when the old file cannot go where it is to be kept.
 */
export function replaceDatabase(directory: string, replacement: Replacement): void {
  if (replacement.keepAs !== null) checkPlace(directory, replacement.keepAs);
  syncPath(join(directory, nextName));
  if (replacement.keepAs === null && !hasCompanions(directory)) {
    // Nothing else has to move: one renaming is whole or not done at all. That the old log is gone must last first,
    // or it could come back beside the new file.
    syncPath(directory);
    moveIn(directory);
    return;
  }
  const aside = join(directory, `${planName}.new`);
  writeFileSync(aside, JSON.stringify(replacement), { mode: 0o600 });
  syncPath(aside);
  renameSync(aside, join(directory, planName));
  syncPath(directory);
  finishReplacement(directory);
}

/**
 * Finishes a replacement that was cut short; nothing when there is none. To be called before the database is opened.
 * Every step may be repeated. Errors: `database_unreadable` when the plan is not one of ours.
 */
export function finishReplacement(directory: string): void {
  const planPath = join(directory, planName);
  if (!existsSync(planPath)) return;
  const { keepAs, readOnly } = readPlan(planPath);
  if (existsSync(join(directory, nextName))) {
    moveAway(directory, keepAs);
    syncPath(directory);
    moveIn(directory);
  }
  if (keepAs !== null && readOnly && existsSync(join(directory, keepAs)))
    chmodSync(join(directory, keepAs), 0o400);
  removeFile(planPath);
  syncPath(directory);
}

function hasCompanions(directory: string): boolean {
  return companions.some((suffix) => existsSync(join(directory, databaseName + suffix)));
}

function moveIn(directory: string): void {
  renameSync(join(directory, nextName), join(directory, databaseName));
  syncPath(directory);
}

/** A plan that could not be carried out would keep the gateway from starting. */
function checkPlace(directory: string, keepAs: string): void {
  const path = join(directory, keepAs);
  if (existsSync(path)) {
    throw new GatewayError('already_exists', `${path} is there already`, {
      hint: 'move it away, and say it again',
    });
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (statSync(dirname(path)).dev !== statSync(directory).dev) {
    throw new GatewayError(
      'data_dir_unusable',
      `${dirname(path)} is on another file system than ${directory}`,
      {
        hint: 'move it into the data directory: a file can only be moved as a whole within one file system',
      },
    );
  }
}

/** With its write-ahead log: one that stayed would be replayed into the new file. */
function moveAway(directory: string, keepAs: string | null): void {
  const path = join(directory, databaseName);
  if (keepAs === null) {
    for (const suffix of ['', ...companions]) removeFile(path + suffix);
    return;
  }
  const keptPath = join(directory, keepAs);
  // It was made before the plan; somebody may have tidied up since.
  mkdirSync(dirname(keptPath), { recursive: true, mode: 0o700 });
  const hasLog = existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0;
  for (const suffix of hasLog ? ['', '-wal'] : ['']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, keptPath + suffix);
  }
  for (const suffix of companions) removeFile(path + suffix);
  syncPath(dirname(keptPath));
}

function readPlan(path: string): Replacement {
  const text = readFileSync(path, 'utf8');
  try {
    const plan = JSON.parse(text) as Partial<Replacement>;
    const { keepAs, readOnly } = plan;
    if ((keepAs === null || typeof keepAs === 'string') && typeof readOnly === 'boolean')
      return { keepAs, readOnly };
  } catch {
    // Said below: it is written aside and renamed, so half of one is damage.
  }
  throw new GatewayError('database_unreadable', `${path} is damaged: ${JSON.stringify(text.slice(0, 80))}`, {
    hint: 'put back egw.db.next or the newest backup as egw.db, and remove this file',
  });
}
