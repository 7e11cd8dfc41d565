/**
 * The scheduler against Node's own timers, in one process and one run: how fast, how punctual, how large,
 * and whether a period drifts. `node bench/engine.ts [--seconds 60]`; the seconds are those of the drift.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { silentLogger } from '../gateway/core/logger.ts';
import { Scheduler } from '../gateway/engine/scheduler.ts';
import type { TaskDefinition } from '../gateway/engine/task.ts';
import { createRealAlarm } from '../gateway/system/real-alarm.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { heapBytes, median, numberArgument, percentile, print, sleep } from './measure.ts';

/** Runs of one load, and how they were served. */
interface Served {
  readonly runsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

interface Load {
  readonly tasks: number;
  readonly periodMs: number;
}

/** Starts the load, calls `onRun` with how late each run is, and ends it. */
type Contender = (load: Load, onRun: (lateMs: number) => void) => { stop(): void | Promise<void> };

/** 10 000 to 20 000 runs a second, whatever the number of tasks. */
const loads: readonly { readonly load: Load; readonly seconds: number; readonly rounds: number }[] = [
  { load: { tasks: 10_000, periodMs: 1_000 }, seconds: 3, rounds: 3 },
  { load: { tasks: 100_000, periodMs: 10_000 }, seconds: 5, rounds: 3 },
  { load: { tasks: 1_000_000, periodMs: 60_000 }, seconds: 10, rounds: 1 },
];

const contenders: Readonly<Record<string, Contender>> = {
  scheduler: underScheduler,
  set_timeout: underSetTimeout,
  set_interval: underSetInterval,
};

await main();

async function main(): Promise<void> {
  const seconds = numberArgument('seconds', 60);
  setFlagsFromString('--expose-gc');
  (globalThis as { gc?: () => void }).gc = runInNewContext('gc') as () => void;
  for (const tasks of [10_000, 100_000, 1_000_000]) await compareThroughput(tasks);
  for (const tasks of [100_000, 1_000_000]) await measureMemory(tasks);
  for (const { load, seconds: forSeconds, rounds } of loads) await compareLateness(load, forSeconds, rounds);
  await compareDrift(seconds);
}

function newScheduler(): Scheduler {
  return new Scheduler({
    clock: realClock,
    alarm: createRealAlarm(realClock),
    random: { next: () => 0, integer: () => 0 },
    logger: silentLogger,
  });
}

function definition(id: number, rest: Partial<TaskDefinition>): TaskDefinition {
  return { name: `t${id}`, group: 'bench', priority: 'acquire', deadlineMs: 1_000, run: noop, ...rest };
}

function noop(): void {
  // The cost of the engine alone.
}

/** All are due at once: how many are served a second. */
async function compareThroughput(tasks: number): Promise<void> {
  const rounds = tasks > 100_000 ? 1 : 3;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await schedulerThroughput(tasks));
    theirs.push(await timeoutThroughput(tasks));
  }
  print(`throughput.scheduler.${tasks}`, median(ours), 'runs/s');
  print(`throughput.set_timeout.${tasks}`, median(theirs), 'runs/s');
  print(`throughput.ratio.${tasks}`, median(ours) / median(theirs), 'x');
}

async function schedulerThroughput(tasks: number): Promise<number> {
  const scheduler = newScheduler();
  let runs = 0;
  let finish: () => void = noop;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const run = (): void => {
    runs += 1;
    if (runs === tasks) finish();
  };
  // Periodic, so that each run is also put back: two heap operations and the next beat.
  const periodMs = 3_600_000;
  for (let id = 0; id < tasks; id += 1) scheduler.submit(definition(id, { periodMs, delayMs: 0, run }));
  const startMs = performance.now();
  scheduler.start();
  await finished;
  const tookMs = performance.now() - startMs;
  await scheduler.drain(100);
  return (tasks / tookMs) * 1_000;
}

async function timeoutThroughput(tasks: number): Promise<number> {
  const timers: NodeJS.Timeout[] = [];
  let runs = 0;
  let finish: () => void = noop;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const run = (id: number): void => {
    runs += 1;
    timers[id] = setTimeout(run, 3_600_000, id);
    if (runs === tasks) finish();
  };
  for (let id = 0; id < tasks; id += 1) timers.push(setTimeout(run, 1, id));
  const startMs = performance.now();
  await finished;
  const tookMs = performance.now() - startMs;
  timers.forEach((timer) => clearTimeout(timer));
  return (tasks / tookMs) * 1_000;
}

async function measureMemory(tasks: number): Promise<void> {
  const definitions = Array.from({ length: tasks }, (_, id) => definition(id, { periodMs: 3_600_000 }));
  const beforeBytes = heapBytes();
  const scheduler = newScheduler();
  for (const each of definitions) scheduler.submit(each);
  print(`memory.scheduler.${tasks}`, (heapBytes() - beforeBytes) / tasks, 'bytes/task');
  await scheduler.drain(1);
  const before = heapBytes();
  const timers = definitions.map((each, id) => setTimeout(each.run as () => void, 3_600_000 + (id % 1_000)));
  print(`memory.set_timeout.${tasks}`, (heapBytes() - before) / tasks, 'bytes/task');
  timers.forEach((timer) => clearTimeout(timer));
}

async function compareLateness(load: Load, seconds: number, rounds: number): Promise<void> {
  const results = new Map<string, Served[]>(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, contender] of Object.entries(contenders)) {
      results.get(name)?.push(await serve(contender, load, seconds));
    }
  }
  const of = (name: string, figure: keyof Served): number =>
    median((results.get(name) ?? []).map((served) => served[figure]));
  for (const name of Object.keys(contenders)) {
    const label = `lateness.${name}.${load.tasks}`;
    print(`${label}.rate`, of(name, 'runsPerSecond'), 'runs/s');
    print(`${label}.p50`, of(name, 'p50Ms'), 'ms');
    print(`${label}.p99`, of(name, 'p99Ms'), 'ms');
    print(`${label}.max`, of(name, 'maxMs'), 'ms');
  }
  for (const peer of ['set_timeout', 'set_interval']) {
    print(`lateness.ratio_p99_to_${peer}.${load.tasks}`, of('scheduler', 'p99Ms') / of(peer, 'p99Ms'), 'x');
  }
}

async function serve(contender: Contender, load: Load, seconds: number): Promise<Served> {
  heapBytes();
  const latenesses: number[] = [];
  let isMeasuring = false;
  const running = contender(load, (lateMs) => {
    if (isMeasuring) latenesses.push(lateMs);
  });
  // What setting up a million timers has delayed is not what is measured.
  await sleep(1_000);
  isMeasuring = true;
  const startMs = performance.now();
  await sleep(seconds * 1_000);
  isMeasuring = false;
  const tookMs = performance.now() - startMs;
  await running.stop();
  return {
    runsPerSecond: (latenesses.length / tookMs) * 1_000,
    p50Ms: percentile(latenesses, 0.5),
    p99Ms: percentile(latenesses, 0.99),
    maxMs: percentile(latenesses, 1),
  };
}

function underScheduler({ tasks, periodMs }: Load, onRun: (lateMs: number) => void): ReturnType<Contender> {
  const scheduler = newScheduler();
  const run: TaskDefinition['run'] = (context) => onRun(performance.now() - context.dueMs);
  for (let id = 0; id < tasks; id += 1) {
    scheduler.submit(definition(id, { periodMs, offsetMs: (id * periodMs) / tasks, run }));
  }
  scheduler.start();
  return {
    stop: async () => {
      await scheduler.drain(1_000);
    },
  };
}

/** A timer a task, set again at each run for its next beat: punctual, as far as whole milliseconds go. */
function underSetTimeout({ tasks, periodMs }: Load, onRun: (lateMs: number) => void): ReturnType<Contender> {
  const timers: NodeJS.Timeout[] = [];
  const startMs = performance.now();
  const arm = (id: number, dueMs: number): void => {
    timers[id] = setTimeout(run, Math.max(1, dueMs - performance.now()), id, dueMs);
  };
  function run(id: number, dueMs: number): void {
    onRun(performance.now() - dueMs);
    arm(id, dueMs + periodMs);
  }
  for (let id = 0; id < tasks; id += 1) arm(id, startMs + ((id + 1) * periodMs) / tasks);
  return { stop: () => timers.forEach((timer) => clearTimeout(timer)) };
}

/** An interval a task, set at its offset; how late it is counts from the beats it was set for. */
function underSetInterval({ tasks, periodMs }: Load, onRun: (lateMs: number) => void): ReturnType<Contender> {
  const timers: NodeJS.Timeout[] = [];
  const dueMs = new Float64Array(tasks);
  const startMs = performance.now();
  const run = (id: number): void => {
    onRun(performance.now() - (dueMs[id] ?? 0));
    dueMs[id] = (dueMs[id] ?? 0) + periodMs;
  };
  for (let id = 0; id < tasks; id += 1) {
    dueMs[id] = startMs + ((id + 1) * periodMs) / tasks;
    const first = (): void => {
      timers[id] = setInterval(run, periodMs, id);
      run(id);
    };
    timers[id] = setTimeout(first, Math.max(1, (dueMs[id] ?? 0) - performance.now()));
  }
  return { stop: () => timers.forEach((timer) => clearInterval(timer)) };
}

/** How much later than planned a one second period is at the end, by period. */
async function compareDrift(seconds: number): Promise<void> {
  const scheduler = newScheduler();
  const beats: number[] = [];
  const ticks: number[] = [];
  const run = (): void => void beats.push(performance.now());
  scheduler.submit(definition(1, { periodMs: 1_000, run }));
  scheduler.start();
  const interval = setInterval(() => ticks.push(performance.now()), 1_000);
  await sleep((seconds + 1.5) * 1_000);
  clearInterval(interval);
  await scheduler.drain(1_000);
  print(`drift.scheduler.${seconds}s`, driftMs(beats), 'ms/period');
  print(`drift.set_interval.${seconds}s`, driftMs(ticks), 'ms/period');
}

/** By the medians of the first and the last beats, so that one late beat is no drift. */
function driftMs(atMs: readonly number[]): number {
  const errors = atMs.map((time, index) => time - index * 1_000);
  const few = Math.max(1, Math.min(10, Math.floor(errors.length / 3)));
  const drift = median(errors.slice(-few)) - median(errors.slice(0, few));
  return drift / Math.max(1, errors.length - few);
}
