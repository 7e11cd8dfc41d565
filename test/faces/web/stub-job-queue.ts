import type { JobDecision } from '../../../gateway/features/jobs/decision.ts';
import type { StubJobs } from './stub-jobs.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A queue of one of each: one that runs, one that waits for each kind of thing, and some that have ended. */
export function fillJobQueue(jobs: StubJobs, nowMs: number): void {
  const hour = Math.floor(nowMs / hourMs) * hourMs;
  const at = (hours: number): number => hour + hours * hourMs;
  jobs.put(
    21,
    {
      state: 'running',
      deadlineMs: at(5),
      decision: decided('running since its best time came', [[-0.7, 1.3]], hour),
      run: {
        attempt: 1,
        trigger: 'policy',
        startedMs: nowMs - 42 * minuteMs,
        ranMs: 42 * minuteMs,
        isPaused: false,
        isEnding: false,
        outputBytes: 31,
      },
    },
    { name: 'Train the forecast', command: { line: 'python train.py' }, powerWatts: 180 },
  );
  jobs.runs.set(21, [run(1, nowMs - 42 * minuteMs, undefined)]);
  jobs.outputs.set(21, 'epoch 1: loss 0.41\nepoch 2: loss 0.33\n');
  const better = 'waits for cleaner power: 27 g/kWh instead of 46 g/kWh now';
  jobs.put(
    22,
    { deadlineMs: at(20), latestStartMs: at(18), decision: decided(better, [[9, 11]], hour) },
    { name: 'Backup', command: { argv: ['/usr/local/bin/backup.sh', '--all'] }, powerWatts: 90 },
  );
  jobs.put(
    23,
    {
      deadlineMs: at(34),
      latestStartMs: at(33),
      decision: decided('waits for its window', [[14, 15]], hour),
    },
    {
      command: { line: 'rsync -a /srv/photos nas:/volume1/photos' },
      estimateMs: hourMs,
      when: [{ kind: 'price' }, { kind: 'window', fromMinute: 22 * 60, toMinute: 6 * 60 }],
    },
  );
  jobs.put(
    24,
    {
      deadlineMs: at(40),
      latestStartMs: at(36),
      warnings: ['the deadline comes twice that night: the earlier is taken'],
      decision: decided(
        'held in dirty hours',
        [
          [8, 10],
          [30, 32],
        ],
        hour,
      ),
    },
    { name: 'Transcode the holidays', isInterruptible: true, estimateMs: 4 * hourMs, powerWatts: 65 },
  );
  jobs.put(20, {
    state: 'done',
    endedMs: at(-4),
    decision: {
      ...decided('ran at its best time', [[-6, -4]], hour),
      saving: {
        energyKwh: 0.36,
        isPowerAssumed: false,
        carbonGrams: { actual: 11.4, atOnce: 29.8, best: 10.1 },
        microEuros: { actual: 61_000, atOnce: 77_800, best: 61_000 },
        isFinal: true,
      },
    },
  });
  jobs.runs.set(20, [run(1, at(-6), at(-4), { outcome: 'done', exitCode: 0 })]);
  jobs.put(
    19,
    { state: 'failed', endedMs: at(-20), remark: 'its last try failed' },
    { name: 'Sync the calendar' },
  );
  jobs.runs.set(19, [
    run(1, at(-22), at(-21.9), { outcome: 'failed', exitCode: 3, outputBytes: 120 }),
    run(2, at(-20.2), at(-20), { outcome: 'timeout', signal: 'SIGKILL' }),
  ]);
  jobs.outputs.set(19, '\u001b[31mcannot reach the server\u001b[0m\n');
}

function decided(words: string, hours: readonly (readonly [number, number])[], hour: number): JobDecision {
  return {
    decidedMs: hour,
    reason: 'better_later',
    words,
    slots: hours.map(([from, to]) => ({ startMs: hour + from * hourMs, endMs: hour + to * hourMs })),
    expected: { carbonGramsPerKwh: 27, priceMicroEurosPerKwh: 169_600 },
    ifAtOnce: { carbonGramsPerKwh: 46, priceMicroEurosPerKwh: 216_100 },
    warnings: [],
    saving: undefined,
  };
}

type Run = NonNullable<ReturnType<StubJobs['runs']['get']>>[number];

function run(attempt: number, startedMs: number, endedMs: number | undefined, end: Partial<Run> = {}): Run {
  return {
    attempt,
    trigger: attempt === 1 ? 'policy' : 'retry',
    startedMs,
    endedMs,
    outcome: 'running',
    exitCode: undefined,
    signal: undefined,
    problem: undefined,
    outputBytes: 0,
    ...end,
  };
}
