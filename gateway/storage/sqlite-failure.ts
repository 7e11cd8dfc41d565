import Sqlite from 'better-sqlite3';
import { GatewayError } from '../core/errors.ts';

/**
 * What SQLite or the file system threw, as an operating error: `database_unreadable` for damage, `storage_failed`
 * (try again) for the disk and for locks. Anything else comes back as it is: it is a bug, or already an operating
 * error.
 */
export function sqliteFailure(error: unknown, path: string): unknown {
  if (isOfFileSystem(error)) return failed(path, error, error.code);
  if (!(error instanceof Sqlite.SqliteError)) return error;
  const { code } = error;
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return unreadable(path, error.message, error);
  }
  if (outsideCodes.some((prefix) => code.startsWith(prefix))) {
    return failed(path, error, code);
  }
  return error;
}

function failed(path: string, error: Error, code: string): GatewayError {
  return new GatewayError('storage_failed', `${path}: ${error.message} (${code})`, {
    hint: 'it is tried again; if it repeats, check the disk and its free space',
    cause: error,
    facts: { sqlite: code },
  });
}

function isOfFileSystem(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

/** A file that is there and is no database of ours. It is never replaced by an empty one. */
export function unreadable(path: string, why: string, cause?: unknown): GatewayError {
  return new GatewayError('database_unreadable', `${path} cannot be read: ${why}`, {
    hint: 'it was left as it is; restore a backup, or move it away to start without history',
    ...(cause !== undefined && { cause }),
  });
}

const outsideCodes = [
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
