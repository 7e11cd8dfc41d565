import type { RunTrigger } from '../gateway/storage/job-calls.ts';
import type { PlannedJob } from './job-plan.ts';
import type { SeenRun } from './virtual-job-processes.ts';

/** A job that the gateway was given. Times are UTC epoch ms, true. */
export interface GivenJob {
  readonly plan: PlannedJob;
  readonly deadlineMs: number;
  /** When it was on disk; undefined before. */
  takenMs: number | undefined;
}

/** One life of the gateway. */
interface Life {
  readonly fromMs: number;
  toMs: number;
}

export interface JobWatchParts {
  readonly nowMs: () => number;
  /** When the grid's provider was heard last, at the latest. */
  readonly signalMs: () => number;
  /** By a wrong clock nothing starts when it should by the true one. */
  readonly isClockFaulty: boolean;
  readonly report: (message: string) => void;
}

/** For a gateway that has just started, or was given a job that should run already, to start it. */
const graceMs = 5_000;
/** Two periods of the source, and its answer. */
const staleMs = 2 * 20 * 60_000 + 60_000;

/** Sees every process start, and looks whether it should have, and whether one should that has not. */
export class JobWatch {
  readonly #parts: JobWatchParts;
  readonly #given = new Map<string, GivenJob>();
  readonly #starts = new Map<string, SeenRun[]>();
  /** What is on disk, by run key. */
  readonly #begun = new Map<string, { readonly key: string; readonly trigger: RunTrigger }>();
  readonly #begunJobs = new Set<string>();
  readonly #overdue = new Set<string>();
  readonly #lives: Life[] = [];
  #checks = 0;

  constructor(parts: JobWatchParts) {
    this.#parts = parts;
  }

  get checks(): number {
    return this.#checks;
  }

  get given(): IterableIterator<GivenJob> {
    return this.#given.values();
  }

  startsOf(key: string): readonly SeenRun[] {
    return this.#starts.get(key) ?? [];
  }

  /** Whether the gateway ended at some time from then on. */
  wasEndedSince(sinceMs: number): boolean {
    return this.#lives.some(({ toMs }) => toMs >= sinceMs && toMs !== Infinity);
  }

  born(): void {
    this.#lives.push({ fromMs: this.#parts.nowMs(), toMs: Infinity });
  }

  died(): void {
    const life = this.#lives.at(-1);
    if (life?.toMs === Infinity) life.toMs = this.#parts.nowMs();
  }

  asked(job: GivenJob): void {
    this.#given.set(job.plan.key, job);
  }

  /** It is not given, after all. */
  refused(key: string): void {
    this.#given.delete(key);
  }

  taken(key: string): void {
    const job = this.#given.get(key);
    if (job !== undefined) job.takenMs ??= this.#parts.nowMs();
  }

  isTaken(key: string): boolean {
    return this.#given.get(key)?.takenMs !== undefined;
  }

  begun(key: string, runKey: string, trigger: RunTrigger): void {
    this.#begun.set(runKey, { key, trigger });
    this.#begunJobs.add(key);
  }

  started(key: string, run: SeenRun): void {
    const job = this.#given.get(key);
    const before = this.startsOf(key);
    this.#starts.set(key, [...before, run]);
    if (job === undefined) {
      this.#complain(key, 'was never given, and runs');
      return;
    }
    this.#checks += 1;
    const begun = this.#begun.get(run.order.runKey);
    if (begun?.key !== key) this.#complain(key, 'runs before that is on disk');
    if (before.some(({ order }) => order.runKey === run.order.runKey))
      this.#complain(key, 'has one key for two runs');
    this.#checkCount(job, before);
    if (this.#parts.isClockFaulty) return;
    this.#checkTime(job, run.startedMs);
    if (job.plan.when === 'surplus' && begun?.trigger === 'policy') this.#checkSignal(key, run.startedMs);
  }

  /** Every few minutes: whether something waits that should not. */
  look(): void {
    if (this.#parts.isClockFaulty) return;
    for (const job of this.#given.values()) {
      const { key } = job.plan;
      this.#checks += 1;
      if (this.#begunJobs.has(key) || this.#overdue.has(key) || !this.#shouldHaveStarted(job)) continue;
      this.#overdue.add(key);
      this.#complain(key, 'is past its latest start, and does not run');
    }
  }

  #checkCount({ plan: { key, retries } }: GivenJob, before: readonly SeenRun[]): void {
    if (before.length > retries)
      this.#complain(key, `runs ${before.length + 1} times, with ${retries} retries`);
    if (before.some(({ end }) => end === undefined)) this.#complain(key, 'runs while it runs');
    if (before.some(({ end }) => end?.exitCode === 0 && end.problem === undefined))
      this.#complain(key, 'runs again though it was done');
  }

  #checkTime(job: GivenJob, startedMs: number): void {
    const { plan, deadlineMs, takenMs } = job;
    if (startedMs >= deadlineMs) this.#complain(plan.key, 'starts after its deadline');
    const latestMs = deadlineMs - plan.estimateMs;
    const bornMs = this.#lives.at(-1)?.fromMs ?? 0;
    const allowedMs = Math.max(latestMs, bornMs + graceMs, (takenMs ?? startedMs) + graceMs);
    if (startedMs > allowedMs)
      this.#complain(plan.key, `starts ${startedMs - latestMs} ms after its latest start`);
  }

  #checkSignal(key: string, startedMs: number): void {
    const ageMs = startedMs - this.#parts.signalMs();
    if (ageMs > staleMs) this.#complain(key, `starts on a surplus that is ${ageMs} ms old`);
  }

  /** In one of its lives the gateway had the time to. */
  #shouldHaveStarted({ plan, deadlineMs, takenMs }: GivenJob): boolean {
    if (takenMs === undefined) return false;
    const latestMs = Math.max(deadlineMs - plan.estimateMs, takenMs + graceMs);
    const nowMs = this.#parts.nowMs();
    return this.#lives.some(({ fromMs, toMs }) => {
      const dueMs = Math.max(latestMs, fromMs + graceMs);
      return dueMs < Math.min(toMs, nowMs) && dueMs < deadlineMs - 1_000;
    });
  }

  #complain(key: string, what: string): void {
    this.#parts.report(`${key} ${what}`);
  }
}
