import Sqlite from 'better-sqlite3';
import type { Connection } from '../connection.ts';
import { JobRunTable } from '../job-run-table.ts';
import { jobIdsSkipped, JobTable, lastJobMark } from '../job-table.ts';
import { MarkStore } from '../mark-store.ts';
import { missWaitingJobs } from '../miss-waiting-jobs.ts';
import { readSound } from '../read-sound.ts';
import { transact } from '../transact.ts';

/**
 * Jobs of a backup that had not ended may have run since: those that waited are `missed`, and those that ran have
 * `failed`. Ids go on after those of the database that is replaced, or, where that cannot be read, with some skipped.
 * Answers how many jobs will not run by themselves. Damaged rows are left to salvaging.
 */
export function settleRestoredJobs(
  connection: Connection,
  nowMs: number,
  replacedLastId: number | undefined,
): number {
  const [jobs, runs, marks] = [
    new JobTable(connection),
    new JobRunTable(connection),
    new MarkStore(connection),
  ];
  let count = 0;
  transact(connection, () => {
    for (const id of jobs.ids(['running'])) {
      const job = readSound(() => jobs.find(id));
      const run = readSound(() => runs.latest(id));
      if (job !== undefined) jobs.put({ ...job, state: 'failed', endedMs: nowMs });
      if (run?.outcome === 'running') runs.put({ ...run, outcome: 'interrupted', endedMs: nowMs, problem });
      count += 1;
    }
    count += missWaitingJobs(connection, nowMs);
    const own = readSound(() => marks.number(lastJobMark));
    if (own === undefined) return;
    if (replacedLastId === undefined) marks.putNumber(lastJobMark, own + jobIdsSkipped);
    else if (replacedLastId > own) marks.putNumber(lastJobMark, replacedLastId);
  });
  return count;
}

const problem = 'it ran when the backup was made that was restored: how it ended is not known';

/** The highest id that a database has given; undefined when that cannot be read. */
export function lastJobIdOf(path: string): number | undefined {
  let connection: Sqlite.Database | undefined;
  try {
    connection = new Sqlite(path, { readonly: true, fileMustExist: true });
    return new MarkStore(connection).number(lastJobMark);
  } catch {
    // A damaged one is what people restore a backup for.
    return undefined;
  } finally {
    connection?.close();
  }
}
