import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { GatewayError } from '../core/errors.ts';

/** Whoever holds it is the only gateway on the data directory. It ends with the process, however that ends. */
export interface InstanceLock {
  release(): void;
}

/** Keeps locks from being collected as garbage, which would let them go. */
const held = new Set<Sqlite.Database>();

/**
 * Makes the data directory (0700) if need be and takes its lock: a transaction held open on a tiny database,
 * so the operating system drops it when the process dies. The holder's pid is committed in it before.
 * Errors: `data_dir_in_use`, `data_dir_unusable`.
 */
export function takeInstanceLock(directory: string): InstanceLock {
  let connection: Sqlite.Database | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    connection = new Sqlite(join(directory, 'egw.lock'), { timeout: 0 });
    takeWriteLock(connection);
    const taken = connection;
    held.add(taken);
    return {
      release: () => {
        held.delete(taken);
        taken.close();
      },
    };
  } catch (error) {
    const failure = lockFailure(error, directory, connection);
    connection?.close();
    throw failure;
  }
}

function takeWriteLock(connection: Sqlite.Database): void {
  connection.exec('BEGIN IMMEDIATE');
  connection.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL); DELETE FROM holder');
  connection.prepare('INSERT INTO holder (pid) VALUES (?)').run(process.pid);
  // Readers must see the pid, so the lock is let go for an instant; whoever takes it then has won.
  connection.exec('COMMIT; BEGIN IMMEDIATE');
}

function lockFailure(
  error: unknown,
  directory: string,
  connection: Sqlite.Database | undefined,
): GatewayError {
  if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
    const pid = connection === undefined ? undefined : holderPid(connection);
    const who = pid === undefined ? 'another gateway' : `the gateway with process id ${pid}`;
    return new GatewayError('data_dir_in_use', `${directory} is in use by ${who}`, {
      hint: 'stop it, or set EGW_DATA_DIR to another folder',
      cause: error,
      ...(pid !== undefined && { facts: { pid } }),
    });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new GatewayError('data_dir_unusable', `${directory} cannot be used: ${why}`, {
    hint: 'make room, give the gateway the right to write, or set EGW_DATA_DIR',
    cause: error,
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
