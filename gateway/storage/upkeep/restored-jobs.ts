import type { Connection } from '../connection.ts';
import { JobRunTable } from '../job-run-table.ts';
import { JobTable } from '../job-table.ts';
import { missWaitingJobs } from '../miss-waiting-jobs.ts';
import { readSound } from '../read-sound.ts';
import { transact } from '../transact.ts';

/**
 * Jobs of a backup that had not ended may have run since: those that waited are `missed`, and those that ran have
 * `failed`. Answers how many jobs will not run by themselves. Damaged rows are left to salvaging.
 */
export function settleRestoredJobs(connection: Connection, nowMs: number): number {
  const [jobs, runs] = [new JobTable(connection), new JobRunTable(connection)];
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
  });
  return count;
}

const problem = 'it ran when the backup was made that was restored: how it ended is not known';
