import { GatewayError } from '../core/errors.ts';
import type { Connection } from './connection.ts';
import {
  jobStates,
  type JobCalls,
  type JobState,
  type NewJob,
  type RunEnding,
  type StoredJob,
  type StoredRun,
} from './job-calls.ts';
import { JobPruner } from './job-pruner.ts';
import { JobRunTable } from './job-run-table.ts';
import { JobTable, openJobStates, type JobRow } from './job-table.ts';
import { unreadable } from './sqlite-failure.ts';
import { storedTime } from './stored-time.ts';
import { transact } from './transact.ts';

type Query<Name extends keyof JobCalls> = Parameters<JobCalls[Name]>[0];

/** Jobs and their runs. A run stands on disk, and its job as `running`, before anything of it is started. */
export class JobStore {
  readonly #connection: Connection;
  readonly #jobs: JobTable;
  readonly #runs: JobRunTable;
  readonly #pruner: JobPruner;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#jobs = new JobTable(connection);
    this.#runs = new JobRunTable(connection);
    this.#pruner = new JobPruner(connection);
  }

  add(job: NewJob): { readonly id: number; readonly isNew: boolean } {
    const { originKey } = job;
    const known = originKey === null ? undefined : this.#jobs.ofOrigin(originKey.toWellFormed());
    if (known !== undefined) return { id: known, isNew: false };
    let id = 0;
    transact(this.#connection, () => {
      id = this.#jobs.add(job);
    });
    return { id, isNew: true };
  }

  find(id: number): StoredJob | undefined {
    const job = this.#jobs.find(id);
    return job === undefined ? undefined : storedJob(job);
  }

  list({ states = jobStates, beforeId, rowsMax }: Query<'listJobs'>): readonly StoredJob[] {
    return this.#jobs.list(states, beforeId ?? Number.MAX_SAFE_INTEGER, rowsMax).map(storedJob);
  }

  counts(): Readonly<Record<JobState, number>> {
    const none = { queued: 0, waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0, missed: 0 };
    const found = this.#jobs.counts().map(({ state, jobs }) => [state, jobs] as const);
    return { ...none, ...(Object.fromEntries(found) as Partial<Record<JobState, number>>) };
  }

  move({ id, from, to, atMs }: Query<'moveJob'>): boolean {
    const job = this.#jobs.find(id);
    if (job === undefined || !from.includes(job.state)) return false;
    if (job.state === 'running' && this.#runs.latest(id)?.outcome === 'running') return false;
    if (job.state === to) return true;
    const endedMs = openJobStates.includes(to) ? null : storedTime("the job's end", atMs);
    transact(this.#connection, () => this.#jobs.put({ ...job, state: to, endedMs }));
    return true;
  }

  setDecision(id: number, decision: string): void {
    const job = this.#jobs.find(id);
    const text = decision.toWellFormed();
    if (job === undefined || job.decision === text) return;
    transact(this.#connection, () => this.#jobs.putDecision(id, text));
  }

  begin({ job: id, runKey, trigger, startedMs }: Query<'beginJobRun'>): StoredRun | undefined {
    const job = this.#jobs.find(id);
    if (job === undefined || !openJobStates.includes(job.state)) return undefined;
    const latest = this.#runs.latest(id);
    assertSameTale(job, latest);
    const key = runKey.toWellFormed();
    if (job.state === 'running')
      return latest?.outcome === 'running' && latest.runKey === key ? latest : undefined;
    const run: StoredRun = {
      job: id,
      attempt: job.attempts + 1,
      runKey: key,
      trigger,
      startedMs: storedTime("the run's start", startedMs),
      endedMs: null,
      outcome: 'running',
      exitCode: null,
      signal: null,
      problem: null,
      outputBytes: 0,
    };
    transact(this.#connection, () => {
      this.#runs.put(run);
      this.#jobs.put({ ...job, state: 'running', attempts: run.attempt });
    });
    return run;
  }

  end({ output, state, ...ending }: RunEnding): void {
    const { job: id, attempt, outputBytes, endedMs } = ending;
    const [job, run] = [this.#jobs.find(id), this.#runs.latest(id)];
    if (job?.state !== 'running' || run?.attempt !== attempt || run.outcome !== 'running') return;
    const [signal, problem] = [ending.signal?.toWellFormed() ?? null, ending.problem?.toWellFormed() ?? null];
    storedTime("the run's end", endedMs);
    transact(this.#connection, () => {
      this.#runs.putOutput(run, { output, outputBytes });
      this.#runs.put({ ...run, ...ending, signal, problem });
      this.#jobs.put({ ...job, state, endedMs: state === 'queued' ? null : endedMs });
    });
  }

  saveOutput({ job, attempt, ...said }: Query<'saveJobOutput'>): void {
    const run = this.#runs.latest(job);
    const isRunning = run?.attempt === attempt && run.outcome === 'running';
    if (!isRunning || run.outputBytes === said.outputBytes) return;
    transact(this.#connection, () => {
      this.#runs.putOutput(run, said);
      this.#runs.put({ ...run, outputBytes: said.outputBytes });
    });
  }

  settle(atMs: number): readonly StoredRun[] {
    const found = this.#jobs.ids(['running']).flatMap((id) => this.#lastRun(id));
    if (found.every(({ outcome }) => outcome !== 'running')) return found;
    const endedMs = storedTime('the time', atMs);
    const settled = found.map((run) =>
      run.outcome === 'running' ? { ...run, outcome: 'interrupted' as const, endedMs } : run,
    );
    transact(this.#connection, () => {
      for (const [index, run] of settled.entries()) if (run !== found[index]) this.#runs.put(run);
    });
    return settled;
  }

  /** Of a job that is `running`. */
  #lastRun(id: number): readonly StoredRun[] {
    const [job, latest] = [this.#jobs.find(id), this.#runs.latest(id)];
    if (job === undefined) return [];
    assertSameTale(job, latest);
    return latest === undefined ? [] : [latest];
  }

  runs(job: number): readonly StoredRun[] {
    return this.#runs.list(job);
  }

  output(job: number, attempt: number): string {
    const isKnown = this.#runs.list(job).some((run) => run.attempt === attempt);
    if (isKnown) return this.#runs.output(job, attempt);
    throw new GatewayError('not_found', `job ${job} has no run ${attempt}`, {
      hint: 'egw job show lists the runs of a job',
    });
  }

  prune(keep: Query<'pruneJobs'>): number {
    return this.#pruner.prune(keep);
  }
}

function storedJob(job: JobRow & Pick<StoredJob, 'decision'>): StoredJob {
  const { id, state, queuedMs, deadlineMs, endedMs, owner, originKey, definition, decision } = job;
  return { id, state, queuedMs, deadlineMs, endedMs, owner, originKey, definition, decision };
}

/** Where one is not as the other says, something is lost that happened since: such a job might be run again. */
function assertSameTale({ id, state, attempts }: JobRow, latest: StoredRun | undefined): void {
  const outcome = latest?.outcome;
  const fits =
    state === 'running' ? outcome === 'running' || outcome === 'interrupted' : outcome !== 'running';
  if (fits && (latest?.attempt ?? 0) === attempts) return;
  throw unreadable('table job', `the row of ${id} and its runs do not tell the same`);
}
