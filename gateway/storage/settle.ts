import Sqlite from 'better-sqlite3';
import { GatewayError } from '../core/errors.ts';
import type { Connection } from './connection.ts';

interface Checkpoint {
  readonly busy: number;
  readonly log: number;
  readonly checkpointed: number;
}

/**
 * What has to succeed on every new connection before anything is acknowledged on it. Pages whose sync failed count
 * as written for the kernel, though they may not be on disk (Rebello et al., USENIX ATC 2020). So all that is in
 * the log is written once more, into the database, and synced. Until that succeeds the connection may only read.
 * Answers why it did not; undefined when it did.
 */
export function settle(connection: Connection): unknown {
  const failure = checkpoint(connection);
  if (failure !== undefined) connection.pragma('query_only = ON');
  return failure;
}

function checkpoint(connection: Connection): unknown {
  try {
    const [row] = connection.pragma('wal_checkpoint(TRUNCATE)') as Checkpoint[];
    if (row === undefined || row.busy === 0 || row.log === row.checkpointed) return undefined;
    return new GatewayError('storage_failed', 'the write-ahead log is being read, and cannot be moved', {
      hint: 'it is tried again',
    });
  } catch (error) {
    if (error instanceof Sqlite.SqliteError) return error;
    throw error;
  }
}
