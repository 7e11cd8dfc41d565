import fc from 'fast-check';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import type { JobDecision } from '../../../gateway/features/jobs/decision.ts';
import type { JobDefinition } from '../../../gateway/features/jobs/job-definition.ts';
import type { WhenTerm } from '../../../gateway/features/jobs/when.ts';
import type { StoredJob, StoredRun } from '../../../gateway/storage/job-calls.ts';
import type { VirtualProgram } from '../../../sim/virtual-job-processes.ts';
import { DeskBench, unknownSignals } from './desk-bench.ts';

const minuteMs = 60_000;
const lifeMs = 8 * minuteMs;
/** After that all deadlines are over, and all time-outs. */
const endMs = 22 * minuteMs;
const sampleMs = 1_000;
const lookMs = 3_000;
/** So long after whatever is in the way is gone all must be as it should: a start reads the disk, and a beat is a second. */
const settledMs = 3_000;

/** What happens to the gateway, or what somebody asks of it. Times count from the beginning. */
export type Happening = { readonly atMs: number } & (
  | { readonly kind: 'job'; readonly job: RandomJob }
  | { readonly kind: 'outage'; readonly forMs: number }
  | { readonly kind: 'fault'; readonly forMs: number; readonly isDone: boolean; readonly share: number }
  | { readonly kind: 'kill'; readonly offMs: number; readonly moments: number }
  | { readonly kind: 'stop'; readonly offMs: number }
  | { readonly kind: 'step'; readonly byMs: number }
  | { readonly kind: 'bug'; readonly forMs: number }
  | { readonly kind: 'cancel' | 'run-now'; readonly nth: number }
);

export interface RandomJob {
  readonly estimateMs: number;
  readonly slackMs: number;
  readonly when: WhenTerm['kind'];
  readonly retries: number;
  readonly isInterruptible: boolean;
  /** Beside the estimate. */
  readonly runsShare: number;
  readonly exitCode: number;
  readonly hangs: boolean;
  readonly ignoresTerminate: boolean;
}

const time = (maxMs: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: maxMs });

const randomJob: fc.Arbitrary<RandomJob> = fc.record({
  estimateMs: fc.integer({ min: 1_000, max: 2 * minuteMs }),
  slackMs: fc.oneof(time(3_000), time(5 * minuteMs)),
  when: fc.constantFrom('surplus', 'carbon', 'price', 'own_export', 'not_red'),
  retries: fc.constantFrom(0, 0, 1, 3),
  isInterruptible: fc.boolean(),
  runsShare: fc.double({ min: 0.1, max: 1, noNaN: true }),
  exitCode: fc.constantFrom(0, 0, 0, 1),
  hangs: fc.constantFrom(false, false, false, true),
  ignoresTerminate: fc.boolean(),
});

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ atMs: time(lifeMs), kind: fc.constant('job' as const), job: randomJob }),
  },
  fc.record({ atMs: time(lifeMs), kind: fc.constant('outage' as const), forMs: time(5 * minuteMs) }),
  fc.record({
    atMs: time(lifeMs),
    kind: fc.constant('fault' as const),
    forMs: time(3 * minuteMs),
    isDone: fc.boolean(),
    share: fc.constantFrom(1, 1, 2, 3),
  }),
  fc.record({
    atMs: time(lifeMs),
    kind: fc.constant('kill' as const),
    offMs: fc.oneof(fc.constant(0), time(2 * minuteMs)),
    moments: fc.integer({ min: 0, max: 30 }),
  }),
  fc.record({ atMs: time(lifeMs), kind: fc.constant('stop' as const), offMs: time(2 * minuteMs) }),
  fc.record({
    atMs: time(lifeMs),
    kind: fc.constant('step' as const),
    byMs: fc.integer({ min: -5 * minuteMs, max: 5 * minuteMs }),
  }),
  fc.record({ atMs: time(lifeMs), kind: fc.constant('bug' as const), forMs: time(5 * minuteMs) }),
  fc.record({
    atMs: time(lifeMs),
    kind: fc.constantFrom('cancel' as const, 'run-now' as const),
    nth: fc.integer({ min: 1, max: 12 }),
  }),
);

export const happenings = fc.array(happening, { minLength: 4, maxLength: 24 });

/** A home of jobs to which much happens, and an oracle that looks at the disk and at the processes. */
export class RandomJobs {
  readonly bench = new DeskBench();
  readonly violations: string[] = [];
  readonly #programs = new Map<number, VirtualProgram>();
  readonly #manual = new Map<number, number>();
  readonly #cancelled = new Set<number>();
  /** Since when nothing is in the way, on the virtual clock; Infinity while something is. */
  #wellSinceMs = 0;
  #faultUntilMs = 0;
  #bugUntilMs = 0;
  #outageUntilMs = 0;
  #startAtMs = Infinity;
  #faultCalls = 0;
  readonly #plan;

  constructor() {
    const { bench } = this;
    this.#plan = bench.plan;
    bench.plan = (input) => {
      if (this.#nowMs < this.#bugUntilMs) throw new RangeError('a bug of the planner');
      return this.#plan(input);
    };
    bench.programOf = ({ environment, runKey }) => {
      const id = Number(environment['EGW_JOB_ID']);
      this.#checkBegun(id, runKey);
      return this.#programs.get(id) ?? { runsMs: 0, exitCode: 0 };
    };
    const values = (seed: number): number[] => Array.from({ length: 90 }, (_, index) => (index * seed) % 97);
    const known = {
      carbon: values(31),
      price: values(53),
      surplus: values(7).map((value) => value - 60),
      red: values(5).map((value) => (value < 30 ? 1 : 0)),
      own_export: values(11).map((value) => value * 20),
    };
    bench.signalsNow = () => unknownSignals(this.#nowMs < this.#outageUntilMs ? {} : known, 0.1);
  }

  get #nowMs(): number {
    return this.bench.clock.monotonic();
  }

  async run(story: readonly Happening[]): Promise<readonly string[]> {
    this.bench.start();
    const inOrder = story.toSorted((a, b) => a.atMs - b.atMs);
    for (let atMs = 0; atMs <= endMs; atMs += sampleMs) {
      await this.bench.clock.advanceTo(Math.max(atMs, this.#nowMs));
      this.#comeBack();
      while ((inOrder[0]?.atMs ?? Infinity) <= this.#nowMs && !this.bench.isDead) {
        const next = inOrder.shift();
        if (next !== undefined) await this.#happen(next);
      }
      if (atMs % lookMs === 0) this.#look();
    }
    this.#lookAtEnd();
    return this.violations;
  }

  async #happen(what: Happening): Promise<void> {
    const { bench } = this;
    switch (what.kind) {
      case 'job':
        await this.#add(what.job);
        return;
      case 'outage':
        this.#outageUntilMs = this.#nowMs + what.forMs;
        bench.revision += 1;
        return;
      case 'bug':
        this.#bugUntilMs = this.#nowMs + what.forMs;
        return;
      case 'fault':
        this.#fail(what);
        return;
      case 'step':
        bench.clock.stepWall(what.byMs);
        this.#wellSinceMs = this.#nowMs;
        return;
      case 'stop':
        // It may die while it stops.
        await this.#asked(async () => await bench.stop());
        this.#startAtMs = this.#nowMs + what.offMs;
        return;
      case 'kill':
        this.#kill(what);
        return;
      case 'cancel':
        if (await this.#asked(async () => await bench.desk.cancel(what.nth))) this.#cancelled.add(what.nth);
        return;
      case 'run-now':
        // Whether it has begun or not: it may.
        this.#manual.set(what.nth, (this.#manual.get(what.nth) ?? 0) + 1);
        await this.#asked(async () => await bench.desk.runNow(what.nth));
    }
  }

  async #add(job: RandomJob): Promise<void> {
    const { bench } = this;
    const definition: Partial<JobDefinition> = {
      estimateMs: job.estimateMs,
      when: [job.when === 'own_export' ? { kind: job.when, watts: 800 } : ({ kind: job.when } as WhenTerm)],
      retries: job.retries,
      isInterruptible: job.isInterruptible,
      timeoutMs: 3 * minuteMs,
    };
    // The next id is known: the program of a job must be known before it can start.
    const [newest] = bench.service.listJobs({ rowsMax: 1 });
    this.#programs.set((newest?.id ?? 0) + 1, {
      runsMs: job.hangs ? Infinity : job.estimateMs * job.runsShare,
      exitCode: job.exitCode,
      ignoresTerminate: job.ignoresTerminate,
    });
    await this.#asked(
      async () => await bench.add({ ...definition, inMs: job.estimateMs + job.slackMs + 2_500 }),
    );
  }

  async #asked(question: () => Promise<unknown>): Promise<boolean> {
    try {
      await this.bench.ask(question());
      return true;
    } catch (error) {
      if (errorCodeOf(error) === undefined) throw error;
      return false;
    }
  }

  #fail({ forMs, isDone, share }: { forMs: number; isDone: boolean; share: number }): void {
    this.#faultUntilMs = this.#nowMs + forMs;
    this.bench.storeFault = () => {
      if (this.#nowMs >= this.#faultUntilMs) return undefined;
      this.#wellSinceMs = Math.max(this.#wellSinceMs, this.#faultUntilMs);
      this.#faultCalls += 1;
      if (this.#faultCalls % share !== 0) return undefined;
      return isDone ? 'done' : 'undone';
    };
  }

  #kill({ offMs, moments }: { offMs: number; moments: number }): void {
    let left = moments;
    if (moments === 0) this.bench.die();
    this.bench.diesAt = () => {
      left -= 1;
      return left < 0;
    };
    this.#startAtMs = this.#nowMs + offMs;
  }

  #comeBack(): void {
    if (!this.bench.isDead) return;
    this.#wellSinceMs = Infinity;
    if (this.#nowMs < this.#startAtMs) return;
    this.bench.diesAt = () => false;
    this.bench.start();
    this.#wellSinceMs = Math.max(this.#nowMs, this.#faultUntilMs);
  }

  get #isWell(): boolean {
    return !this.bench.isDead && this.#nowMs - this.#wellSinceMs > settledMs;
  }

  /** While nothing is in the way, nothing that waits is beyond its latest start. */
  #look(): void {
    const { bench } = this;
    if (!this.#isWell) return;
    const nowMs = bench.clock.wall();
    for (const job of bench.service.listJobs({ states: ['queued', 'waiting'], rowsMax: 100 })) {
      const latestMs = job.deadlineMs - definitionOf(job).estimateMs;
      if (nowMs > latestMs) this.violations.push(`job ${job.id} waits ${nowMs - latestMs} ms too long`);
    }
  }

  /** A process starts: its run is on disk, it is the only one, and it may. */
  #checkBegun(id: number, runKey: string): void {
    const { bench } = this;
    const runs = bench.runs(id);
    const last = runs.at(-1);
    if (last?.runKey !== runKey || last.outcome !== 'running')
      this.violations.push(`a process of job ${id} starts without a run on disk`);
    const running = bench.processes.seen.filter(
      ({ order, endedMs }) => Number(order.environment['EGW_JOB_ID']) === id && endedMs === undefined,
    );
    if (running.length > 1) this.violations.push(`job ${id} runs twice at a time`);
    const job = bench.job(id);
    const allowed = 1 + definitionOf(job).retries + (this.#manual.get(id) ?? 0);
    if (runs.length > allowed) this.violations.push(`job ${id} runs for the ${runs.length}th time`);
    if (this.#cancelled.has(id)) this.violations.push(`job ${id} runs though it was cancelled`);
    if (last !== undefined) this.#checkInTime(job, last);
  }

  #checkInTime(job: StoredJob, { startedMs, trigger }: StoredRun): void {
    const latestMs = job.deadlineMs - definitionOf(job).estimateMs;
    if (trigger !== 'manual' && startedMs > latestMs && this.#isWell)
      this.violations.push(`job ${job.id} starts ${startedMs - latestMs} ms after its latest start`);
  }

  #lookAtEnd(): void {
    const { bench } = this;
    const keys = bench.processes.seen.map(({ order }) => order.runKey);
    if (new Set(keys).size !== keys.length) this.violations.push('a run was started twice');
    if (bench.processes.running > 0) this.violations.push('something still runs');
    for (const job of bench.service.listJobs({ rowsMax: 100 })) this.#lookAtEnded(job, bench.runs(job.id));
  }

  #lookAtEnded(job: StoredJob, runs: readonly StoredRun[]): void {
    const outcome = runs.at(-1)?.outcome ?? 'none';
    if (!endings[job.state].includes(outcome))
      this.violations.push(`job ${job.id} is ${job.state} after ${outcome}`);
    if (this.#cancelled.has(job.id) && job.state !== 'cancelled' && job.state !== 'done')
      this.violations.push(`job ${job.id} is ${job.state} though it was cancelled`);
    const saving = (JSON.parse(job.decision ?? 'null') as JobDecision | null)?.saving;
    const compared = [saving?.carbonGrams, saving?.microEuros];
    if (compared.some((one) => one !== undefined && !(one.best <= one.actual)))
      this.violations.push(`job ${job.id} is better than the best`);
  }
}

const badEnds = ['failed', 'timeout', 'stopped', 'interrupted'] as const;

/** How the last run of a job may have ended that is in that state when all is over. */
const endings: Readonly<Record<StoredJob['state'], readonly (StoredRun['outcome'] | 'none')[]>> = {
  queued: [],
  waiting: [],
  running: [],
  done: ['done'],
  failed: badEnds,
  cancelled: ['none', 'cancelled', ...badEnds],
  missed: ['none', ...badEnds],
};

function definitionOf({ definition }: StoredJob): JobDefinition {
  return JSON.parse(definition) as JobDefinition;
}
