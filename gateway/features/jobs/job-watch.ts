import { describeError } from '../../core/errors.ts';
import type { SandboxFacts } from '../../core/job-process.ts';
import { limits } from '../../core/limits.ts';
import type { TaskDefinition } from '../../engine/task.ts';
import type { DeskOptions, DeskPorts } from './desk-ports.ts';
import type { JobBook } from './job-book.ts';
import type { JobPlanner } from './job-planner.ts';
import type { JobRunner } from './job-runner.ts';
import type { OpenJob } from './open-job.ts';
import type { SavingBook } from './saving-book.ts';
import type { StoreTrouble } from './store-trouble.ts';

const watchJobsTaskName = 'watch:jobs';

const watchPeriodMs = 1_000;
/** What comes to its latest start before the beat after next begins now: a beat, and what a slow disk may take. */
const startAheadMs = watchPeriodMs + 250;
/** Of one beat. */
const failuresMax = 8;
const prunePeriodMs = 3_600_000;
const dayMs = 86_400_000;

const clockRemark = 'it is not known what time it is: nothing starts but by hand (egw job run-now)';

interface WatchParts {
  readonly book: JobBook;
  readonly trouble: StoreTrouble;
  readonly runner: JobRunner;
  readonly planner: JobPlanner;
  readonly savings: SavingBook;
  readonly options: DeskOptions;
}

/**
 * Looks at the open jobs each second: latest starts, time-outs, deadlines that have passed. It needs the clock and the
 * disk, and nothing else: no signal, no plan, no network. Without open jobs it does not run.
 */
export class JobWatch {
  readonly #ports: DeskPorts;
  readonly #parts: WatchParts;
  #missedMs: number[] = [];
  #sandbox: SandboxFacts | undefined;
  #asked: Promise<SandboxFacts> | undefined;

  constructor(ports: DeskPorts, parts: WatchParts) {
    this.#ports = ports;
    this.#parts = parts;
  }

  /** Jobs that were missed in the last day. */
  get missed(): number {
    const sinceMs = this.#ports.clock.wall() - dayMs;
    return this.#missedMs.filter((atMs) => atMs > sinceMs).length;
  }

  /** How jobs are kept apart; undefined before there was one. */
  get sandbox(): SandboxFacts | undefined {
    return this.#sandbox;
  }

  async findSandbox(): Promise<SandboxFacts> {
    this.#asked ??= this.#ports.processes.sandbox();
    return (this.#sandbox = await this.#asked);
  }

  /** For people only: what is due does not wait for it. */
  #noteSandbox(): void {
    if (this.#asked !== undefined) return;
    this.findSandbox().catch((error: unknown) => {
      this.#ports.logger.warn({}, `how jobs are kept apart is not known: ${describeError(error)}`);
    });
  }

  /** Sees to it that it runs, and runs now. Errors: `stopping`. */
  wake(): void {
    this.#ports.submit({
      name: watchJobsTaskName,
      group: 'jobs',
      priority: 'control',
      periodMs: watchPeriodMs,
      delayMs: 0,
      deadlineMs: 60_000,
      run: async () => await this.#watch(),
    });
    this.#ports.hasten(watchJobsTaskName);
  }

  async #watch(): Promise<void> {
    const { book, trouble, runner, planner } = this.#parts;
    if (!(await this.#load())) return;
    await runner.watch();
    if (this.#ports.isTimeKnown()) await this.#keepDeadlines();
    else for (const job of book.jobs()) if (job.isWaiting) job.remark = clockRemark;
    if (trouble.isNow && book.isCertain && !this.#isOwed()) trouble.over();
    if (book.size === 0 && book.isCertain) this.#ports.cancel(watchJobsTaskName);
    else planner.watch();
  }

  /** What an earlier life has left, and what is not certain. False while that cannot be read: then nothing starts. */
  async #load(): Promise<boolean> {
    const { book, trouble, savings } = this.#parts;
    const wasLoaded = book.isLoaded;
    try {
      await trouble.suffered(async () => {
        await book.load();
        if (!wasLoaded) await savings.load();
      });
    } catch {
      return book.isLoaded;
    }
    if (book.size > 0) {
      this.#ports.submit(this.#pruneTask());
      this.#noteSandbox();
    }
    return true;
  }

  /** Whether something waits to be written down. */
  #isOwed(): boolean {
    for (const { beginning, ending } of this.#parts.book.jobs())
      if ((beginning ?? ending) !== undefined) return true;
    return false;
  }

  async #keepDeadlines(): Promise<void> {
    const nowMs = this.#ports.clock.wall();
    const due: OpenJob[] = [];
    for (const job of this.#parts.book.jobs()) {
      const isDue = job.latestStartMs - nowMs <= startAheadMs;
      if (isDue) job.run?.resume();
      if (!job.isWaiting) continue;
      if (job.remark === clockRemark) job.remark = undefined;
      if (isDue) due.push(job);
    }
    due.sort((a, b) => a.latestStartMs - b.latestStartMs || a.id - b.id);
    let failures = 0;
    for (const job of due) {
      try {
        if (job.deadlineMs <= nowMs) await this.#miss(job);
        else await this.#start(job);
        this.#parts.planner.stale();
      } catch (error) {
        this.#ports.logger.debug({ job: job.id }, `the next beat tries again: ${describeError(error)}`);
        failures += 1;
        // One job that cannot be written down holds up no other; a store that takes nothing is not asked for each.
        if (failures === failuresMax) return;
      }
    }
  }

  /** Errors: those of the store. */
  async #start(job: OpenJob): Promise<void> {
    const isBegun = await this.#parts.runner.start(job, 'deadline');
    if (isBegun && job.decision !== undefined) job.decision = { ...job.decision, reason: 'latest_start' };
  }

  /** Errors: those of the store. */
  async #miss(job: OpenJob): Promise<void> {
    const { book, trouble, runner } = this.#parts;
    const move = async (): Promise<boolean> => {
      if (!job.isWaiting || (await runner.abandon(job, 'failed'))) return false;
      return await book.move(job, 'missed');
    };
    if (!(await trouble.heard(async () => await job.inTurn(move)))) return;
    this.#missedMs = [...this.#missedMs, this.#ports.clock.wall()].slice(-limits.jobsOpenMax);
  }

  #pruneTask(): TaskDefinition {
    const { keptMs, outputsMax } = this.#parts.options;
    return {
      name: 'prune:jobs',
      group: 'jobs',
      priority: 'housekeeping',
      periodMs: prunePeriodMs,
      offsetMs: 45_000,
      deadlineMs: 60_000,
      run: async ({ signal }) => {
        const endedBeforeMs = this.#ports.clock.wall() - keptMs;
        const jobsMax = limits.jobsKeptMax;
        const keep = { endedBeforeMs, outputsMax, jobsMax };
        // Bounded steps, so that others are served between them.
        while (!signal.aborted && (await this.#ports.store.call('pruneJobs', keep)) > 0);
      },
    };
  }
}
