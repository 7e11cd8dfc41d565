import { copyFileSync, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describeError, GatewayError } from '../../core/errors.ts';
import { FileCheck } from '../check/file-check.ts';
import { assertOurs, openConnection } from '../connection.ts';
import { giveUpDeliveries } from '../give-up-deliveries.ts';
import { takeInstanceLock } from '../instance-lock.ts';
import { MarkStore } from '../mark-store.ts';
import { ServerOrderStore } from '../server-order-store.ts';
import { sqliteFailure, unreadable } from '../sqlite-failure.ts';
import { transact } from '../transact.ts';
import { timeInName } from './backup-files.ts';
import { factsOf, type DatabaseFacts } from './database-facts.ts';
import {
  discardNextDatabase,
  finishReplacement,
  nextDatabasePath,
  replaceDatabase,
} from './replace-database.ts';
import { goOnAfter, lastIdsOf, type LastIds } from './restored-ids.ts';
import { settleRestoredJobs } from './restored-jobs.ts';

export interface RestoreReport {
  /** What the restored database holds. */
  readonly restored: DatabaseFacts;
  /** What in it is not as it was written, the first of each kind: it may be the best that there is. */
  readonly damage: readonly string[];
  /** What the one before held; undefined when there was none, or it could not be read. */
  readonly replaced: DatabaseFacts | undefined;
  /** Where the one before is now; undefined when there was none. */
  readonly keptAs: string | undefined;
  /** Jobs that had not ended when the backup was made: they may have run since, and do not run by themselves. */
  readonly jobsStopped: number;
  /** Messages that waited when the backup was made: they may have gone out since, and are not sent. */
  readonly messagesStopped: number;
  /** Orders to the server that were open when the backup was made: they are not sent. */
  readonly ordersStopped: number;
}

const spareBytes = 16 * 1_048_576;

/**
 * Puts a backup or an archive in the place of the database, which is kept beside it. No gateway may run: it takes the
 * instance lock. Brought to this program's schema, and with a new epoch, since history was replaced. A crash leaves
 * the old database or the new one. Errors: `not_found`, `database_unreadable`, `database_newer`, `disk_full`,
 * `data_dir_in_use`, `data_dir_unusable`, `storage_failed`.
 */
export function restoreDatabase(directory: string, file: string, nowMs: number): RestoreReport {
  const lock = takeInstanceLock(directory);
  try {
    finishReplacement(directory);
    discardNextDatabase(directory);
    return restore(directory, resolve(file), nowMs);
  } finally {
    lock.release();
  }
}

function restore(directory: string, file: string, nowMs: number): RestoreReport {
  const path = join(directory, 'egw.db');
  if (file === resolve(path)) {
    throw new GatewayError('input_invalid', `${file} is the database itself`, { hint: 'name a backup' });
  }
  const nextPath = nextDatabasePath(directory);
  try {
    copyAside(file, nextPath);
    const replaced = presentFacts(path);
    const epoch = Math.max(replaced?.epoch ?? 0, Math.floor(nowMs / 1000));
    const lastIds = existsSync(path) ? lastIdsOf(path) : undefined;
    const prepared = prepare(nextPath, { epoch, nowMs, lastIds });
    const keepAs = existsSync(path) ? freeName(directory, `egw.db.replaced-${timeInName(nowMs)}`) : null;
    replaceDatabase(directory, { keepAs, readOnly: false });
    return { ...prepared, replaced, keptAs: keepAs === null ? undefined : join(directory, keepAs) };
  } catch (error) {
    discardNextDatabase(directory);
    throw error instanceof GatewayError ? error : sqliteFailure(error, path);
  }
}

/** Two may come in a second. */
function freeName(directory: string, name: string): string {
  let free = name;
  for (let number = 2; existsSync(join(directory, free)); number += 1) free = `${name}-${number}`;
  return free;
}

/** With the log that stands beside it, if it was a database in use. */
function copyAside(file: string, nextPath: string): void {
  if (!existsSync(file)) {
    throw new GatewayError('not_found', `there is no file ${file}`, {
      hint: 'egw db backups lists the backups',
    });
  }
  if (!statSync(file).isFile() || statSync(file).size === 0)
    throw unreadable(file, 'it is not a file with something in it');
  const logs = ['-wal'].filter((suffix) => existsSync(file + suffix));
  checkRoom(dirname(nextPath), [file, ...logs.map((suffix) => file + suffix)]);
  try {
    for (const suffix of ['', ...logs]) copyFileSync(file + suffix, nextPath + suffix);
    checkWhole(nextPath);
  } catch (cause) {
    if (cause instanceof GatewayError && cause.code !== 'database_unreadable') throw cause;
    throw unreadable(file, describeCause(cause, nextPath, file), cause);
  }
}

function checkRoom(directory: string, files: readonly string[]): void {
  const { bavail, bsize } = statfsSync(directory);
  const neededBytes = files.reduce((sum, path) => sum + statSync(path).size, spareBytes);
  if (bavail * bsize >= neededBytes) return;
  throw new GatewayError('disk_full', `there is no room in ${directory} for a copy of ${String(files[0])}`, {
    hint: 'make room; nothing was changed',
    facts: { neededBytes, freeBytes: bavail * bsize },
  });
}

/** Ours, of a version that is known, and whole: found out before anything is changed in it. */
function checkWhole(path: string): void {
  const connection = new Sqlite(path);
  try {
    assertOurs(connection, path);
    const answer = connection.pragma('integrity_check(1)', { simple: true });
    if (answer !== 'ok') throw unreadable(path, String(answer));
  } finally {
    connection.close();
  }
}

function describeCause(cause: unknown, nextPath: string, file: string): string {
  return describeError(cause).replaceAll(nextPath, file);
}

/** For reading only: it is kept as it is, whatever that is. Nothing when it cannot be read, or is of an older version. */
function presentFacts(path: string): DatabaseFacts | undefined {
  if (!existsSync(path)) return undefined;
  let connection: Sqlite.Database | undefined;
  try {
    connection = new Sqlite(path, { readonly: true });
    return factsOf(connection);
  } catch {
    // A damaged one is what people restore a backup for.
    return undefined;
  } finally {
    connection?.close();
  }
}

const givenUp = 'it waited when the backup was made that was restored: it may have gone out since';

interface Succession {
  /** The newest that there was. */
  readonly epoch: number;
  readonly nowMs: number;
  /** undefined when it is not known. */
  readonly lastIds: LastIds | undefined;
}

function prepare(
  path: string,
  { epoch, nowMs, lastIds }: Succession,
): Pick<RestoreReport, 'restored' | 'damage' | 'jobsStopped' | 'messagesStopped' | 'ordersStopped'> {
  const connection = openConnection(path, undefined);
  try {
    const marks = new MarkStore(connection);
    marks.putNumber('epoch', Math.max(epoch, marks.number('epoch')) + 1);
    goOnAfter(connection, lastIds);
    const jobsStopped = settleRestoredJobs(connection, nowMs);
    let [messagesStopped, ordersStopped] = [0, 0];
    transact(connection, () => {
      messagesStopped = giveUpDeliveries(connection, { nowMs, reason: givenUp });
      const orders = new ServerOrderStore(connection);
      ordersStopped = orders.end({ state: 'superseded', atMs: nowMs, problem: givenUp });
    });
    const restored = factsOf(connection);
    const { damage } = new FileCheck(connection).all();
    connection.pragma('journal_mode = DELETE');
    return { restored, damage, jobsStopped, messagesStopped, ordersStopped };
  } finally {
    connection.close();
  }
}
