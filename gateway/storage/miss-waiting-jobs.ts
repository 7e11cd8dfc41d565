import type { Connection } from './connection.ts';
import { JobTable } from './job-table.ts';
import { readSound } from './read-sound.ts';

/**
 * For where the newest that was written of jobs may be gone: one that waits may have run since, and running it again
 * is worse than not running it. It is `missed`, so that people see it and may say that it is to run. Answers how many. A
 * damaged row is left to salvaging.
 */
export function missWaitingJobs(connection: Connection, nowMs: number): number {
  const jobs = new JobTable(connection);
  const ids = jobs.ids(['queued', 'waiting']);
  for (const id of ids) {
    const job = readSound(() => jobs.find(id));
    if (job !== undefined) jobs.put({ ...job, state: 'missed', endedMs: nowMs });
  }
  return ids.length;
}
