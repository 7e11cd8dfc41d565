import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { errorCodeOf, GatewayError } from '../core/errors.ts';
import { assertTakesFiles } from './disk-space.ts';
import { mediumFailure, sqliteFailure } from './sqlite-failure.ts';

/** Whoever holds it is the only gateway on the data directory. It ends with the process, however that ends. */
export interface InstanceLock {
  release(): void;
}

/** Keeps locks from being collected as garbage, which would let them go. */
const held = new Set<Sqlite.Database>();
const lockName = 'egw.lock';

/**
 * Makes the data directory (0700) if need be and takes its lock: a transaction held open on a tiny database,
 * so the operating system drops it when the process dies. The holder's pid is committed in it before.
 * In a directory that is there and cannot be written, the lock stands in a temporary place instead; whoever took
 * the usual one while it could be written is found by the file that it holds open.
 * Errors: `data_dir_in_use`, `data_dir_unusable`.
 */
export function takeInstanceLock(
  directory: string,
  temporaryDirectories: readonly string[] = [tmpdir(), '/run', '/dev/shm'],
): InstanceLock {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return lockFile(join(directory, lockName), directory);
  } catch (error) {
    const failure = lockFailure(error, directory);
    if (failure.code === 'data_dir_in_use' || !isUnwritable(directory, error)) throw failure;
    assertNobodyHolds(directory);
    return lockElsewhere(directory, temporaryDirectories, failure);
  }
}

/** Errors: `data_dir_in_use`, and SQLite's own. */
function lockFile(path: string, directory: string): InstanceLock {
  const connection = new Sqlite(path, { timeout: 0 });
  try {
    takeWriteLock(connection);
  } catch (error) {
    const isHeld = error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY');
    const failure = isHeld ? inUse(directory, holderPid(connection), error) : error;
    connection.close();
    throw failure;
  }
  held.add(connection);
  return {
    release: () => {
      held.delete(connection);
      connection.close();
    },
  };
}

function takeWriteLock(connection: Sqlite.Database): void {
  connection.exec('BEGIN IMMEDIATE');
  connection.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL); DELETE FROM holder');
  connection.prepare('INSERT INTO holder (pid) VALUES (?)').run(process.pid);
  // Readers must see the pid, so the lock is let go for an instant; whoever takes it then has won.
  connection.exec('COMMIT; BEGIN IMMEDIATE');
}

/** Whether it is a directory that takes no files, or has no room for one: then the gateway runs all the same. */
function isUnwritable(directory: string, error: unknown): boolean {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  if (mediumFailure(sqliteFailure(error, directory)) === 'full') return true;
  try {
    assertTakesFiles(directory);
    return false;
  } catch (refusal) {
    return mediumFailure(refusal) !== undefined;
  }
}

/** By name and owner, so that other users' gateways do not meet ours. */
function lockElsewhere(directory: string, places: readonly string[], failure: GatewayError): InstanceLock {
  const hash = createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 16);
  for (const place of places) {
    try {
      return lockFile(join(place, `egw-${process.getuid?.() ?? 0}-${hash}.lock`), directory);
    } catch (error) {
      if (errorCodeOf(error) === 'data_dir_in_use') throw error;
    }
  }
  throw failure;
}

/** Errors: `data_dir_in_use`. Looks where the system tells which files processes hold open: on Linux. */
function assertNobodyHolds(directory: string): void {
  const path = join(realpathSync(directory), lockName);
  const pid = namesIn('/proc').find((name) => /^\d+$/.test(name) && holdsOpen(name, path));
  if (pid !== undefined) throw inUse(directory, Number(pid), undefined);
}

function holdsOpen(pid: string, path: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return namesIn(folder).some((name) => {
    try {
      return readlinkSync(join(folder, name)) === path;
    } catch {
      return false;
    }
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function lockFailure(error: unknown, directory: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new GatewayError('data_dir_unusable', `${directory} cannot be used: ${why}`, {
    hint: 'make room, give the gateway the right to write, or set EGW_DATA_DIR',
    cause: error,
  });
}

function inUse(directory: string, pid: number | undefined, cause: unknown): GatewayError {
  const who = pid === undefined ? 'another gateway' : `the gateway with process id ${pid}`;
  return new GatewayError('data_dir_in_use', `${directory} is in use by ${who}`, {
    hint: 'stop it, or set EGW_DATA_DIR to another folder',
    cause,
    ...(pid !== undefined && { facts: { pid } }),
  });
}

function holderPid(connection: Sqlite.Database): number | undefined {
  try {
    const pid = connection.prepare<[], number>('SELECT pid FROM holder').pluck().get();
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}
