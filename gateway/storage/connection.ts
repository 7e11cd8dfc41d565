import assert from 'node:assert';
import { existsSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { GatewayError } from '../core/errors.ts';
import { MarkStore } from './mark-store.ts';
import { schemaVersion } from './migrations/index.ts';
import { removeFile } from './remove-file.ts';
import { settleLog } from './settle-log.ts';
import { runMigrations, versionOf } from './run-migrations.ts';
import { applicationId } from './salvage/file-header.ts';
import { sqliteFailure, unreadable } from './sqlite-failure.ts';
import { syncPath } from './sync-path.ts';

export type Connection = Sqlite.Database;

const synchronousFull = 2;
const busyTimeoutMs = 5_000;
const cacheKib = 2_048;
const checkpointPages = 1_000;
const journalBytesMax = 8 * 1_048_576;

/**
 * Opens the database at `path`, makes it when there is none, and brings it to this program's schema.
 * A new one is made aside and renamed, so that a file of that name is always a whole database: an empty or
 * damaged one is refused, never started anew. `epoch` numbers a new file; without it there must be one.
 * Errors: `database_newer`, `database_unreadable`, `storage_failed`.
 */
export function openConnection(path: string, epoch: number | undefined): Connection {
  try {
    provide(path, epoch);
    settleLog(`${path}-wal`);
  } catch (error) {
    throw sqliteFailure(error, path);
  }
  return connect(path, (connection) => {
    assertOurs(connection, path);
    configure(connection);
    runMigrations(connection);
  });
}

/** A file of that name, which is no empty one. */
function provide(path: string, epoch: number | undefined): void {
  if (!existsSync(path)) {
    if (epoch === undefined) throw unreadable(path, 'the file is gone');
    create(path, epoch);
    return;
  }
  const kind = statSync(path);
  if (!kind.isFile()) throw unreadable(path, 'it is not a plain file');
  if (kind.size === 0) throw unreadable(path, 'the file is empty');
}

/** The durability promise rests on this setting (its default in WAL loses commits in a power cut). */
export function assertDurable(connection: Connection): void {
  const synchronous = connection.pragma('synchronous', { simple: true });
  assert(
    synchronous === synchronousFull,
    `the database runs with synchronous=${String(synchronous)}, not FULL`,
  );
}

/** Opens it and prepares it; closes it again when that fails. */
function connect(path: string, prepare: (connection: Connection) => void): Connection {
  let connection: Connection | undefined;
  try {
    connection = new Sqlite(path, { timeout: busyTimeoutMs });
    prepare(connection);
    return connection;
  } catch (error) {
    connection?.close();
    throw sqliteFailure(error, path);
  }
}

function configure(connection: Connection): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('trusted_schema = OFF');
  connection.pragma(`cache_size = -${cacheKib}`);
  connection.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  connection.pragma(`journal_size_limit = ${journalBytesMax}`);
  assertDurable(connection);
}

function create(path: string, epoch: number): void {
  const aside = `${path}.new`;
  for (const suffix of ['', '-wal', '-shm', '-journal']) removeFile(aside + suffix);
  connect(aside, (connection) => {
    connection.pragma(`application_id = ${applicationId}`);
    configure(connection);
    runMigrations(connection);
    new MarkStore(connection).putNumber('epoch', epoch);
    connection.pragma('wal_checkpoint(TRUNCATE)');
  }).close();
  // A -wal left by a file that was removed would be replayed into the new one.
  for (const suffix of ['-wal', '-shm']) removeFile(path + suffix);
  syncPath(aside);
  renameSync(aside, path);
  syncPath(dirname(path));
}

/** Errors: `database_unreadable` when it is not ours, `database_newer`. */
export function assertOurs(connection: Connection, path: string): void {
  const id = connection.pragma('application_id', { simple: true });
  if (id !== applicationId) throw unreadable(path, 'it is not a database of this gateway');
  const version = versionOf(connection);
  if (version > schemaVersion) {
    throw new GatewayError(
      'database_newer',
      `${path} has schema version ${version}, and this program knows versions up to ${schemaVersion}`,
      { hint: 'install the version that wrote it or a newer one, or restore an older backup' },
    );
  }
}
