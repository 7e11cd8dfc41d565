import assert from 'node:assert';
import fc from 'fast-check';
import t from 'tap';
import { monotonicMs } from '../../gateway/core/clock.ts';
import { GatewayError } from '../../gateway/core/errors.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import { Lane } from '../../gateway/engine/lane.ts';
import { Scheduler, type TaskEvent } from '../../gateway/engine/scheduler.ts';
import { taskPriorities, type TaskDefinition } from '../../gateway/engine/task.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { busy, startWallMs } from './engine-bench.ts';
import { NaiveScheduler, type NaiveTask, type Start } from './naive-scheduler.ts';

const tasksMost = 7;
const lengthMs = 12_000;
/** Not a multiple of anything a task takes, so that nothing ends at the very moment of the time-out. */
const drainMs = 700.125;

type Step =
  | { readonly kind: 'submit'; readonly task: number }
  | { readonly kind: 'cancel'; readonly task: number }
  | { readonly kind: 'reschedule'; readonly task: number; readonly byMs: number }
  | { readonly kind: 'hold'; readonly task: number; readonly slackMs: number | undefined };

interface Case {
  readonly tasks: readonly NaiveTask[];
  readonly steps: readonly { readonly atMs: number; readonly step: Step }[];
}

const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

/** Runs take multiples of 10 ms and deadlines end in 5: no run ends at its own deadline. */
const taskSet: fc.Arbitrary<readonly NaiveTask[]> = fc
  .array(
    fc.record({
      priority: fc.constantFrom(...taskPriorities),
      lane: fc.constantFrom(undefined, 'a', 'a', 'b'),
      periodMs: optional(fc.constantFrom(200, 500, 600, 1_000, 1_700)),
      offsetMs: fc.constantFrom(0, 0, 50, 130, 900),
      delayMs: optional(fc.nat(300)),
      runMs: fc.constantFrom(0, 0, 10, 90, 150, 400, 1_200),
      deadlineMs: fc.constantFrom(75, 315, 2_005),
      isDeaf: fc.boolean(),
      failEvery: fc.constantFrom(0, 0, 1, 2, 3),
      backoff: optional(fc.constantFrom({ firstMs: 100, maxMs: 900 }, { firstMs: 2_000, maxMs: 2_000 })),
    }),
    { minLength: 1, maxLength: tasksMost },
  )
  .map((tasks) => tasks.map((task, index) => ({ ...task, name: `task ${index}` })));

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('submit' as const), task: fc.nat(tasksMost - 1) }),
  fc.record({ kind: fc.constant('cancel' as const), task: fc.nat(tasksMost - 1) }),
  fc.record({
    kind: fc.constant('reschedule' as const),
    task: fc.nat(tasksMost - 1),
    byMs: fc.integer({ min: -100, max: 900 }),
  }),
  fc.record({
    kind: fc.constant('hold' as const),
    task: fc.nat(tasksMost - 1),
    slackMs: optional(fc.constantFrom(30, 120, 500)),
  }),
);

/** Steps come a quarter past a millisecond: none at the moment of a beat. */
const anyCase: fc.Arbitrary<Case> = fc.record({
  tasks: taskSet,
  steps: fc
    .uniqueArray(fc.record({ atMs: fc.nat(lengthMs).map((atMs) => atMs + 0.25), step }), {
      maxLength: 40,
      size: 'max',
      selector: ({ atMs }) => atMs,
    })
    .map((steps) => [...steps].sort((a, b) => a.atMs - b.atMs)),
});

interface Outcome {
  readonly starts: readonly Start[];
  readonly undrained: readonly string[];
}

function runNaive({ tasks, steps }: Case): Outcome {
  const naive = new NaiveScheduler(startWallMs);
  for (const task of tasks) naive.submit(task);
  for (const { atMs, step } of steps) {
    naive.advanceTo(atMs);
    const task = tasks[step.task];
    if (task === undefined) continue;
    if (step.kind === 'submit') naive.submit(task);
    else if (step.kind === 'cancel') naive.cancel(task.name);
    else if (step.kind === 'hold') naive.hold(task.name, step.slackMs);
    else naive.reschedule(task.name, atMs + step.byMs);
  }
  naive.advanceTo(lengthMs + 0.5);
  const undrained = naive.drain(drainMs);
  naive.advanceTo(2 * lengthMs);
  return { starts: naive.starts, undrained };
}

async function runReal({ tasks, steps }: Case): Promise<Outcome> {
  const clock = new SimulatedClock(startWallMs);
  const events: TaskEvent[] = [];
  const scheduler = new Scheduler({
    clock,
    alarm: clock,
    random: { next: () => 0, integer: () => 0 },
    logger: silentLogger,
    trace: (event) => events.push(event),
  });
  scheduler.start();
  const lanes = { a: new Lane('a'), b: new Lane('b') };
  const definitions = tasks.map((task) => realTask(task, lanes, clock));
  for (const definition of definitions) scheduler.submit(definition);
  for (const { atMs, step } of steps) {
    await clock.advanceTo(atMs);
    const definition = definitions[step.task];
    if (definition === undefined) continue;
    if (step.kind === 'submit') scheduler.submit(definition);
    else if (step.kind === 'cancel') scheduler.cancel(definition.name);
    else if (step.kind === 'hold') scheduler.hold(definition.name, step.slackMs);
    else scheduler.reschedule(definition.name, monotonicMs(atMs + step.byMs));
  }
  await clock.advanceTo(lengthMs + 0.5);
  const drained = scheduler.drain(drainMs);
  await clock.advanceTo(2 * lengthMs);
  const starts = events.filter((event) => event.kind === 'start');
  return { starts: starts.map(({ task, atMs }) => ({ task, atMs })), undrained: await drained };
}

function realTask(
  task: NaiveTask,
  lanes: Readonly<Record<string, Lane>>,
  clock: SimulatedClock,
): TaskDefinition {
  let runs = 0;
  const lane = task.lane === undefined ? undefined : lanes[task.lane];
  const failIfTold = (): void => {
    if (task.failEvery > 0 && runs % task.failEvery === 0)
      throw new GatewayError('device_timeout', 'told to');
  };
  return {
    name: task.name,
    group: 'test',
    priority: task.priority,
    offsetMs: task.offsetMs,
    deadlineMs: task.deadlineMs,
    ...(lane === undefined ? {} : { lane }),
    ...(task.periodMs === undefined ? {} : { periodMs: task.periodMs }),
    ...(task.delayMs === undefined ? {} : { delayMs: task.delayMs }),
    ...(task.backoff === undefined ? {} : { backoff: task.backoff }),
    run: (context) => {
      runs += 1;
      if (task.runMs === 0) {
        failIfTold();
        return undefined;
      }
      const passed = task.isDeaf
        ? new Promise<void>((resolve) => clock.at(monotonicMs(clock.monotonic() + task.runMs), resolve))
        : busy(clock, context, task.runMs);
      return passed.then(failIfTold);
    },
  };
}

/** What of the order is told by the meanings: the time of every start, and the order within a lane. */
function comparable({ tasks }: Case, { starts, undrained }: Outcome): unknown {
  const byTime = [...starts].sort((a, b) => a.atMs - b.atMs || a.task.localeCompare(b.task));
  const laneOf = new Map(tasks.map((task) => [task.name, task.lane]));
  const inLanes = ['a', 'b'].map((lane) => starts.filter((start) => laneOf.get(start.task) === lane));
  return { byTime, inLanes, undrained: [...undrained].sort() };
}

t.test('every start of the scheduler is the one of the naive model, and there is no other', async (t) => {
  let starts = 0;
  const property = fc.asyncProperty(anyCase, async (anyCase) => {
    const observed = await runReal(anyCase);
    starts += observed.starts.length;
    assert.deepStrictEqual(comparable(anyCase, observed), comparable(anyCase, runNaive(anyCase)));
  });
  const report = await fc.check(property, { numRuns: 150 });
  t.comment(`seed ${report.seed}, ${starts} starts`);
  t.equal(report.failed, false, fc.defaultReportMessage(report) ?? 'all are the same');
  t.ok(starts > 1_000, 'and there were many');
});
