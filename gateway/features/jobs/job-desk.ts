import { monotonicMs } from '../../core/clock.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import type { SandboxFacts } from '../../core/job-process.ts';
import { limits } from '../../core/limits.ts';
import type { RunEnding, StoredJob } from '../../storage/job-calls.ts';
import type { DeskOptions, DeskPorts } from './desk-ports.ts';
import { JobBook } from './job-book.ts';
import { unplanned } from './decision-record.ts';
import { factsOf, runFactsOf } from './job-facts.ts';
import { jobNotes, type JobNote } from './job-health.ts';
import { JobPlanner } from './job-planner.ts';
import type { GivenJob, JobDesk, JobFacts, JobOutput } from './job-port.ts';
import type { JobRun } from './job-run.ts';
import { JobRunner } from './job-runner.ts';
import { JobWatch } from './job-watch.ts';
import type { OpenJob } from './open-job.ts';
import { SavingBook } from './saving-book.ts';
import { StoreTrouble } from './store-trouble.ts';

/** How long somebody waits to be told when his job will run. */
const lookMsMax = 2_000;

/** The jobs of the gateway: takes them, starts each when it is time, and keeps what came of it. */
export class Desk implements JobDesk {
  readonly #ports: DeskPorts;
  readonly #book: JobBook;
  readonly #trouble: StoreTrouble;
  readonly #runner: JobRunner;
  readonly #planner: JobPlanner;
  readonly #savings: SavingBook;
  readonly #watch: JobWatch;
  /** Who wants to be told when a job has been planned. */
  readonly #lookers = new Map<number, Set<() => void>>();
  #isOpen = false;

  constructor(ports: DeskPorts, options: DeskOptions) {
    this.#ports = ports;
    const book = (this.#book = new JobBook(ports));
    const trouble = (this.#trouble = new StoreTrouble(ports.logger));
    const savings = (this.#savings = new SavingBook(ports, options));
    const ended = (job: OpenJob, run: JobRun, ending: RunEnding): void => this.#ended(job, run, ending);
    const decided = ({ id }: OpenJob): void => this.#decided(id);
    const runner = (this.#runner = new JobRunner(ports, { book, trouble, options, ended }));
    const planner = (this.#planner = new JobPlanner(ports, { book, trouble, options, runner, decided }));
    this.#watch = new JobWatch(ports, { book, trouble, options, runner, planner, savings });
  }

  /** Once. What is on disk is read by the first run of its task: nothing waits for that. */
  start(): void {
    this.#isOpen = true;
    this.#wake();
  }

  /** Ends what runs: SIGTERM, then SIGKILL; what waits stays. While the store is still open. Never throws. */
  async stop(): Promise<void> {
    this.#isOpen = false;
    await this.#runner.stop();
  }

  notes(): readonly JobNote[] {
    return jobNotes({
      jobsOpen: this.#book.size,
      storeFailure: this.#trouble.reason,
      planFailure: this.#planner.failure,
      sandbox: this.#watch.sandbox,
      missed: this.#watch.missed,
    });
  }

  async add(given: GivenJob): ReturnType<JobDesk['add']> {
    this.#checkOpen();
    const { store, clock } = this.#ports;
    const { definition, deadlineMs, owner, originKey, warnings } = given;
    const queuedMs = clock.wall();
    this.#checkTime(queuedMs, deadlineMs);
    const order = { queuedMs, deadlineMs, owner, originKey, definition: JSON.stringify(definition) };
    this.#checkRoom(order.definition);
    const { stored, isNew } = await this.#surely(async () => {
      const answer = await store.call('addJob', order);
      return { stored: await this.#stored(answer.id), isNew: answer.isNew };
    });
    if (!isNew) return { job: this.#factsOf(stored), isNew: false };
    const job = this.#book.adopt(stored);
    job.warnings = [...warnings, ...ownWarnings(job)];
    this.#changed();
    return { job: factsOf(stored, job), isNew: true };
  }

  async planned(id: number): Promise<JobFacts> {
    const job = this.#book.find(id);
    const willBe = job?.decision === undefined && job?.isWaiting === true && this.#ports.isTimeKnown();
    if (willBe) await this.#look(id);
    return this.#factsOf(await this.#stored(id));
  }

  async show(id: number): ReturnType<JobDesk['show']> {
    const facts = this.#factsOf(await this.#stored(id));
    const runs = await this.#ports.store.call('listJobRuns', id);
    return { ...facts, runs: runs.map(runFactsOf) };
  }

  async list(query: Parameters<JobDesk['list']>[0]): ReturnType<JobDesk['list']> {
    const stored = await this.#ports.store.call('listJobs', query);
    return stored.map((job) => this.#factsOf(job));
  }

  async counts(): ReturnType<JobDesk['counts']> {
    return await this.#ports.store.call('countJobs');
  }

  async cancel(id: number): Promise<JobFacts> {
    this.#checkOpen();
    await this.#book.load();
    const job = this.#book.find(id);
    if (job === undefined) throw ended(await this.#stored(id));
    await job.inTurn(async () => await this.#cancel(job));
    this.#changed();
    return this.#factsOf(await this.#stored(id));
  }

  async runNow(id: number): Promise<JobFacts> {
    this.#checkOpen();
    await this.#book.load();
    const job = this.#book.find(id) ?? (await this.#revive(id));
    if (job.run !== undefined) {
      const hint = `egw job logs ${id} shows what it prints`;
      throw new GatewayError('already_exists', `job ${id} runs already`, { hint });
    }
    await this.#runner.start(job, 'manual');
    this.#changed();
    return this.#factsOf(await this.#stored(id));
  }

  async purge(): Promise<number> {
    this.#checkOpen();
    await this.#book.load();
    let purged = 0;
    for (const job of [...this.#book.jobs()]) {
      await job.inTurn(async () => {
        if (!job.isWaiting || this.#book.find(job.id) !== job) return;
        if (await this.#dropped(job)) purged += 1;
      });
    }
    this.#changed();
    return purged;
  }

  async output(id: number, wanted?: number): Promise<JobOutput> {
    const { store } = this.#ports;
    const live = this.#book.find(id)?.run;
    const liveAttempt = live?.stored.attempt;
    if (live !== undefined && (wanted ?? liveAttempt) === liveAttempt) {
      const { processes, stored } = live;
      const { outputBytes } = processes;
      return { attempt: stored.attempt, text: processes.output(), outputBytes, isRunning: true };
    }
    await this.#stored(id);
    const runs = await store.call('listJobRuns', id);
    const run = wanted === undefined ? runs.at(-1) : runs.find(({ attempt }) => attempt === wanted);
    if (run === undefined) {
      const which = wanted === undefined ? 'has not run yet' : `has no run ${wanted}`;
      throw new GatewayError('not_found', `job ${id} ${which}`);
    }
    const { attempt, outputBytes } = run;
    const text = await store.call('jobOutput', id, attempt);
    return { attempt, text, outputBytes, isRunning: false };
  }

  bound(): ReturnType<JobDesk['bound']> {
    return this.#planner.bound;
  }

  async sandbox(): Promise<SandboxFacts> {
    return await this.#watch.findSandbox();
  }

  /** In the job's turn. */
  async #cancel(job: OpenJob): Promise<void> {
    // What is over, and waits to be written down, is as good as written.
    if (job.ending?.state === 'done') throw ended({ id: job.id, state: 'done' });
    const cancelRun = async (): Promise<boolean> => await this.#trouble.heard(() => this.#cancelRun(job));
    const isCancelled = job.run === undefined ? await this.#dropped(job) : await cancelRun();
    if (!isCancelled) throw ended(await this.#stored(job.id));
  }

  /** Has a job that waits not run; in its turn. False when it does not wait any more. Errors: those of the store. */
  async #dropped(job: OpenJob): Promise<boolean> {
    return await this.#trouble.heard(
      async () => (await this.#runner.abandon(job, 'cancelled')) || (await this.#book.move(job, 'cancelled')),
    );
  }

  /** On disk before the processes hear of it: a crash in between must not have it tried again. */
  async #cancelRun(job: OpenJob): Promise<true> {
    const decision = {
      ...(job.decision ?? unplanned(this.#ports.clock.wall())),
      isCancelAsked: true as const,
    };
    await this.#ports.store.call('setJobDecision', job.id, JSON.stringify(decision));
    job.decision = decision;
    job.isCancelAsked = true;
    job.run?.end('cancelled');
    return true;
  }

  /** A job that ended, taken up again. */
  async #revive(id: number): Promise<OpenJob> {
    const stored = await this.#stored(id);
    if (stored.state !== 'failed' && stored.state !== 'missed') throw ended(stored);
    return await this.#surely(async () => {
      const atMs = this.#ports.clock.wall();
      await this.#ports.store.call('moveJob', { id, from: ['failed', 'missed'], to: 'queued', atMs });
      return this.#book.adopt(await this.#stored(id));
    });
  }

  /** What fails may be on disk all the same: then it is read again from there. */
  async #surely<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      this.#book.doubt();
      this.#wake();
      throw error;
    }
  }

  #ended(job: OpenJob, run: JobRun, ending: RunEnding): void {
    this.#changed();
    if (ending.state !== 'done') return;
    this.#savings.add(job, run.stretches).catch((error: unknown) => {
      this.#ports.logger.debug({ job: job.id }, `what it saved is said later: ${describeError(error)}`);
    });
  }

  #changed(): void {
    this.#planner.stale();
    this.#wake();
  }

  #wake(): void {
    if (this.#isOpen) this.#watch.wake();
  }

  /** Until it has been planned, or for two seconds. */
  async #look(id: number): Promise<void> {
    const { clock, alarm } = this.#ports;
    const lookers = this.#lookers.get(id) ?? new Set();
    this.#lookers.set(id, lookers);
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stop();
        lookers.delete(done);
        resolve();
      };
      const stop = alarm.at(monotonicMs(clock.monotonic() + lookMsMax), done);
      lookers.add(done);
    });
    if (lookers.size === 0) this.#lookers.delete(id);
  }

  #decided(id: number): void {
    for (const done of this.#lookers.get(id) ?? []) done();
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw new GatewayError('stopping', 'the gateway is stopping: it takes no jobs');
  }

  #checkTime(nowMs: number, deadlineMs: number): void {
    if (!this.#ports.isTimeKnown()) {
      throw new GatewayError('clock_untrusted', 'it is not known what time it is: a deadline means nothing', {
        hint: 'wait until the clock is set, or say that it is right',
      });
    }
    if (deadlineMs <= nowMs) {
      const hint = 'give a deadline that is still to come';
      throw new GatewayError('deadline_invalid', 'the deadline has passed already', { hint });
    }
  }

  #checkRoom(definition: string): void {
    const hint = 'egw job purge drops those that wait';
    if (this.#book.size >= limits.jobsOpenMax) {
      throw new GatewayError('limit_reached', `${limits.jobsOpenMax} jobs have not ended yet`, { hint });
    }
    if (this.#book.definitionsLength + definition.length > limits.jobsOpenLengthMax) {
      const what = 'the jobs that have not ended yet are too long together';
      throw new GatewayError('limit_reached', what, { hint: `put long arguments into files; ${hint}` });
    }
  }

  async #stored(id: number): Promise<StoredJob> {
    const stored = await this.#ports.store.call('findJob', id);
    if (stored !== undefined) return stored;
    throw new GatewayError('not_found', `there is no job ${id}`, { hint: 'egw job list shows them' });
  }

  #factsOf(stored: StoredJob): JobFacts {
    return factsOf(stored, this.#book.find(stored.id));
  }
}

function ownWarnings({ latestStartMs, queuedMs }: OpenJob): readonly string[] {
  return latestStartMs < queuedMs
    ? ['the estimate is longer than the time until the deadline: it starts at once, and may end too late']
    : [];
}

function ended({ id, state }: Pick<StoredJob, 'id' | 'state'>): GatewayError {
  const hint =
    state === 'failed' || state === 'missed' ? `egw job run-now ${id} runs it once more` : undefined;
  return new GatewayError('job_ended', `job ${id} has ended: ${state}`, hint === undefined ? {} : { hint });
}
