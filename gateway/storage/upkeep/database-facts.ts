import type { Connection } from '../connection.ts';
import { MarkStore } from '../mark-store.ts';

/** What tells one state of a database from another. */
export interface DatabaseFacts {
  readonly epoch: number;
  /** The highest commit there ever was. */
  readonly commits: number;
  /** All that were ever acknowledged. */
  readonly readings: number;
  /** The newest reading, UTC epoch ms. */
  readonly newestMs: number | null;
}

/** Of the database that the connection has as `main`. Errors: `database_unreadable`. */
export function factsOf(connection: Connection): DatabaseFacts {
  const marks = new MarkStore(connection);
  const one = (sql: string): number | null =>
    connection.prepare<[], number | null>(sql).pluck().get() ?? null;
  // What is packed stays in the log for a while.
  const waiting = `SELECT sum(count) FROM main.staged
    WHERE NOT (commit_number <= ${marks.number('packed_to_commit')} AND max_ms < ${marks.number('packed_to_ms')}
      AND offset_ms IS NOT NULL)`;
  return {
    epoch: marks.number('epoch'),
    commits: Math.max(
      one('SELECT max(commit_number) FROM main.packed_commit') ?? 0,
      one('SELECT max(commit_number) FROM main.staged') ?? 0,
    ),
    readings: marks.number('packed_readings') + (one(waiting) ?? 0),
    newestMs: one(
      `SELECT max(at_ms) FROM (SELECT max(at_ms) AS at_ms FROM main.latest
       UNION ALL SELECT max(max_ms) FROM main.staged WHERE offset_ms IS NOT NULL)`,
    ),
  };
}
