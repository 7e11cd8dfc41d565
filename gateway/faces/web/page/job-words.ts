import type { Fact } from './fact.ts';
import { formatDuration, formatFixed, formatInstant, formatPower, formatTime } from './format.ts';
import type { Job, JobDetail, JobRun, Means } from './job-types.ts';
import { isOpen } from './job-start.ts';
import { formatEuros, jobSaved, savingFacts } from './saving-words.ts';

export interface JobTime {
  readonly nowMs: number;
  readonly zone: string | undefined;
}

/** `waiting`, `running for 12 min`, `held`, `failed 5 min ago`. */
export function jobState({ state, run, endedMs }: Job, nowMs: number): string {
  if (run !== null) {
    if (run.isEnding) return 'ending';
    return run.isPaused ? 'held' : `running for ${formatDuration(nowMs - run.startedMs)}`;
  }
  if (endedMs === null) return state;
  return `${state} ${formatDuration(nowMs - endedMs)} ago`;
}

/** When it starts, or what is left of the time it has. */
export function jobTimes(job: Job, { nowMs, zone }: JobTime): string {
  const time = (atMs: number): string => formatTime(atMs, nowMs, zone);
  if (job.run !== null) {
    const end = job.slots.at(-1);
    return `${end === undefined ? '' : `until about ${time(end.endMs)}, `}due ${time(job.deadlineMs)}`;
  }
  if (!isOpen(job)) return job.endedMs === null ? '' : time(job.endedMs);
  const latest = `at the latest ${time(job.latestStartMs)}`;
  const [first] = job.slots;
  if (first === undefined) return latest;
  if (first.startMs <= nowMs) return 'starts now';
  return first.startMs === job.latestStartMs
    ? `starts ${time(first.startMs)}, at the latest`
    : `starts ${time(first.startMs)}, ${latest}`;
}

/** How far a run has come by its estimate, from 0; undefined unless one runs. */
export function jobProgress({ run, estimateMs }: Job): number | undefined {
  return run === null ? undefined : run.ranMs / estimateMs;
}

/** `45 min of 2 h 00 min`. */
export function progressWords({ run, estimateMs }: Job): string {
  return run === null ? '' : `${formatDuration(run.ranMs)} of ${formatDuration(estimateMs)}`;
}

/** In a line: why it waits or ended so, or what it saved. */
export function jobReason({ state, why, saving }: Job): string {
  const saved = state === 'done' && saving !== null ? jobSaved(saving) : undefined;
  return saved ?? why ?? '';
}

export function jobFacts(job: Job, { nowMs, zone }: JobTime): readonly Fact[] {
  const instant = (atMs: number): string => formatTime(atMs, nowMs, zone);
  const some = (name: string, text: string | undefined): readonly Fact[] =>
    text === undefined ? [] : [[name, text]];
  const planned = job.slots.map(({ startMs, endMs }) => `${instant(startMs)} – ${instant(endMs)}`).join(', ');
  return [
    ['Command', job.command],
    ['Waits for', job.when],
    ...some('Planned', isOpen(job) && planned !== '' ? planned : undefined),
    ...some('Starts at the latest', isOpen(job) && job.run === null ? instant(job.latestStartMs) : undefined),
    ['Must be done by', instant(job.deadlineMs)],
    ['Estimate', formatDuration(job.estimateMs)],
    ['Draws', job.powerWatts === null ? 'not said' : formatPower(job.powerWatts)],
    ...some('May be held', job.isInterruptible ? 'yes' : undefined),
    ['Queued', `${instant(job.queuedMs)} by ${ownerWords(job.owner)}`],
    ...some('Expected', isOpen(job) && job.expected !== null ? meansWords(job.expected) : undefined),
    ...some('At once instead', isOpen(job) && job.ifAtOnce !== null ? meansWords(job.ifAtOnce) : undefined),
    ...(job.saving === null ? [] : savingFacts(job.saving)),
    ...job.warnings.map(
      (warning, index) => [`Remark${index === 0 ? '' : ` ${index + 1}`}`, warning] as const,
    ),
  ];
}

function ownerWords(owner: string): string {
  if (owner === 'local') return 'this machine';
  return owner === 'spool' ? 'the spool' : owner.replace(':', ' ');
}

/** `41 g CO₂/kWh, 21.6 ct/kWh`. */
function meansWords({ carbonGramsPerKwh, priceMicroEurosPerKwh }: Means): string | undefined {
  const parts = [
    ...(carbonGramsPerKwh === null ? [] : [formatFixed(carbonGramsPerKwh, 0, 'g CO₂/kWh')]),
    ...(priceMicroEurosPerKwh === null ? [] : [`${formatEuros(priceMicroEurosPerKwh)}/kWh`]),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** Why a run was started. */
const triggers: Readonly<Record<string, string>> = {
  policy: 'its time had come',
  deadline: 'its latest start had come',
  manual: 'by hand',
  retry: 'tried again',
};
const outcomes: Readonly<Record<JobRun['outcome'], string>> = {
  running: 'running',
  done: 'done',
  failed: 'failed',
  timeout: 'took too long, and was ended',
  cancelled: 'cancelled',
  stopped: 'ended with the gateway',
  interrupted: 'cut: the gateway was killed, or the power failed',
};

/** One line a run: when, why, for how long, and how it ended. */
export function runFacts({ runs }: Pick<JobDetail, 'runs'>, { nowMs, zone }: JobTime): readonly Fact[] {
  return runs.map((run) => {
    const { attempt, startedMs, endedMs } = run;
    const took = endedMs === null ? '' : ` after ${formatDuration(endedMs - startedMs)}`;
    const start = `${formatInstant(startedMs, nowMs, zone)}, ${triggers[run.trigger] ?? run.trigger}`;
    return [`Run ${attempt}`, `${start}: ${runEnd(run)}${took}`];
  });
}

function runEnd({ outcome, exitCode, signal, problem }: JobRun): string {
  const details = [
    ...(exitCode === null || outcome === 'done' ? [] : [`exit code ${exitCode}`]),
    ...(signal === null ? [] : [signal]),
    ...(problem === null ? [] : [problem]),
  ];
  const words = outcomes[outcome];
  return details.length === 0 ? words : `${words} (${details.join(', ')})`;
}

/** What a reader of the screen hears of the whole queue. */
export function queueWords(jobs: readonly Job[]): string {
  const count = (state: Job['state'][]): number => jobs.filter((job) => state.includes(job.state)).length;
  const [running, waiting] = [count(['running']), count(['queued', 'waiting'])];
  if (running + waiting === 0) return 'No job waits or runs.';
  return (
    [
      ...(running > 0 ? [`${running} ${running === 1 ? 'job runs' : 'jobs run'}`] : []),
      ...(waiting > 0 ? [`${waiting} ${waiting === 1 ? 'waits' : 'wait'}`] : []),
    ].join(', ') + '.'
  );
}
