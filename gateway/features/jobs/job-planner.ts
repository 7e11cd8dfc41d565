import { describeError, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { PowerSignals } from '../../core/power-signal.ts';
import type { TaskContext, TaskDefinition } from '../../engine/task.ts';
import type { JobDecision } from './decision.ts';
import { decisionOf, isNews } from './decision-record.ts';
import type { DeskOptions, DeskPorts } from './desk-ports.ts';
import type { JobBook } from './job-book.ts';
import type { JobRun } from './job-run.ts';
import type { JobRunner } from './job-runner.ts';
import type { OpenJob } from './open-job.ts';
import type { Plan, PlanBound, PlannedWork, WorkPlan } from './plan/plan.ts';
import type { StoreTrouble } from './store-trouble.ts';

const planJobsTaskName = 'plan:jobs';

const hourMs = 3_600_000;
/** However much changes; and so many times as long as the last plan took, where there is much to plan. */
const betweenPlansMs = 900;
const pauseShare = 10;
const betweenPlansMsMax = 30_000;
/** Before others have their turn. */
const computedMsMax = 5;
/** Nothing is said of the grid for longer than that. */
const horizonMs = 31 * 24 * hourMs;

const crowdRemark = `${limits.jobsPlannedMax} jobs have to start sooner: it is planned when fewer have, and starts at its latest start`;

type PlannerPorts = Pick<
  DeskPorts,
  'clock' | 'alarm' | 'isTimeKnown' | 'logger' | 'store' | 'signals' | 'plan' | 'submit'
>;

interface PlannerParts {
  readonly book: JobBook;
  readonly runner: JobRunner;
  readonly trouble: StoreTrouble;
  readonly options: DeskOptions;
  /** A job has been looked at. */
  readonly decided: (job: OpenJob) => void;
}

/** Plans what waits, and does what the plan says. When it fails, the latest starts hold all the same: they are not its own. */
export class JobPlanner {
  readonly #ports: PlannerPorts;
  readonly #parts: PlannerParts;
  #isStale = true;
  #revision = -1;
  #plannedMs = -Infinity;
  /** On the monotonic clock. */
  #beganMs = -Infinity;
  #tookMs = 0;
  #nextMs = -Infinity;
  #bound: PlanBound | undefined;
  #failure: string | undefined;

  constructor(ports: PlannerPorts, parts: PlannerParts) {
    this.#ports = ports;
    this.#parts = parts;
  }

  get bound(): PlanBound | undefined {
    return this.#bound;
  }

  /** Why jobs are not planned now; undefined while they are. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** What is planned is not what there is any more. */
  stale(): void {
    this.#isStale = true;
  }

  /** To be called each second: plans anew where something has changed. Errors: `stopping`. */
  watch(): void {
    const { clock, signals, isTimeKnown, submit } = this.#ports;
    const pauseMs = Math.max(betweenPlansMs, Math.min(this.#tookMs * pauseShare, betweenPlansMsMax));
    if (!isTimeKnown() || clock.monotonic() - this.#beganMs < pauseMs) return;
    const nowMs = clock.wall();
    const isDue = nowMs >= this.#nextMs || nowMs < this.#plannedMs;
    if (this.#isStale || isDue || signals.revision !== this.#revision) submit(this.#task());
  }

  /** Runs once when it is wanted; when it fails it comes again by itself, later and later. */
  #task(): TaskDefinition {
    return {
      name: planJobsTaskName,
      group: 'jobs',
      priority: 'control',
      deadlineMs: 30_000,
      backoff: { firstMs: 1_000, maxMs: 60_000 },
      run: async (context) => {
        try {
          await this.#plan(context);
          this.#failure = undefined;
        } catch (error) {
          this.#failure = describeError(error);
          throw error;
        }
      },
    };
  }

  async #plan({ signal }: TaskContext): Promise<void> {
    const { clock, signals } = this.#ports;
    this.#beganMs = clock.monotonic();
    this.#isStale = false;
    this.#revision = signals.revision;
    const work = this.#work();
    this.#plannedMs = clock.wall();
    this.#nextMs = this.#nextTryMs();
    if (work.length === 0) return;
    try {
      const known = await unlessAborted(this.#read(work), signal);
      const plan = await this.#planned(work, known, signal);
      this.#tookMs = this.#ports.clock.monotonic() - this.#beganMs;
      this.#bound = plan.bound;
      this.#nextMs = Math.min(plan.nextMs, this.#nextTryMs());
      await this.#follow(plan);
    } catch (error) {
      this.#isStale = true;
      throw error;
    }
  }

  async #read(work: readonly PlannedWork[]): Promise<PowerSignals> {
    const nowMs = this.#ports.clock.wall();
    const lastMs = Math.max(nowMs + hourMs, ...work.map(({ deadlineMs }) => deadlineMs));
    return await this.#ports.signals.read({
      startMs: nowMs - hourMs,
      endMs: Math.min(lastMs, nowMs + horizonMs),
    });
  }

  /** In steps, between which others run. */
  async #planned(work: readonly PlannedWork[], signals: PowerSignals, signal: AbortSignal): Promise<Plan> {
    const { clock, alarm, plan } = this.#ports;
    const { zone, parallelMax } = this.#parts.options;
    const steps = plan({ nowMs: clock.wall(), zone, work, signals, parallelMax });
    let sinceMs = clock.monotonic();
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (clock.monotonic() - sinceMs < computedMsMax) continue;
      await new Promise<void>((resolve) => void alarm.nextTurn(resolve));
      if (signal.aborted) throw signal.reason;
      sinceMs = clock.monotonic();
    }
  }

  /** When the next of those that wait to be tried again may be planned; Infinity: there are none. */
  #nextTryMs(): number {
    const nowMs = this.#ports.clock.wall();
    let nextMs = Infinity;
    for (const { isWaiting, notBeforeMs } of this.#parts.book.jobs())
      if (isWaiting && notBeforeMs > nowMs) nextMs = Math.min(nextMs, notBeforeMs);
    return nextMs;
  }

  /** What runs, and the most urgent of what waits. */
  #work(): readonly PlannedWork[] {
    const nowMs = this.#ports.clock.wall();
    const planned = [...this.#parts.book.jobs()].filter((job) => isPlanned(job, nowMs));
    const waiting = planned.filter(({ run }) => run === undefined);
    if (waiting.length > limits.jobsPlannedMax) waiting.sort(byUrgency);
    for (const job of waiting.slice(limits.jobsPlannedMax)) {
      job.remark = crowdRemark;
      this.#parts.decided(job);
    }
    const running = planned.filter(({ run }) => run !== undefined);
    return [...running, ...waiting.slice(0, limits.jobsPlannedMax)].map((job) => this.#workOf(job));
  }

  #workOf({ id, definition, queuedMs, deadlineMs, remainingMs, run }: OpenJob): PlannedWork {
    const { when, estimateMs, powerWatts = this.#parts.options.powerWatts } = definition;
    const work = { id, when, queuedMs, deadlineMs, powerWatts, remainingMs };
    const { isInterruptible } = definition;
    if (run === undefined) return { ...work, isInterruptible, state: 'waiting' };
    return {
      ...work,
      isInterruptible: isInterruptible && mayBeHeld(run, estimateMs),
      startedMs: run.stretchStartedMs,
      state: run.isPaused ? 'paused' : 'running',
    };
  }

  async #follow({ work }: Plan): Promise<void> {
    const { book, trouble } = this.#parts;
    for (const planned of work) {
      const job = book.find(planned.id);
      // Much may have happened to it since it was planned.
      if (job !== undefined && job.ending === undefined) await this.#followOne(job, planned);
    }
    // What could not be begun is planned again a second later.
    if (trouble.isNow) this.#isStale = true;
  }

  async #followOne(job: OpenJob, planned: WorkPlan): Promise<void> {
    // Of what runs and cannot be held, why it was started says more than that it runs.
    const known = planned.reason === 'running' ? job.decision : undefined;
    const decision = known ?? decisionOf(job, planned, this.#ports.clock.wall());
    job.decision = decision;
    if (job.isWaiting) job.remark = undefined;
    this.#parts.decided(job);
    if (job.run !== undefined) this.#hold(job, planned);
    else if (planned.runsNow && !this.#parts.trouble.isNow) await this.#start(job, planned);
    const isNow = job.run !== undefined && job.writtenDecision?.reason !== decision.reason;
    await this.#write(job, decision, isNow);
  }

  async #start(job: OpenJob, { reason }: WorkPlan): Promise<void> {
    const trigger = reason === 'latest_start' ? 'deadline' : job.attempts > 0 ? 'retry' : 'policy';
    try {
      await this.#parts.runner.start(job, trigger);
      this.#isStale = true;
    } catch {
      // The trouble is told of where it is heard, and the start comes again.
      this.#isStale = true;
    }
  }

  #hold(job: OpenJob, { runsNow }: WorkPlan): void {
    const { run, definition } = job;
    if (run === undefined || !definition.isInterruptible) return;
    const isPlanned = run.beganMs < this.#beganMs;
    if (runsNow) run.resume();
    else if (isPlanned && mayBeHeld(run, definition.estimateMs)) run.pause();
  }

  /** That it was looked at, and why it waits, as far as that is news. A failure loses nothing that a new plan does not bring. */
  async #write(job: OpenJob, decision: JobDecision, isNow: boolean): Promise<void> {
    const { store, clock, logger } = this.#ports;
    const { book, trouble } = this.#parts;
    const nowMs = clock.monotonic();
    const sinceMs = isNow ? Infinity : nowMs - job.writtenMs;
    const written = { sinceMs, jobsOpen: book.size };
    if (trouble.isNow || !isNews(job.writtenDecision, decision, written)) return;
    try {
      await job.inTurn(async () => {
        // When it has ended, what it came to stands there.
        // And that it was cancelled must not be written over.
        if (book.find(job.id) !== job || job.isCancelAsked) return;
        if (job.state === 'queued' && job.isWaiting && job.beginning === undefined)
          await book.move(job, 'planned');
        await store.call('setJobDecision', job.id, JSON.stringify(decision));
      });
      job.writtenDecision = decision;
      job.writtenMs = nowMs;
    } catch (error) {
      logger.debug({ job: job.id }, `its plan is written down later: ${describeError(error)}`);
    }
  }
}

function byUrgency(one: OpenJob, other: OpenJob): number {
  return one.latestStartMs - other.latestStartMs || one.id - other.id;
}

/** Not what somebody wants to run now; nor beyond its estimate, since nobody knows how long that takes. */
function mayBeHeld({ stored, ranMs }: JobRun, estimateMs: number): boolean {
  return stored.trigger !== 'manual' && ranMs < estimateMs;
}

/** Not what has ended or is to, nor what waits to be tried again. */
function isPlanned({ run, ending, isWaiting, notBeforeMs }: OpenJob, nowMs: number): boolean {
  if (ending !== undefined) return false;
  return run === undefined ? isWaiting && notBeforeMs <= nowMs : run.endedBy === undefined;
}

/** What does not answer in time is not waited for any longer. */
async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return await new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new GatewayError('deadline_exceeded', 'what the grid does could not be read in time'));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
