import Sqlite from 'better-sqlite3';
import { GatewayError } from '../core/errors.ts';
import type { StorageMode } from './store-calls.ts';

/**
 * What SQLite or the file system threw, as an operating error: `database_unreadable` for damage, `storage_failed`
 * (try again) for the disk and for locks. Anything else comes back as it is: it is a bug, or already an operating
 * error.
 */
export function sqliteFailure(error: unknown, path: string): unknown {
  const code = outsideCode(error);
  if (code === undefined || !(error instanceof Error)) return error;
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return unreadable(path, error.message, error);
  }
  return new GatewayError('storage_failed', `${path}: ${error.message} (${code})`, {
    hint: 'it is tried again; if it repeats, check the disk and its free space',
    cause: error,
    facts: { [code.startsWith('SQLITE_') ? 'sqlite' : 'system']: code },
  });
}

/** A file that is there and is no database of ours. It is never replaced by an empty one. */
export function unreadable(path: string, why: string, cause?: unknown): GatewayError {
  return new GatewayError('database_unreadable', `${path} cannot be read: ${why}`, {
    hint: 'it was left as it is; restore a backup, or move it away to start without history',
    ...(cause !== undefined && { cause }),
  });
}

/** What a failure says of the medium; undefined when it says nothing: a lock, damage, a refused input. */
export function mediumFailure(error: unknown): Exclude<StorageMode, 'ok'> | undefined {
  if (!(error instanceof GatewayError) || error.code !== 'storage_failed') return undefined;
  const code = String(error.facts['sqlite'] ?? error.facts['system'] ?? '');
  return mediumCodes.find(([prefix]) => code.startsWith(prefix))?.[1];
}

/** Whether a write was refused on a connection that may only read. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_READONLY');
}

function outsideCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const { code } = error;
  const isSqlite = error instanceof Sqlite.SqliteError;
  const known = isSqlite ? outsideCodes : systemCodes;
  return known.some((prefix) => code.startsWith(prefix)) ? code : undefined;
}

const mediumCodes: readonly (readonly [prefix: string, mode: Exclude<StorageMode, 'ok'>])[] = [
  ['SQLITE_FULL', 'full'],
  // The index of the log cannot grow: what it fails for is room, and SQLite has no other code for it.
  ['SQLITE_IOERR_SHMSIZE', 'full'],
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['SQLITE_READONLY', 'read_only'],
  ['SQLITE_CANTOPEN', 'read_only'],
  ['SQLITE_PERM', 'read_only'],
  ['EROFS', 'read_only'],
  ['EACCES', 'read_only'],
  ['EPERM', 'read_only'],
  ['SQLITE_IOERR', 'failing'],
  ['EIO', 'failing'],
];

const systemCodes = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'ENOENT', 'EMFILE', 'ENFILE'];

const outsideCodes = [
  'SQLITE_CORRUPT',
  'SQLITE_NOTADB',
  'SQLITE_IOERR',
  'SQLITE_FULL',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
  'SQLITE_PERM',
  'SQLITE_PROTOCOL',
  'SQLITE_NOMEM',
];
