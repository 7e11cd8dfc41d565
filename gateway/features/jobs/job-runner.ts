import assert from 'node:assert';
import { monotonicMs } from '../../core/clock.ts';
import { describeError } from '../../core/errors.ts';
import type { JobEnd, JobOrder } from '../../core/job-process.ts';
import type { RunEnding, RunTrigger, StoredRun } from '../../storage/job-calls.ts';
import type { DeskOptions, DeskPorts } from './desk-ports.ts';
import { JobRun } from './job-run.ts';
import type { JobBook } from './job-book.ts';
import type { Beginning, OpenJob } from './open-job.ts';
import { nextTryMs } from './retry-rule.ts';
import { wordsOfRetry } from './retry-words.ts';
import type { StoreTrouble } from './store-trouble.ts';

const saveOutputMs = 600_000;
/** After SIGKILL, before what did not end is left to the next start. */
const killedMs = 500;

type RunnerPorts = Pick<DeskPorts, 'clock' | 'alarm' | 'logger' | 'store' | 'processes' | 'newKey'>;

interface RunnerParts {
  readonly book: JobBook;
  readonly trouble: StoreTrouble;
  readonly options: DeskOptions;
  /** A run is over, and written down. */
  readonly ended: (job: OpenJob, run: JobRun, ending: RunEnding) => void;
}

/**
 * Runs jobs. A run is on disk before its first process, so that it is never begun twice; and what cannot be written
 * down is not begun.
 */
export class JobRunner {
  readonly #ports: RunnerPorts;
  readonly #parts: RunnerParts;
  #isStopping = false;

  constructor(ports: RunnerPorts, parts: RunnerParts) {
    this.#ports = ports;
    this.#parts = parts;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /**
   * Begins a run of a job that waits. False when it does not wait any more. Errors: those of the store; then it has
   * not begun, and may be asked again.
   */
  async start(job: OpenJob, trigger: RunTrigger): Promise<boolean> {
    return await job.inTurn(async () => {
      if (this.#isStopping || !job.isWaiting || this.#parts.book.find(job.id) !== job) return false;
      // The same key until the store has answered: what it did without saying so is not done twice.
      const beginning = (job.beginning ??= { runKey: this.#ports.newKey(), trigger });
      const stored = await this.#parts.trouble.heard(async () => await this.#begin(job, beginning));
      job.beginning = undefined;
      if (stored === undefined) {
        this.#parts.book.forget(job);
        return false;
      }
      this.#run(job, stored);
      return true;
    });
  }

  /**
   * Drops a beginning that the store has not answered: when the run is on disk after all, it ends there, without a
   * process. Only in the job's turn. Errors: those of the store. False when it never began.
   */
  async abandon(job: OpenJob, state: 'cancelled' | 'failed'): Promise<boolean> {
    const { beginning } = job;
    if (beginning === undefined) return false;
    const stored = await this.#begin(job, beginning);
    if (stored !== undefined) {
      const outcome = state === 'cancelled' ? state : 'interrupted';
      await this.#ports.store.call('endJobRun', {
        ...{ job: job.id, attempt: stored.attempt, endedMs: this.#ports.clock.wall(), outcome, state },
        ...{ exitCode: null, signal: null, problem: `${state} before it began`, output: '', outputBytes: 0 },
      });
      this.#parts.book.forget(job);
    }
    job.beginning = undefined;
    return stored !== undefined;
  }

  /** Each second: time-outs, what does not heed, what is to be written down. */
  async watch(): Promise<void> {
    const { book, trouble, options } = this.#parts;
    const begun = [...book.jobs()].filter(({ run }) => run !== undefined);
    for (const { run, definition } of begun) run?.watch(definition.timeoutMs ?? options.timeoutMs);
    for (const job of begun) {
      if (job.ending !== undefined) await this.#record(job);
      else if (job.run !== undefined) await this.#saveOutput(job.id, job.run);
      if (trouble.isNow) return;
    }
  }

  /** Ends all that runs, and writes it down. Never throws. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const { stopMs } = this.#parts.options;
    const jobs = [...this.#parts.book.jobs()];
    for (const { run } of jobs) run?.end('stopped');
    // What is being begun now is asked to end as soon as it has.
    await this.#within(stopMs, Promise.all(jobs.map(async (job) => await job.inTurn(nothing))));
    const runs = jobs.flatMap(({ run }) => (run === undefined ? [] : [run]));
    const left = Promise.all(runs.map(async ({ processes }) => await processes.ended));
    if (runs.length > 0 && !(await this.#within(stopMs, left))) {
      for (const run of runs) run.kill();
      if (!(await this.#within(killedMs, left)))
        this.#ports.logger.error({}, 'some jobs did not end: the next start ends them');
    }
    // What has just ended is being written down in the turn of its job.
    await Promise.all(jobs.map(async (job) => await this.#record(job)));
  }

  /** The run as it is on disk. undefined when somebody else has taken the job, or ended it. */
  async #begin(job: OpenJob, { runKey, trigger }: Beginning): Promise<StoredRun | undefined> {
    const { store, clock } = this.#ports;
    return await store.call('beginJobRun', { job: job.id, runKey, trigger, startedMs: clock.wall() });
  }

  #run(job: OpenJob, stored: StoredRun): void {
    const { processes, clock } = this.#ports;
    job.attempts = stored.attempt;
    job.remark = undefined;
    const run = new JobRun(clock, stored, processes.start(this.#orderOf(job, stored)));
    job.run = run;
    this.#parts.book.moved(job, 'begun');
    if (this.#isStopping) run.end('stopped');
    void run.processes.ended.then(async (end) => {
      job.ending = this.#endingOf(job, run, end);
      await this.#record(job);
    });
  }

  #orderOf({ id, definition }: OpenJob, { attempt, runKey }: StoredRun): JobOrder {
    const { options } = this.#parts;
    const { command, cwd, environment, limits, hasNetwork } = definition;
    const user = definition.user ?? options.user;
    const group = definition.group ?? (definition.user === undefined ? options.group : undefined);
    return {
      argv: 'line' in command ? ['/bin/sh', '-c', command.line] : command.argv,
      cwd,
      environment: {
        ...options.environment,
        ...environment,
        EGW_JOB_ID: String(id),
        EGW_JOB_ATTEMPT: String(attempt),
      },
      ...(user !== undefined && { user }),
      ...(group !== undefined && { group }),
      ...{ limits, hasNetwork, runKey },
    };
  }

  #endingOf(job: OpenJob, { stored, endedBy, processes }: JobRun, end: JobEnd): RunEnding {
    const isDone = endedBy === undefined && end.exitCode === 0 && end.problem === undefined;
    const outcome = endedBy ?? (isDone ? 'done' : 'failed');
    return {
      job: job.id,
      attempt: stored.attempt,
      endedMs: this.#ports.clock.wall(),
      outcome,
      exitCode: end.exitCode,
      signal: end.signal,
      problem: end.problem ?? null,
      output: processes.output(),
      outputBytes: processes.outputBytes,
      state: this.#stateAfter(job, outcome),
    };
  }

  #stateAfter(job: OpenJob, outcome: RunEnding['outcome']): RunEnding['state'] {
    if (outcome === 'done') return 'done';
    if (outcome === 'cancelled') return 'cancelled';
    const nowMs = this.#ports.clock.wall();
    const tryMs = nextTryMs({
      attempts: job.attempts,
      retries: job.definition.retries,
      endedMs: nowMs,
      latestStartMs: job.deadlineMs - job.definition.estimateMs,
      nowMs,
    });
    if (tryMs === undefined) return 'failed';
    job.notBeforeMs = tryMs;
    return 'queued';
  }

  /** Writes down a run that is over; what the store does not take is tried again each second. */
  async #record(job: OpenJob): Promise<void> {
    await job.inTurn(async () => {
      const { run } = job;
      if (job.ending === undefined) return;
      assert(run !== undefined, `job ${job.id} ended without a run`);
      const { trouble, book, ended } = this.#parts;
      const isGivenUp = job.isCancelAsked && job.ending.state !== 'done';
      const ending = isGivenUp ? { ...job.ending, state: 'cancelled' as const } : job.ending;
      try {
        await trouble.heard(async () => await this.#ports.store.call('endJobRun', ending));
      } catch {
        return;
      }
      job.ending = undefined;
      job.run = undefined;
      if (ending.state === 'queued') job.remark = wordsOfRetry(ending);
      book.moved(job, inputOf(ending));
      ended(job, run, ending);
    });
  }

  async #saveOutput(job: number, run: JobRun): Promise<void> {
    const { outputBytes } = run.processes;
    const nowMs = this.#ports.clock.monotonic();
    if (outputBytes === run.savedBytes || nowMs - run.savedMs < saveOutputMs) return;
    run.savedMs = nowMs;
    const saved = { job, attempt: run.stored.attempt, output: run.processes.output(), outputBytes };
    try {
      await this.#parts.trouble.heard(async () => await this.#ports.store.call('saveJobOutput', saved));
      run.savedBytes = outputBytes;
    } catch (error) {
      this.#ports.logger.debug({ job }, `what it has printed is saved later: ${describeError(error)}`);
    }
  }

  async #within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
    const { clock, alarm } = this.#ports;
    return await new Promise((resolve) => {
      const stop = alarm.at(monotonicMs(clock.monotonic() + limitMs), () => resolve(false));
      void work.then(() => {
        stop();
        resolve(true);
      });
    });
  }
}

async function nothing(): Promise<void> {
  await Promise.resolve();
}

function inputOf({ state }: RunEnding): 'succeeded' | 'broke' | 'gave_up' | 'cancelled' {
  switch (state) {
    case 'done':
      return 'succeeded';
    case 'queued':
      return 'broke';
    case 'failed':
      return 'gave_up';
    case 'cancelled':
      return 'cancelled';
  }
}
