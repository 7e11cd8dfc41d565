import type { Comparison, JobDecision } from '../gateway/features/jobs/decision.ts';
import type { JobState, RunOutcome, StoredJob, StoredRun } from '../gateway/storage/job-calls.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import type { GivenJob, JobWatch } from './job-watch.ts';
import type { SeenRun } from './virtual-job-processes.ts';

/** What became of all jobs of a run. */
export interface JobReport {
  readonly given: number;
  readonly states: Readonly<Partial<Record<JobState, number>>>;
  readonly outcomes: Readonly<Partial<Record<RunOutcome, number>>>;
  /** Jobs whose saving is known. */
  readonly savings: number;
}

interface Accounting {
  readonly database: Database;
  readonly watch: JobWatch;
  /** Jobs that are no job for a reason: their files were rejected, or wait. */
  readonly excused: ReadonlySet<string>;
  readonly nowMs: number;
  readonly isClockFaulty: boolean;
  readonly report: (message: string) => void;
}

const rowsMax = 10_000;
/** Of two starts of the machine's timers, and of rounding to whole milliseconds. */
const timeoutSlackMs = 2_000;

/** Compares what is stored of all jobs with what they were, and with what the machine saw of their processes. */
export async function accountOfJobs(accounting: Accounting): Promise<JobReport> {
  const { database, watch, excused, report } = accounting;
  const stored = await database.call('listJobs', { rowsMax });
  const outcomes: RunOutcome[] = [];
  const all = [...watch.given];
  for (const given of all) {
    const { key } = given.plan;
    const [job, ...others] = stored.filter(({ definition }) => jobKeyOf(definition) === key);
    if (others.length > 0) report(`${key} became ${others.length + 1} jobs`);
    if (job === undefined) {
      if (given.takenMs !== undefined || !excused.has(key)) report(`${key} is not there`);
      continue;
    }
    const runs = await database.call('listJobRuns', job.id);
    outcomes.push(...runs.map(({ outcome }) => outcome));
    for (const problem of wrongOf({ given, job, runs, ...accounting })) report(`${key} ${problem}`);
  }
  return {
    given: all.length,
    states: tally(stored.map(({ state }) => state)),
    outcomes: tally(outcomes),
    savings: stored.filter(hasSaving).length,
  };
}

function tally<Word extends string>(words: readonly Word[]): Partial<Record<Word, number>> {
  const counts: Partial<Record<Word, number>> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** The name that a planned job goes by, wherever it stands in what it is. */
export function jobKeyOf(text: string): string {
  return /job-\d+/.exec(text)?.[0] ?? '';
}

interface Compared extends Accounting {
  readonly given: GivenJob;
  readonly job: StoredJob;
  readonly runs: readonly StoredRun[];
}

function wrongOf(compared: Compared): readonly string[] {
  const { given, runs, watch } = compared;
  const seen = watch.startsOf(given.plan.key);
  const wrong = seen
    .filter(({ order }) => !runs.some(({ runKey }) => runKey === order.runKey))
    .map(() => 'ran, and nothing is stored of it');
  for (const run of runs) {
    const process = seen.find(({ order }) => order.runKey === run.runKey);
    const problem = process === undefined ? wrongOfUnseen(run) : wrongOfRun(run, process, compared);
    if (problem !== undefined) wrong.push(`has run ${run.attempt}, which ${problem}`);
  }
  const ofState = wrongOfState(compared);
  if (ofState !== undefined) wrong.push(ofState);
  if (!isRegretWhole(compared.job)) wrong.push('could have been better than the best');
  return wrong;
}

/** It was begun, and the gateway killed before its first process. */
function wrongOfUnseen({ outcome }: StoredRun): string | undefined {
  return outcome === 'interrupted' ? undefined : `is ${outcome}, and never had a process`;
}

function wrongOfRun(run: StoredRun, process: SeenRun, compared: Compared): string | undefined {
  const { outcome } = run;
  if (!isAsSeen[outcome](run, process, compared)) {
    const { end } = process;
    return `is ${outcome}, and its process ${end === undefined ? 'runs' : `ended with ${end.exitCode ?? end.signal}`}`;
  }
  return outcome === 'done' ? lateness(process, compared) : undefined;
}

type Comparing = (run: StoredRun, process: SeenRun, compared: Compared) => boolean;

/** The gateway ended meanwhile, and the process with it, or before that was written down. */
const isCut: Comparing = (_, { end, startedMs }, { watch }) =>
  end !== undefined && watch.wasEndedSince(startedMs);

const isAsSeen: Readonly<Record<RunOutcome, Comparing>> = {
  running: (_, { end }) => end === undefined,
  interrupted: isCut,
  stopped: isCut,
  timeout: (_, { startedMs, endedMs = Infinity }, { given, isClockFaulty }) => {
    const { timeoutMs = Infinity } = given.plan;
    return isClockFaulty || endedMs - startedMs + timeoutSlackMs >= timeoutMs;
  },
  done: ({ exitCode }, { end }) => exitCode === 0 && end?.exitCode === 0,
  failed: ({ exitCode }, { end }) => end !== undefined && exitCode === end.exitCode && exitCode !== 0,
  cancelled: () => false,
};

/** What takes no longer than it said, and began in time, is done by its deadline. */
function lateness(process: SeenRun, { given, isClockFaulty }: Compared): string | undefined {
  const { plan, deadlineMs } = given;
  const isInTime = process.startedMs <= deadlineMs - plan.estimateMs;
  const mustHold = isInTime && plan.program.runsMs <= plan.estimateMs && !isClockFaulty;
  const lateMs = (process.endedMs ?? Infinity) - deadlineMs;
  return mustHold && lateMs > 0 ? `ended ${lateMs} ms after its deadline` : undefined;
}

function wrongOfState({ given, job, runs, nowMs, isClockFaulty }: Compared): string | undefined {
  const last = runs.at(-1)?.outcome;
  const hasMore = last !== 'running' && last !== 'done';
  const mayWait = hasMore && runs.length <= given.plan.retries;
  const isRight: Readonly<Record<JobState, boolean>> = {
    queued: mayWait,
    waiting: mayWait,
    running: last === 'running',
    done: last === 'done',
    failed: last !== undefined && hasMore,
    cancelled: false,
    missed: hasMore && (nowMs >= given.deadlineMs || isClockFaulty),
  };
  const before = runs.map(({ outcome }) => outcome).join(', ') || 'no run';
  return isRight[job.state] ? undefined : `is ${job.state} after ${before}`;
}

function hasSaving({ decision }: StoredJob): boolean {
  return decision !== null && (JSON.parse(decision) as JobDecision).saving !== undefined;
}

/** Nothing that ran was better than the best that could have been known. */
function isRegretWhole({ decision }: StoredJob): boolean {
  if (decision === null) return true;
  const { saving } = JSON.parse(decision) as JobDecision;
  const compared: readonly (Comparison | undefined)[] = [saving?.carbonGrams, saving?.microEuros];
  return compared.every((one) => one === undefined || (one.best <= one.actual && one.best <= one.atOnce));
}
