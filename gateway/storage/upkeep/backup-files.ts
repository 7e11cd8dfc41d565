import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { describeError, GatewayError } from '../../core/errors.ts';
import { removeFile } from '../remove-file.ts';
import { headerDamage } from '../salvage/file-header.ts';
import { syncPath } from '../sync-path.ts';
import type { BackupReport, BackupRequest, KeptFile } from '../upkeep-calls.ts';
import { copyDatabase } from './copy-database.ts';

export const archiveFolder = 'archives';
const backupFolder = 'backups';
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Names that the gateway gives; only of these old ones are removed. */
const nameOfTime = /^egw-\d{8}T\d{6}Z\.db$/;
const partSuffix = '.egw-part';
/** With what SQLite and the copying put beside it. */
const nameOfPart = /\.db\.egw-part(\.new)?(-wal|-shm|-journal)?$/;

/** Writes a backup of the database in the data directory, aside until it is whole and checked. */
export function writeBackup(dataDirectory: string, request: BackupRequest): BackupReport {
  const { nowMs, keep } = request;
  const directory = folderOf(dataDirectory, request.directory);
  const name = request.name === undefined ? `egw-${timeInName(nowMs)}.db` : checkedName(request.name);
  const path = join(directory, name);
  // A folder that was named is never made: it would be made where the stick is missing that should be there.
  if (request.directory === undefined)
    inFolder(directory, () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
  if (existsSync(path)) {
    throw new GatewayError('already_exists', `${path} is there already`, { hint: 'give another name' });
  }
  inFolder(directory, () => removeParts(directory));
  const aside = path + partSuffix;
  const copy = copyDatabase({ sourcePath: join(dataDirectory, 'egw.db'), targetPath: aside, cutMs: null });
  const { bytes, readings, commits, newestMs } = copy;
  const removed = inFolder(directory, () => {
    renameSync(aside, path);
    syncPath(directory);
    return removeOldest(directory, keep, name);
  });
  return { name, path, bytes, writtenMs: nowMs, readings, commits, newestMs, removed };
}

/** Backups in the folder, newest first; the database itself, files of others and parts of files are none. */
export function listBackups(dataDirectory: string, directory?: string): readonly KeptFile[] {
  const inUse = resolve(dataDirectory, 'egw.db');
  const files = filesIn(folderOf(dataDirectory, directory));
  return files.filter(({ path }) => resolve(path) !== inUse && isWhole(path));
}

/** Archives, newest first. */
export function listArchives(dataDirectory: string): readonly KeptFile[] {
  return filesIn(join(dataDirectory, archiveFolder));
}

/** `20260310T000000Z`. */
export function timeInName(nowMs: number): string {
  return new Date(nowMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
}

function folderOf(dataDirectory: string, directory = backupFolder): string {
  return isAbsolute(directory) ? directory : join(dataDirectory, directory);
}

function checkedName(name: string): string {
  const full = name.endsWith('.db') ? name : `${name}.db`;
  if (plainName.test(full)) return full;
  throw new GatewayError('input_invalid', `${JSON.stringify(name)} is no name for a backup`, {
    hint: 'take 1 to 60 letters, digits, dots, dashes and underscores, and no folder',
  });
}

/** Errors: `storage_failed`, without the system's code as a fact: it may be another disk than the database's. */
function inFolder<Result>(directory: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new GatewayError(
      'storage_failed',
      `the folder ${directory} cannot be used: ${describeError(cause)}`,
      {
        hint: 'make it, or plug in the disk that it is on; the gateway needs the right to write to it (storage.backup.directory)',
        cause,
      },
    );
  }
}

/** What cannot be read would be no help. */
function isWhole(path: string): boolean {
  try {
    return headerDamage(path) === undefined;
  } catch {
    return false;
  }
}

/** What a crash left of earlier ones. */
function removeParts(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (nameOfPart.test(name)) removeFile(join(directory, name));
  }
}

/** The one that was just made is the newest, whatever a clock that was set back has named it. */
function removeOldest(directory: string, keep: number, newest: string): readonly string[] {
  const names = readdirSync(directory).filter((name) => nameOfTime.test(name) && name !== newest);
  const others = nameOfTime.test(newest) ? keep - 1 : keep;
  const removed = names.toSorted().slice(0, Math.max(0, names.length - others));
  for (const name of removed) removeFile(join(directory, name));
  return removed;
}

function filesIn(directory: string): readonly KeptFile[] {
  if (!existsSync(directory)) return [];
  const entries = inFolder(directory, () => readdirSync(directory, { withFileTypes: true }));
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.db'))
    .map(({ name }) => {
      const path = join(directory, name);
      const { size, mtimeMs } = statSync(path);
      return { name, path, bytes: size, writtenMs: Math.floor(mtimeMs) };
    })
    .sort((left, right) => right.writtenMs - left.writtenMs || (left.name < right.name ? 1 : -1));
}
