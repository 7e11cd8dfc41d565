import { Type, type Static } from 'typebox';
import { localIso } from '../../core/local-hour.ts';
import { commandLineOf } from '../../core/programs.ts';
import { jobStates } from '../../storage/job-calls.ts';
import { closed, duration, instant, nullable, oneOf, ratio } from '../schema.ts';
import type { Comparison, JobDecision, JobSaving } from './decision.ts';
import type { JobCommand, JobDefinition } from './job-definition.ts';
import type { JobFacts, LiveRun, RunFacts } from './job-port.ts';
import { formatDurationInWords } from './parse-duration.ts';
import { formatWhen } from './parse-when.ts';
import { whyItRan } from './why-it-ran.ts';
import type { PlanBound, SignalMeans } from './plan/plan.ts';

const triggers = ['policy', 'deadline', 'manual', 'retry'] as const;
const outcomes = ['running', 'done', 'failed', 'timeout', 'cancelled', 'stopped', 'interrupted'] as const;

const slot = closed({ startMs: instant(), endMs: instant() });
const means = closed({
  carbonGramsPerKwh: nullable(Type.Number({ description: 'g CO₂ equivalent per kWh; null: not known' })),
  priceMicroEurosPerKwh: nullable(Type.Number({ description: 'null: not known' })),
});
const comparison = closed({
  actual: Type.Number({ description: 'Of the run as it was' }),
  atOnce: Type.Number({ description: 'Of the same run, had it begun when it was queued' }),
  best: Type.Number({ description: 'Of the best start that there could have been' }),
});
const siteTime = (): ReturnType<typeof Type.String> =>
  Type.String({ description: 'By the clock of the site' });
const saving = closed({
  energyKwh: Type.Number(),
  isPowerAssumed: Type.Boolean({ description: 'Nobody said what it draws: jobs.powerWatts was taken' }),
  carbonGrams: nullable(comparison),
  microEuros: nullable(comparison),
  isFinal: Type.Boolean({ description: 'false while some of its hours may still be told otherwise' }),
});
const liveRun = closed({
  attempt: Type.Integer({ description: 'Counts from 1' }),
  trigger: oneOf(triggers),
  startedMs: instant(),
  ranMs: duration({ description: 'Without the time that it was held' }),
  isPaused: Type.Boolean(),
  isEnding: Type.Boolean({ description: 'It was asked to end, and has not yet' }),
  outputBytes: Type.Integer({ description: 'Printed so far' }),
});

const jobProperties = {
  id: Type.Integer(),
  name: nullable(Type.String({ description: 'For people; null where it was given none' })),
  state: oneOf(jobStates),
  command: Type.String({ description: 'As one would type it' }),
  argv: nullable(
    Type.Array(Type.String(), { description: 'Program and arguments; null for a line of a shell' }),
  ),
  commandline: nullable(Type.String({ description: 'For sh -c; null for a program with its arguments' })),
  why: nullable(
    Type.String({ description: 'Why it waits and what for, or why it runs or ran when it did, for people' }),
  ),
  when: Type.String({ description: 'What it waits for' }),
  queuedMs: instant(),
  queued: siteTime(),
  startMs: nullable(instant({ description: 'When it is planned to start; of one that runs, when it did' })),
  start: nullable(siteTime()),
  latestStartMs: instant({ description: 'It starts then at the latest' }),
  latestStart: siteTime(),
  deadlineMs: instant(),
  deadline: siteTime(),
  endedMs: nullable(instant()),
  ended: nullable(siteTime()),
  estimateMs: duration(),
  estimate: Type.String({ description: 'In words' }),
  powerWatts: nullable(Type.Number({ description: 'What it draws, W; null: jobs.powerWatts is taken' })),
  isInterruptible: Type.Boolean(),
  retries: Type.Integer(),
  timeoutMs: nullable(duration({ description: 'Of one run; null: jobs.timeout, or as long as it takes' })),
  owner: Type.String({ description: 'Who gave it: local, token:ID, key:ID, cloud:ISSUER, spool' }),
  cwd: Type.String(),
  environment: Type.Array(Type.String(), {
    description: 'Names of its variables; what is in them is not shown',
  }),
  user: nullable(Type.String()),
  group: nullable(Type.String()),
  memoryMb: nullable(Type.Number({ description: 'What it may take, in MB of 1,048,576 bytes' })),
  cpuSeconds: nullable(Type.Number({ description: 'Time of processors that it may take' })),
  hasNetwork: Type.Boolean(),
  warnings: Type.Array(Type.String(), { description: 'What was remarked when it was taken' }),
  slots: Type.Array(slot, { description: 'When it is expected to run' }),
  expected: nullable(means),
  ifAtOnce: nullable(means),
  run: nullable(liveRun),
  saving: nullable(saving),
};

/** A job as faces show it. */
export const jobSchema = closed(jobProperties);
/** One that was just taken. */
export const addedJobSchema = closed({
  ...jobProperties,
  isNew: Type.Boolean({ description: 'false: the same request key gave it before' }),
});
/** With its runs. */
export const shownJobSchema = closed({
  ...jobProperties,
  runs: Type.Array(
    closed({
      attempt: Type.Integer(),
      trigger: oneOf(triggers),
      startedMs: instant(),
      started: siteTime(),
      endedMs: nullable(instant()),
      ended: nullable(siteTime()),
      outcome: oneOf(outcomes),
      exitCode: nullable(Type.Integer()),
      signal: nullable(Type.String()),
      problem: nullable(Type.String()),
      outputBytes: Type.Integer({ description: 'Printed in all' }),
    }),
    { description: 'Oldest first' },
  ),
});
/** How good the plan is. */
export const planSchema = closed({
  isExact: Type.Boolean({ description: 'There is no better one' }),
  excess: nullable(ratio({ description: 'It costs at most so much more than the best; null: not known' })),
  words: Type.String(),
});

/** Times are also given by the clock of the zone of the site. */
export function describeJob(job: JobFacts, zone: string): Static<typeof jobSchema> {
  const { id, state, owner, queuedMs, deadlineMs, latestStartMs, endedMs, decision, run } = job;
  const startMs = startOf(job);
  return {
    id,
    state,
    why: whyOf(job),
    queuedMs,
    queued: localIso(zone, queuedMs),
    startMs,
    start: startMs === null ? null : localIso(zone, startMs),
    latestStartMs,
    latestStart: localIso(zone, latestStartMs),
    deadlineMs,
    deadline: localIso(zone, deadlineMs),
    endedMs: endedMs ?? null,
    ended: endedMs === undefined ? null : localIso(zone, endedMs),
    owner,
    warnings: [...job.warnings],
    ...describeDefinition(job.definition),
    ...describeDecision(decision),
    run: run === undefined ? null : describeLiveRun(run),
  };
}

type DefinitionFacts = Omit<
  Static<typeof jobSchema>,
  | (
      | 'id'
      | 'state'
      | 'why'
      | 'queuedMs'
      | 'queued'
      | 'startMs'
      | 'start'
      | 'latestStartMs'
      | 'latestStart'
      | 'deadlineMs'
    )
  | ('deadline' | 'endedMs' | 'ended' | 'owner' | 'warnings' | 'run')
  | keyof DecisionFacts
>;

function describeDefinition(definition: JobDefinition): DefinitionFacts {
  const { name, command, when, estimateMs, powerWatts, timeoutMs, user, group, limits } = definition;
  return {
    name: name ?? null,
    command: commandText(command),
    argv: 'argv' in command ? [...command.argv] : null,
    commandline: 'line' in command ? command.line : null,
    when: formatWhen(when),
    estimateMs,
    estimate: formatDurationInWords(estimateMs),
    powerWatts: powerWatts ?? null,
    isInterruptible: definition.isInterruptible,
    retries: definition.retries,
    timeoutMs: timeoutMs ?? null,
    cwd: definition.cwd,
    environment: Object.keys(definition.environment),
    user: user ?? null,
    group: group ?? null,
    memoryMb: limits.memoryBytes === undefined ? null : limits.memoryBytes / 1_048_576,
    cpuSeconds: limits.cpuSeconds ?? null,
    hasNetwork: definition.hasNetwork,
  };
}

/** With its runs; of one that has ended, why the last of them began. */
export function describeShownJob(
  job: JobFacts & { readonly runs: readonly RunFacts[] },
  zone: string,
): Static<typeof shownJobSchema> {
  const shown = describeJob(job, zone);
  const last = job.runs.at(-1);
  const ran = job.endedMs === undefined || last === undefined ? null : whyItRan(last.trigger, job.decision);
  return { ...shown, why: shown.why ?? ran, runs: job.runs.map((run) => describeRun(run, zone)) };
}

function describeRun(run: RunFacts, zone: string): Static<typeof shownJobSchema>['runs'][number] {
  const { attempt, trigger, startedMs, endedMs, outcome, exitCode, signal, problem, outputBytes } = run;
  return {
    ...{ attempt, trigger, startedMs, outcome, outputBytes },
    started: localIso(zone, startedMs),
    endedMs: endedMs ?? null,
    ended: endedMs === undefined ? null : localIso(zone, endedMs),
    exitCode: exitCode ?? null,
    signal: signal ?? null,
    problem: problem ?? null,
  };
}

export function describePlan({ cost, lowerBound, isExact }: PlanBound): Static<typeof planSchema> {
  if (isExact) return { isExact, excess: 0, words: 'the best that there is' };
  if (lowerBound <= 0) return { isExact, excess: null, words: 'how far it is from the best is not known' };
  const excess = Math.max(0, cost / lowerBound - 1);
  return { isExact, excess, words: `at most ${(excess * 100).toFixed(1)} % above the best` };
}

function commandText(command: JobCommand): string {
  if ('line' in command) return command.line;
  const [program = '', ...args] = command.argv;
  return commandLineOf({ program, args });
}

/** What is planned is of no interest to what has ended. */
function whyOf({ remark, decision, endedMs, run }: JobFacts): string | null {
  if (remark !== undefined) return remark;
  if (endedMs !== undefined) return null;
  const isWaiting = run === undefined || run.isPaused;
  return isWaiting ? (decision?.words ?? null) : whyItRan(run.trigger, decision);
}

function startOf({ run, endedMs, decision }: JobFacts): number | null {
  if (run !== undefined) return run.startedMs;
  return endedMs === undefined ? (decision?.slots[0]?.startMs ?? null) : null;
}

type DecisionFacts = Pick<Static<typeof jobSchema>, 'slots' | 'expected' | 'ifAtOnce' | 'saving'>;

function describeDecision(decision: JobDecision | undefined): DecisionFacts {
  if (decision === undefined) return { slots: [], expected: null, ifAtOnce: null, saving: null };
  const { slots, expected, ifAtOnce, saving: saved } = decision;
  return {
    slots: slots.map(({ startMs, endMs }) => ({ startMs, endMs })),
    expected: describeMeans(expected),
    ifAtOnce: describeMeans(ifAtOnce),
    saving: saved === undefined ? null : describeSaving(saved),
  };
}

function describeMeans({ carbonGramsPerKwh, priceMicroEurosPerKwh }: SignalMeans): Static<typeof means> {
  return {
    carbonGramsPerKwh: carbonGramsPerKwh ?? null,
    priceMicroEurosPerKwh: priceMicroEurosPerKwh ?? null,
  };
}

function describeSaving(saved: JobSaving): Static<typeof saving> {
  const { energyKwh, isPowerAssumed, carbonGrams, microEuros, isFinal } = saved;
  return {
    ...{ energyKwh, isPowerAssumed, isFinal },
    carbonGrams: describeComparison(carbonGrams),
    microEuros: describeComparison(microEuros),
  };
}

function describeComparison(one: Comparison | undefined): Static<typeof comparison> | null {
  return one === undefined ? null : { actual: one.actual, atOnce: one.atOnce, best: one.best };
}

function describeLiveRun(run: LiveRun): Static<typeof liveRun> {
  const { attempt, trigger, startedMs, ranMs, isPaused, isEnding, outputBytes } = run;
  return { attempt, trigger, startedMs, ranMs, isPaused, isEnding, outputBytes };
}
