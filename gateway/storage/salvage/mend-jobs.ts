import type { Connection } from '../connection.ts';
import type { JobState, StoredRun } from '../job-calls.ts';
import { JobRunTable } from '../job-run-table.ts';
import { JobTable, lastJobMark, type JobRow } from '../job-table.ts';
import { MarkStore } from '../mark-store.ts';
import { missWaitingJobs } from '../miss-waiting-jobs.ts';
import { mendLastId } from './mend-last-id.ts';

export interface JobDoubts {
  readonly nowMs: number;
  /** The newest commits may be missing. */
  readonly isLogCut: boolean;
  /** The mark of the newest id may be missing. */
  readonly isMarkLost: boolean;
}

/**
 * Brings jobs and their runs together again, when one of them is lost or from before. What was begun is never taken
 * for something that waits: where it is not known how it went on, it has failed. Answers how many were changed.
 */
export function mendJobs(connection: Connection, { nowMs, isLogCut, isMarkLost }: JobDoubts): number {
  mendLastJobId(connection, isLogCut || isMarkLost);
  const tables = { jobs: new JobTable(connection), runs: new JobRunTable(connection) };
  let changed = dropWithoutJob(connection);
  for (const id of tables.jobs.ids()) if (mendJob(tables, id, nowMs)) changed += 1;
  return changed + (isLogCut ? missWaitingJobs(connection, nowMs) : 0);
}

interface Tables {
  readonly jobs: JobTable;
  readonly runs: JobRunTable;
}

/** Answers whether it, or its last run, is another one now. */
function mendJob({ jobs, runs }: Tables, id: number, nowMs: number): boolean {
  const job = jobs.find(id);
  if (job === undefined) return false;
  if (job.originKey !== null && jobs.ofOrigin(job.originKey) === undefined)
    jobs.putOrigin(job.originKey, job);
  const latest = runs.latest(id);
  const run = runInDoubt(job, latest, nowMs);
  if (run !== undefined) {
    runs.put(run);
    return true;
  }
  if (latest === undefined || !isBehindRun(job, latest)) return false;
  jobs.put(jobAfter(job, latest, nowMs));
  return true;
}

function mendLastJobId(connection: Connection, isInDoubt: boolean): void {
  const known = connection
    .prepare<[], number | null>(
      `SELECT max(id) FROM (SELECT max(id) AS id FROM job UNION ALL SELECT max(job) FROM job_run
         UNION ALL SELECT max(job) FROM job_origin)`,
    )
    .pluck()
    .get();
  mendLastId(new MarkStore(connection), { mark: lastJobMark, highest: known ?? 0, isInDoubt });
}

/** The keys of origins stay: what came by them is not taken again. */
function dropWithoutJob(connection: Connection): number {
  const tables = [
    ['job_run', 'job'],
    ['job_decision', 'job'],
    ['job_output', '(place >> 20)'],
  ] as const;
  return tables.reduce(
    (rows, [table, job]) =>
      rows +
      connection.prepare(`DELETE FROM ${table} WHERE ${job} NOT IN (SELECT id FROM job)`).run().changes,
    0,
  );
}

/** The last run, when it is lost, or its job has gone on without it. */
function runInDoubt(job: JobRow, latest: StoredRun | undefined, nowMs: number): StoredRun | undefined {
  const isRunning = job.state === 'running';
  const endedMs = job.endedMs ?? nowMs;
  if ((latest?.attempt ?? 0) < job.attempts) {
    return {
      job: job.id,
      attempt: job.attempts,
      runKey: `lost:${job.id}:${job.attempts}`,
      trigger: 'policy',
      startedMs: job.queuedMs,
      endedMs: isRunning ? null : endedMs,
      outcome: isRunning ? 'running' : 'interrupted',
      exitCode: null,
      signal: null,
      problem: 'what was written of this run was lost on a damaged disk',
      outputBytes: 0,
    };
  }
  if (latest?.attempt !== job.attempts || latest.outcome !== 'running' || isRunning) return undefined;
  const problem = 'how this run ended was lost on a damaged disk';
  return { ...latest, outcome: 'interrupted', endedMs, problem };
}

function isBehindRun(job: JobRow, { attempt, outcome }: StoredRun): boolean {
  const mayStillRun = outcome === 'running' || outcome === 'interrupted';
  return attempt > job.attempts || (job.state === 'running' && !mayStillRun);
}

function jobAfter(job: JobRow, { attempt, outcome, endedMs }: StoredRun, nowMs: number): JobRow {
  const states: Partial<Record<StoredRun['outcome'], JobState>> = {
    running: 'running',
    done: 'done',
    cancelled: 'cancelled',
  };
  const state = states[outcome] ?? 'failed';
  return { ...job, attempts: attempt, state, endedMs: state === 'running' ? null : (endedMs ?? nowMs) };
}
