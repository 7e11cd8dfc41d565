import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describeError, errorCodeOf, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { blockCount } from '../block-codec.ts';
import { openConnection, type Connection } from '../connection.ts';
import { diskSpace } from '../disk-space.ts';
import { removeFile } from '../remove-file.ts';
import { mediumFailure, sqliteFailure, unreadable } from '../sqlite-failure.ts';
import { syncPath } from '../sync-path.ts';
import { tablesOf, type CopiedTable } from './copied-table.ts';
import { factsOf, type DatabaseFacts } from './database-facts.ts';

export interface DatabaseCopy {
  /** A database of today's schema; it may be in use. */
  readonly sourcePath: string;
  readonly targetPath: string;
  /** Raw readings and minutes from there on come along; null: all. */
  readonly cutMs: number | null;
}

export interface CopyReport extends DatabaseFacts {
  readonly bytes: number;
  /** Readings in blocks that did not come along. */
  readonly leftBehind: number;
}

/** Stays free for the gateway that goes on working: twice that below which it would delete history to make room. */
const spareBytesMax = 2 * limits.freeBytesWanted;
const companions = ['-wal', '-shm', '-journal'];
const rowsPerStep = 4_000;
/**
 * A commit that syncs its log may have to wait until the file system has put down what else is new (ext4 does so):
 * never for more than this much of a copy.
 */
const unsyncedBytesMax = 4 * 1_048_576;

/**
 * Copies the database as it stands at one moment into a new file: row by row in the order of the keys, which leaves
 * its free pages behind; checked, and on disk when this returns. Commits to the source go on meanwhile. A target that
 * is there is replaced; one that is removed meanwhile ends it. Errors: `disk_full`, `database_unreadable`,
 * `storage_busy`, `storage_failed`; nothing is left behind then.
 */
export function copyDatabase(copy: DatabaseCopy): CopyReport {
  const { sourcePath, targetPath } = copy;
  removeCopy(targetPath);
  let target: Connection | undefined;
  try {
    checkRoom(copy);
    target = openConnection(targetPath, 1);
    const report = copyRows(target, copy);
    checkCopy(target, targetPath);
    // In one file, without a log beside it.
    target.pragma('journal_mode = DELETE');
    target.close();
    syncPath(targetPath);
    return { ...report, bytes: statSync(targetPath).size };
  } catch (error) {
    const isGone = target !== undefined && !existsSync(targetPath);
    target?.close();
    removeCopy(targetPath);
    throw isGone ? givenUp(targetPath, error) : copyFailure(error, sourcePath, targetPath);
  }
}

function removeCopy(path: string): void {
  for (const base of [path, `${path}.new`]) {
    for (const suffix of ['', ...companions]) removeFile(base + suffix);
  }
}

/** What is not cut needs as much room as is in use; what is cut is not known before. */
function checkRoom({ sourcePath, targetPath, cutMs }: DatabaseCopy): void {
  if (!existsSync(sourcePath)) throw unreadable(sourcePath, 'the file is gone');
  const source = new Sqlite(sourcePath, { readonly: true });
  try {
    const pageBytes = numberOf(source, 'page_size');
    const usedBytes = (numberOf(source, 'page_count') - numberOf(source, 'freelist_count')) * pageBytes;
    const neededBytes = cutMs === null ? usedBytes : pageBytes;
    const freeBytes = roomFor(targetPath);
    if (freeBytes < neededBytes) throw noRoom(targetPath, neededBytes, freeBytes);
  } finally {
    source.close();
  }
}

function roomFor(path: string): number {
  const disk = diskSpace(dirname(path));
  if (disk === undefined) return Infinity;
  const spareBytes = Math.min(spareBytesMax, disk.totalBytes / 10);
  return Math.max(0, disk.freeBytes - spareBytes);
}

function copyRows(target: Connection, copy: DatabaseCopy): Omit<CopyReport, 'bytes'> {
  const { sourcePath, targetPath, cutMs } = copy;
  target.pragma('foreign_keys = OFF');
  // It is synced as a whole at the end, and thrown away when that is not reached.
  target.pragma('journal_mode = OFF');
  target.pragma('synchronous = OFF');
  const roomBytes = roomFor(targetPath);
  if (Number.isFinite(roomBytes))
    target.pragma(`max_page_count = ${Math.ceil(roomBytes / numberOf(target, 'page_size')) + 1}`);
  target.prepare('ATTACH ? AS source').run(sourcePath);
  // Deferred: an immediate transaction would take the source's write lock as well. All reads see one moment.
  target.exec('BEGIN');
  for (const table of tablesOf(target)) copyTable(target, table, copy);
  const report = { ...factsOf(target), leftBehind: cutMs === null ? 0 : leftBehind(target, cutMs) };
  target.exec('COMMIT');
  target.exec('DETACH source');
  return report;
}

function copyTable(target: Connection, table: CopiedTable, { targetPath, cutMs }: DatabaseCopy): void {
  const { name, filter } = table;
  const kept = cutMs === null ? 'true' : filter(cutMs, 'source');
  target.exec(`DELETE FROM main."${name}"`);
  let syncedBytes = statSync(targetPath).size;
  for (let copied = rowsPerStep; copied === rowsPerStep;) {
    copied = copyStep(target, table, kept);
    const { size } = statSync(targetPath);
    if (size < syncedBytes + unsyncedBytesMax) continue;
    syncPath(targetPath);
    syncedBytes = size;
  }
  const count = (schema: string, rows: string): unknown =>
    target.prepare(`SELECT count(*) FROM ${schema}."${name}" WHERE ${rows}`).pluck().get();
  if (count('main', 'true') !== count('source', kept))
    throw unreadable(`table ${name}`, 'not all of its rows could be copied');
}

/** The rows that come after those that are there; answers how many. */
function copyStep(target: Connection, { name, keys }: CopiedTable, kept: string): number {
  const key = keys.join(', ');
  const last = target
    .prepare<[], (number | string)[]>(
      `SELECT ${key} FROM main."${name}" ORDER BY ${keys.map((column) => `${column} DESC`).join(', ')} LIMIT 1`,
    )
    .raw()
    .get();
  const beyond = last === undefined ? 'true' : `(${key}) > (${keys.map(() => '?').join(', ')})`;
  return target
    .prepare(
      `INSERT INTO main."${name}" SELECT * FROM source."${name}" WHERE ${beyond} AND ${kept}
       ORDER BY ${key} LIMIT ${rowsPerStep}`,
    )
    .run(...(last ?? [])).changes;
}

function leftBehind(target: Connection, cutMs: number): number {
  const bodies = target
    .prepare<[number], Buffer>('SELECT CAST(body AS BLOB) FROM source.block WHERE start_ms < ?')
    .pluck();
  let readings = 0;
  for (const body of bodies.iterate(cutMs)) readings += blockCount(body);
  return readings;
}

function checkCopy(target: Connection, path: string): void {
  const answer = target.pragma('quick_check(1)', { simple: true });
  if (answer !== 'ok') throw unreadable(path, String(answer));
}

function numberOf(connection: Connection, pragma: string): number {
  return Number(connection.pragma(pragma, { simple: true }));
}

/** Without the system's code as a fact: what fails here may be another disk than the database's. */
function copyFailure(error: unknown, sourcePath: string, targetPath: string): unknown {
  const failure = sqliteFailure(error, sourcePath);
  if (mediumFailure(failure) === 'full') return noRoom(targetPath, undefined, roomFor(targetPath), error);
  if (errorCodeOf(failure) !== 'storage_failed') return failure;
  return new GatewayError('storage_failed', `the copy ${targetPath} was not made: ${describeError(error)}`, {
    hint: 'check that its folder can be written to, and its disk; nothing was left behind',
    cause: error,
  });
}

/** Whoever removes the file wants its room back. */
function givenUp(path: string, cause: unknown): GatewayError {
  return new GatewayError('storage_busy', `the copy ${path} was given up: its room was needed`, {
    hint: 'make room, and say it again; nothing was left behind',
    cause,
  });
}

function noRoom(
  path: string,
  neededBytes: number | undefined,
  freeBytes: number,
  cause?: unknown,
): GatewayError {
  const needed = neededBytes === undefined ? '' : `${megabytes(neededBytes)} are needed, and `;
  const message = `there is no room for ${path}: ${needed}${megabytes(freeBytes)} can be used`;
  return new GatewayError('disk_full', message, {
    hint: 'make room, or name a folder on another disk; nothing was left behind',
    facts: { freeBytes, ...(neededBytes !== undefined && { neededBytes }) },
    ...(cause !== undefined && { cause }),
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
