import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describeError, errorCodeOf } from '../../core/errors.ts';
import { takeInstanceLock, type InstanceLock } from '../instance-lock.ts';
import { schemaVersion } from '../migrations/index.ts';
import { versionOf } from '../run-migrations.ts';
import { headerDamage } from '../salvage/file-header.ts';
import { logDamage } from '../salvage/log-damage.ts';
import { sqliteFailure, unreadable } from '../sqlite-failure.ts';
import { FileCheck } from './file-check.ts';

export interface DatabaseCheck {
  readonly path: string;
  /** Rows that were read and compared. */
  readonly rows: number;
  /** What is not as it was written, and where: the first of each kind. */
  readonly damage: readonly string[];
  /** Whether a gateway runs on it. */
  readonly isInUse: boolean;
}

/**
 * Reads all of the database in the data directory and says what is damaged; changes nothing. A gateway may run on it.
 * Errors: `database_unreadable` when there is none, `data_dir_unusable`, `storage_failed` when it cannot be read here.
 */
export function checkDatabase(directory: string): DatabaseCheck {
  const path = join(directory, 'egw.db');
  if (!existsSync(path)) throw unreadable(path, 'there is no such file');
  const lock = lockOf(directory);
  try {
    const base = { path, isInUse: lock === undefined };
    // A running gateway has looked at these when it began; meanwhile they move.
    const before = lock === undefined ? undefined : (headerDamage(path) ?? logDamage(path));
    // Opening it would throw away what the log's index tells.
    if (before !== undefined) return { ...base, rows: 0, damage: [before] };
    return { ...base, ...checkRows(path) };
  } finally {
    lock?.release();
  }
}

/** undefined: a gateway has it. */
function lockOf(directory: string): InstanceLock | undefined {
  try {
    return takeInstanceLock(directory);
  } catch (error) {
    if (errorCodeOf(error) === 'data_dir_in_use') return undefined;
    throw error;
  }
}

function checkRows(path: string): Pick<DatabaseCheck, 'rows' | 'damage'> {
  let connection: Sqlite.Database | undefined;
  try {
    connection = new Sqlite(path, { fileMustExist: true });
    connection.pragma('query_only = ON');
    const ofPages = pageDamage(connection);
    // The checks are those of today's tables; a start brings older ones up to date.
    if (versionOf(connection) !== schemaVersion) return { rows: 0, damage: ofPages };
    const { rows, damage } = new FileCheck(connection).all();
    return { rows, damage: [...ofPages, ...damage] };
  } catch (error) {
    const failure = sqliteFailure(error, path);
    // A disk that is full or cannot be read says nothing of what is on it.
    if (errorCodeOf(failure) !== 'database_unreadable') throw failure;
    return { rows: 0, damage: [describeError(failure)] };
  } finally {
    connection?.close();
  }
}

function pageDamage(connection: Sqlite.Database): readonly string[] {
  const lines = connection.prepare<[], string>('PRAGMA integrity_check(10)').pluck().all();
  return lines.filter((line) => line !== 'ok').map((line) => `the file's pages: ${line}`);
}
