import { SeededRandom } from '../modbus-sim/random.ts';
import type { VirtualProgram } from './virtual-job-processes.ts';

/** A job that somebody gives to the gateway, and what it does when it is let. */
export interface PlannedJob {
  /** Unique; it is a word of its command. */
  readonly key: string;
  /** `spool`: as a file of electricity_usage. */
  readonly way: 'api' | 'spool';
  /** Since the start of the run, by the monotonic clock. */
  readonly atMs: number;
  readonly estimateMs: number;
  /** From when it is given. */
  readonly deadlineInMs: number;
  readonly when: string;
  readonly isInterruptible: boolean;
  readonly retries: number;
  readonly timeoutMs: number | undefined;
  readonly program: VirtualProgram;
  /** When the gateway is killed, the first time that it comes to that with this job. */
  readonly killAt: JobStep | undefined;
}

/** `taken`: it is on disk. `begun`: its run is. `started`: its process has. `ended`: the end of its run is on disk. */
export type JobStep = 'taken' | 'begun' | 'started' | 'ended';

const steps: readonly [JobStep, ...JobStep[]] = ['taken', 'begun', 'started', 'ended'];
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const policies: readonly [string, ...string[]] = [
  'surplus',
  'surplus',
  'carbon',
  'carbon',
  'price',
  'not-red',
  'carbon and not-red',
  'own-export:100',
  'window:02:00-02:30',
  'carbon and window:00:30-03:30',
];

/** All that is given in a run of so many days; the same for the same seed. */
export function drawJobs(
  seed: number,
  { days, jobsPerDay }: { days: number; jobsPerDay: number },
): readonly PlannedJob[] {
  const random = new SeededRandom(seed).fork('jobs');
  const count = Math.round(days * jobsPerDay);
  const untilMs = Math.floor(days * 24 * hourMs * 0.8);
  return Array.from({ length: count }, (_, index) =>
    drawJob(random.fork(String(index)), index, untilMs),
  ).sort((left, right) => left.atMs - right.atMs);
}

function drawJob(random: SeededRandom, index: number, untilMs: number): PlannedJob {
  const way = random.isLucky(0.2) ? 'spool' : 'api';
  const estimateMs = 1_000 * random.integer(20, random.pick([60, 600, 2_400]));
  const slackMs = random.pick([0, minuteMs, 30 * minuteMs, hourMs, 3 * hourMs]) * random.unit();
  const { program, timeoutMs } = drawProgram(random, estimateMs);
  return {
    key: `job-${index + 1}`,
    way,
    atMs: random.integer(minuteMs, untilMs),
    estimateMs,
    // Of some the estimate is longer than the time that is left.
    deadlineInMs: 10_000 + Math.floor(estimateMs * random.between(0.7, 1.5) + slackMs),
    when: way === 'spool' ? 'surplus' : random.pick(policies),
    isInterruptible: way === 'api' && random.isLucky(0.3),
    retries: way === 'api' && random.isLucky(0.4) ? random.integer(1, 3) : 0,
    // A file cannot say how long it may take at most: what hangs is given by the API.
    program: way === 'spool' && timeoutMs !== undefined ? { runsMs: estimateMs, exitCode: 1 } : program,
    timeoutMs: way === 'spool' ? undefined : timeoutMs,
    killAt: random.isLucky(0.1) ? random.pick(steps) : undefined,
  };
}

function drawProgram(
  random: SeededRandom,
  estimateMs: number,
): { readonly program: VirtualProgram; readonly timeoutMs: number | undefined } {
  const runsMs = Math.floor(estimateMs * random.between(0.3, 1));
  const draw = random.unit();
  if (draw < 0.6) return { program: { runsMs, exitCode: 0, output: 'done\n' }, timeoutMs: undefined };
  if (draw < 0.7) return { program: { runsMs: 2 * estimateMs, exitCode: 0 }, timeoutMs: undefined };
  if (draw < 0.85) return { program: { runsMs, exitCode: random.integer(1, 255) }, timeoutMs: undefined };
  if (draw < 0.9) {
    const problem = 'there is no such program';
    return { program: { runsMs: 0, exitCode: 127, problem }, timeoutMs: undefined };
  }
  const ignoresTerminate = random.isLucky(0.5);
  return {
    program: { runsMs: Infinity, exitCode: 0, ignoresTerminate },
    timeoutMs: Math.ceil(estimateMs / 1_000) * 1_000,
  };
}
