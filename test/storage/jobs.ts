import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import type { NewJob, RunEnding, StoredRun } from '../../gateway/storage/job-calls.ts';
import { startMs } from './scratch.ts';

export const newJob: NewJob = {
  queuedMs: startMs,
  deadlineMs: startMs + 3_600_000,
  owner: 'local',
  definition: '{"command":{"argv":["true"]}}',
  originKey: null,
};

export const goodEnd: Omit<RunEnding, 'job' | 'attempt'> = {
  endedMs: startMs + 2_000,
  outcome: 'done',
  exitCode: 0,
  signal: null,
  problem: null,
  output: 'well\n',
  outputBytes: 5,
  state: 'done',
};

export function beginRun(
  service: DatabaseService,
  job: number,
  runKey = `key-${job}`,
): StoredRun | undefined {
  return service.beginJobRun({ job, runKey, trigger: 'policy', startedMs: startMs + 1_000 });
}
