import type { TaskDefinition } from '../../../engine/task.ts';
import type { JobSpool } from './job-spool.ts';

const periodMs = 2_000;

/** The task that looks into the spool. */
export function watchSpool(spool: Pick<JobSpool, 'look'>): TaskDefinition {
  return {
    name: 'watch:spool',
    group: 'jobs',
    priority: 'publish',
    periodMs,
    deadlineMs: 30_000,
    run: async ({ signal }) => await spool.look(signal),
  };
}
