import fc from 'fast-check';
import t from 'tap';
import { GatewayError } from '../../gateway/core/errors.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import { Lane } from '../../gateway/engine/lane.ts';
import { boundLane, type BoundedTask } from '../../gateway/engine/latency-bound.ts';
import { Scheduler } from '../../gateway/engine/scheduler.ts';
import type { TaskPriority } from '../../gateway/engine/task.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { bench, busy, startWallMs, task } from './engine-bench.ts';

interface LaneCase {
  readonly tasks: readonly BoundedTask[];
  readonly deaths: readonly { readonly task: number; readonly atBeat: number }[];
}

interface Observed {
  readonly responseMs: number;
  readonly ageMs: number;
  readonly runs: number;
}

const lane: fc.Arbitrary<BoundedTask[]> = fc
  .array(
    fc.record({
      priority: fc.constantFrom<TaskPriority[]>('control', 'acquire', 'acquire', 'acquire', 'publish'),
      periodMs: fc.constantFrom(500, 1_000, 1_000, 2_000, 3_000),
      offsetMs: fc.constantFrom(0, 0, 0, 170, 400),
      costMs: fc.integer({ min: 10, max: 160 }),
      timeoutMs: fc.integer({ min: 20, max: 400 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((tasks) =>
    tasks.map(({ timeoutMs, ...rest }, index) => ({
      ...rest,
      name: `task ${index}`,
      failureMs: rest.costMs + timeoutMs,
      probeMs: timeoutMs,
    })),
  );

/** At most two devices die, each within the first beats, and stay dead. */
const laneCase: fc.Arbitrary<LaneCase> = fc.record({
  tasks: lane,
  deaths: fc.uniqueArray(fc.record({ task: fc.nat(5), atBeat: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 2,
    selector: ({ task }) => task,
  }),
});

/** Lives the lane at the periods of its bound; what the tasks that never die saw at worst. */
async function live({ tasks, deaths }: LaneCase, forMs: number): Promise<(Observed | undefined)[]> {
  const clock = new SimulatedClock(startWallMs);
  const random = { next: () => 0, integer: () => 0 };
  const scheduler = new Scheduler({ clock, alarm: clock, random, logger: silentLogger });
  const line = new Lane('line');
  const bounds = boundLane(tasks, deaths.length);
  const observed = tasks.map(() => ({ responseMs: 0, ageMs: 0, runs: 0, lastMs: 0 }));
  scheduler.start();
  tasks.forEach((bounded, index) => {
    const seen = observed[index];
    const death = deaths.find((death) => death.task === index);
    if (seen === undefined) return;
    scheduler.submit(
      task(bounded.name, {
        lane: line,
        priority: bounded.priority,
        periodMs: bounds.tasks[index]?.periodMs ?? bounded.periodMs,
        offsetMs: bounded.offsetMs ?? 0,
        deadlineMs: 100_000,
        run: async (context) => {
          seen.runs += 1;
          if (death !== undefined && seen.runs >= death.atBeat) {
            await busy(clock, context, seen.runs === death.atBeat ? bounded.failureMs : bounded.probeMs);
            scheduler.hold(bounded.name, bounded.probeMs);
            throw new GatewayError('device_timeout', 'dead');
          }
          await busy(clock, context, bounded.costMs);
          const nowMs = clock.monotonic();
          seen.responseMs = Math.max(seen.responseMs, nowMs - context.dueMs);
          if (seen.lastMs > 0) seen.ageMs = Math.max(seen.ageMs, nowMs - seen.lastMs);
          seen.lastMs = nowMs;
        },
      }),
    );
  });
  await clock.advance(forMs);
  return observed.map((seen, index) => (deaths.some((death) => death.task === index) ? undefined : seen));
}

t.test('no reading gets older than its bound, whoever dies, and no task starves', async (t) => {
  let judged = 0;
  const report = await fc.check(
    fc.asyncProperty(laneCase, async (laneCase) => {
      const forMs = 40_000;
      const bounds = boundLane(laneCase.tasks, laneCase.deaths.length);
      const seen = await live(laneCase, forMs);
      seen.forEach((task, index) => {
        const bound = bounds.tasks[index];
        if (task === undefined || bound === undefined) return;
        judged += 1;
        const facts = `${bound.name}: ${JSON.stringify(task)}, bound ${JSON.stringify(bound)}`;
        if (task.responseMs > bound.responseMs) throw new RangeError(`late: ${facts}`);
        if (task.ageMs > bound.ageMs) throw new RangeError(`old: ${facts}`);
        if (task.runs < Math.floor(forMs / bound.ageMs) - 1) throw new RangeError(`starved: ${facts}`);
      });
    }),
    { numRuns: 150 },
  );
  t.comment(`seed ${report.seed}, ${judged} tasks judged`);
  t.equal(report.failed, false, fc.defaultReportMessage(report) ?? 'all within their bounds');
  t.ok(judged > 100);
});

t.test('the bound is at most twice what happens when all is at its worst', async (t) => {
  let worstRatio = 0;
  const critical = fc.record({
    costsMs: fc.array(fc.integer({ min: 20, max: 100 }), { minLength: 2, maxLength: 8 }),
    timeoutMs: fc.integer({ min: 10, max: 80 }),
    dying: fc.nat(7),
  });
  const report = await fc.check(
    fc.asyncProperty(critical, async ({ costsMs, timeoutMs, dying }) => {
      const tasks = costsMs.map((costMs, index): BoundedTask => ({
        name: `task ${index}`,
        priority: 'acquire',
        periodMs: 1_000,
        costMs,
        failureMs: costMs + timeoutMs,
        probeMs: timeoutMs,
      }));
      const deaths = [{ task: dying % (tasks.length - 1), atBeat: 3 }];
      const seen = await live({ tasks, deaths }, 10_000);
      const bounds = boundLane(tasks, 1).tasks;
      // All are due at once: the last one lives, and waits for every other.
      const observedMs = Math.max(...seen.map((task) => task?.responseMs ?? 0));
      const boundMs = Math.max(
        ...bounds.filter((_, index) => seen[index] !== undefined).map((bound) => bound.responseMs),
      );
      worstRatio = Math.max(worstRatio, boundMs / observedMs);
      return observedMs <= boundMs && boundMs <= 2 * observedMs;
    }),
    { numRuns: 100 },
  );
  t.comment(`seed ${report.seed}, at most ${worstRatio.toFixed(2)} times what was seen`);
  t.equal(report.failed, false, fc.defaultReportMessage(report) ?? 'close to what happens');
});

t.test('too much work is shed lowest priority first, and counted', async (t) => {
  const { clock, scheduler, starts } = bench();
  const line = new Lane('line');
  const run = (forMs: number) => async (context: Parameters<ReturnType<typeof task>['run']>[0]) =>
    await busy(clock, context, forMs);
  scheduler.submit(task('control', { lane: line, periodMs: 1_000, priority: 'control', run: run(400) }));
  scheduler.submit(task('read', { lane: line, periodMs: 1_000, run: run(500) }));
  scheduler.submit(task('publish', { lane: line, periodMs: 1_000, priority: 'publish', run: run(200) }));
  scheduler.submit(task('tidy', { lane: line, periodMs: 1_000, priority: 'housekeeping', run: run(300) }));
  await clock.advance(100_000);
  const skipped = new Map(scheduler.tasks().map((report) => [report.name, report.beatsSkipped]));
  t.ok(starts('control').length >= 99 && starts('read').length >= 99, 'the urgent ones run at every beat');
  t.equal(skipped.get('control'), 0);
  t.equal(skipped.get('read'), 0);
  t.ok(starts('publish').length > starts('tidy').length, 'the least urgent ran least');
  t.ok((skipped.get('publish') ?? 0) > 0, 'and what was shed is counted');
  const beats = starts('publish').length + (skipped.get('publish') ?? 0);
  t.ok(beats >= 90 && beats <= 100, `every beat is run or counted: ${beats}`);
});
