import t from 'tap';
import { monotonicMs } from '../../gateway/core/clock.ts';
import { GatewayError } from '../../gateway/core/errors.ts';
import { taskPriorities } from '../../gateway/engine/task.ts';
import { bench, busy, startWallMs, task } from './engine-bench.ts';

t.test('a task is not run before it is due', async (t) => {
  const { clock, scheduler, starts } = bench();
  scheduler.submit(task('once', { delayMs: 500 }));
  await clock.advance(499);
  t.same(starts('once'), []);
  await clock.advance(1);
  t.same(starts('once'), [500]);
  t.equal(scheduler.report().tasks, 0, 'and is gone afterwards');
});

t.test('periodic tasks start on the grid of the epoch, start to start', async (t) => {
  const { clock, scheduler, starts } = bench();
  await clock.advance(3_700);
  scheduler.submit(
    task('beat', { periodMs: 1_000, run: async (context) => await busy(clock, context, 300) }),
  );
  scheduler.submit(task('shifted', { periodMs: 1_000, offsetMs: 250 }));
  await clock.advance(3_300);
  t.same(starts('beat'), [4_000, 5_000, 6_000, 7_000]);
  t.same(starts('shifted'), [4_250, 5_250, 6_250]);
});

t.test('a slow run skips beats, counts them, and neither piles up nor drifts', async (t) => {
  const { clock, scheduler, starts } = bench();
  scheduler.submit(
    task('slow', {
      periodMs: 1_000,
      deadlineMs: 9_000,
      run: async (context) => await busy(clock, context, 2_300),
    }),
  );
  await clock.advance(9_000);
  t.same(starts('slow'), [1_000, 4_000, 7_000]);
  t.equal(scheduler.tasks()[0]?.beatsSkipped, 4);
});

t.test('an early first run is followed by the grid', async (t) => {
  const { clock, scheduler, starts } = bench();
  await clock.advance(100);
  scheduler.submit(task('beat', { periodMs: 1_000, delayMs: 0 }));
  await clock.advance(2_900);
  t.same(starts('beat'), [100, 1_000, 2_000, 3_000]);
});

for (const stepMs of [3_600_000, -3_600_000, 86_400_000 * 3_650, -123_456_789, 333, -333]) {
  t.test(`when the wall clock is set by ${stepMs} ms no beat is missed and none comes twice`, async (t) => {
    const { clock, scheduler, starts } = bench();
    scheduler.submit(task('beat', { periodMs: 10_000 }));
    await clock.advance(25_000);
    clock.stepWall(stepMs);
    await clock.advance(100_000);
    const times = starts('beat');
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    t.ok(
      gaps.every((gap) => gap >= 5_000 && gap <= 15_000),
      `gaps are ${gaps.join(' ')}`,
    );
    t.equal(((times.at(-1) ?? 0) + startWallMs + stepMs) % 10_000, 0, 'and it stands on the new grid');
    t.equal(scheduler.report().clockSteps, 1);
  });
}

t.test('more urgent tasks run first, then the one due first, then the one submitted first', async (t) => {
  const { clock, scheduler, events } = bench();
  for (const priority of [...taskPriorities].reverse()) {
    scheduler.submit(task(`${priority} b`, { priority, delayMs: 10 }));
    scheduler.submit(task(`${priority} c`, { priority, delayMs: 10 }));
    scheduler.submit(task(`${priority} a`, { priority, delayMs: 9 }));
  }
  scheduler.submit(task('blocker', { delayMs: 9, priority: 'safety', run: () => clock.stepWall(0) }));
  await clock.advance(9);
  const first = events.filter((event) => event.kind === 'start').map((event) => event.task);
  t.same(first, ['safety a', 'blocker', 'control a', 'acquire a', 'store a', 'publish a', 'housekeeping a']);
  await clock.advance(1);
  const rest = events
    .filter((event) => event.kind === 'start')
    .map((event) => event.task)
    .slice(7);
  t.same(
    rest,
    taskPriorities.flatMap((priority) => [`${priority} b`, `${priority} c`]),
  );
});

t.test('submitting a task that waits changes nothing', async (t) => {
  const { clock, scheduler, starts } = bench();
  scheduler.submit(task('once', { delayMs: 500 }));
  scheduler.submit(task('once', { delayMs: 100 }));
  await clock.advance(2_000);
  t.same(starts('once'), [500]);
});

t.test('submitting a task that runs lets it run once more, however often', async (t) => {
  const { clock, scheduler, starts } = bench();
  const definition = task('once', { run: async (context) => await busy(clock, context, 100) });
  scheduler.submit(definition);
  await clock.advance(50);
  scheduler.submit(definition);
  scheduler.submit(definition);
  await clock.advance(1_000);
  t.same(starts('once'), [0, 100]);
});

t.test('rescheduling moves a waiting task, and the next run of a running one', async (t) => {
  const { clock, scheduler, starts } = bench();
  scheduler.submit(task('waiting', { delayMs: 500 }));
  scheduler.submit(task('running', { run: async (context) => await busy(clock, context, 100) }));
  await clock.advance(10);
  t.equal(scheduler.reschedule('waiting', monotonicMs(50)), true);
  t.equal(scheduler.reschedule('running', monotonicMs(700)), true);
  t.equal(scheduler.reschedule('nobody', monotonicMs(700)), false);
  await clock.advance(2_000);
  t.same(starts('waiting'), [50]);
  t.same(starts('running'), [0, 700]);
});

t.test('a cancelled task that waits never runs', async (t) => {
  const { clock, scheduler, starts } = bench();
  scheduler.submit(task('once', { delayMs: 500 }));
  t.equal(scheduler.cancel('once'), 'cancelled');
  t.equal(scheduler.cancel('once'), 'unknown');
  await clock.advance(2_000);
  t.same(starts('once'), []);
});

t.test('a cancelled task that runs hears its signal and is gone when it returns', async (t) => {
  const { clock, scheduler, events } = bench();
  let reason: unknown;
  scheduler.submit(
    task('beat', {
      periodMs: 1_000,
      run: async (context) => {
        await busy(clock, context, 500).catch((error: unknown) => (reason = error));
      },
    }),
  );
  await clock.advance(1_100);
  t.equal(scheduler.cancel('beat'), 'cancelling');
  await clock.advance(5_000);
  t.match(reason, { code: 'stopping' });
  t.same(
    events.map((event) => [event.kind, event.atMs, event.outcome]),
    [
      ['start', 1_000, undefined],
      ['end', 1_100, 'cancelled'],
    ],
  );
});

t.test('a task submitted while its cancelled namesake still runs takes its place', async (t) => {
  const { clock, scheduler, starts } = bench();
  scheduler.submit(
    task('device', {
      run: async () => await new Promise<void>((resolve) => clock.at(monotonicMs(100), resolve)),
    }),
  );
  await clock.advance(10);
  scheduler.cancel('device');
  scheduler.submit(task('device', { periodMs: 1_000 }));
  await clock.advance(2_000);
  t.same(starts('device'), [0, 1_000, 2_000]);
});

t.test('a task that throws is counted, logged once, and comes again with its backoff', async (t) => {
  const { clock, scheduler, starts } = bench();
  let fails = true;
  scheduler.submit(
    task('once', {
      backoff: { firstMs: 1_000, maxMs: 4_000 },
      run: () => {
        if (fails) throw new GatewayError('device_timeout', 'no answer');
      },
    }),
  );
  await clock.advance(20_000);
  const times = starts('once');
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const most = [1_000, 2_000, 4_000, 4_000, 4_000, 4_000];
  t.ok(
    gaps.length >= 5 &&
      gaps.every((gap, index) => gap >= (most[index] ?? 4_000) / 2 && gap <= (most[index] ?? 4_000)),
  );
  t.equal(scheduler.report().failures, times.length);
  fails = false;
  await clock.advance(4_000);
  t.equal(scheduler.report().tasks, 0);
});

t.test('a throwing task never stops the others', async (t) => {
  const { clock, scheduler, starts } = bench();
  scheduler.submit(
    task('bad', {
      periodMs: 1_000,
      run: () => {
        throw new GatewayError('device_timeout', 'no answer');
      },
    }),
  );
  scheduler.submit(
    task('worse', { periodMs: 1_000, run: async () => await Promise.reject(new TypeError('a bug')) }),
  );
  scheduler.submit(task('good', { periodMs: 1_000 }));
  await clock.advance(5_000);
  t.equal(starts('good').length, 5);
  t.equal(starts('bad').length, 5);
  t.same(
    scheduler.livenessBreaches().map((breach) => [breach.task, breach.kind]),
    [['worse', 'broken']],
    'a bug breaks the contract, an operating error does not',
  );
});

t.test('at its deadline a run hears its signal, and is counted as timed out', async (t) => {
  const { clock, scheduler, events } = bench();
  scheduler.submit(
    task('beat', {
      periodMs: 1_000,
      deadlineMs: 200,
      run: async (context) => await busy(clock, context, 900),
    }),
  );
  await clock.advance(2_500);
  t.same(
    events.map((event) => [event.kind, event.atMs, event.outcome]),
    [
      ['start', 1_000, undefined],
      ['end', 1_200, 'timed_out'],
      ['start', 2_000, undefined],
      ['end', 2_200, 'timed_out'],
    ],
  );
  t.equal(scheduler.tasks()[0]?.timeouts, 2);
});

t.test(
  'a run that ignores its signal is a breach of the liveness contract, and never overlaps itself',
  async (t) => {
    const { clock, scheduler, starts } = bench();
    scheduler.submit(
      task('deaf', { periodMs: 1_000, deadlineMs: 200, run: async () => await new Promise(() => undefined) }),
    );
    await clock.advance(4_000);
    t.same(scheduler.livenessBreaches(), []);
    await clock.advance(10_000);
    t.match(scheduler.livenessBreaches(), [{ task: 'deaf', kind: 'stuck' }]);
    t.equal(starts('deaf').length, 1);
  },
);

t.test('drain starts nothing more, waits for what runs, and aborts it when the time is up', async (t) => {
  const { clock, scheduler, starts } = bench();
  scheduler.submit(
    task('quick', { run: async (context) => await busy(clock, context, 100), deadlineMs: 9_000 }),
  );
  scheduler.submit(
    task('slow', { run: async (context) => await busy(clock, context, 8_000), deadlineMs: 9_000 }),
  );
  scheduler.submit(task('later', { delayMs: 50 }));
  await clock.advance(10);
  const drained = scheduler.drain(1_000);
  t.throws(() => scheduler.submit(task('late')), { code: 'stopping' });
  await clock.advance(1_000);
  t.same(await drained, []);
  t.same(starts('later'), []);
});

t.test('drain names those that do not end even then', async (t) => {
  const { clock, scheduler } = bench();
  scheduler.submit(task('deaf', { run: async () => await new Promise(() => undefined) }));
  await clock.advance(10);
  const drained = scheduler.drain(1_000);
  await clock.advance(2_000);
  t.same(await drained, ['deaf']);
});

t.test('a policy suspends groups and changes priorities, and takes both back', async (t) => {
  const { clock, scheduler, starts, events } = bench();
  scheduler.submit(task('publish', { periodMs: 1_000, priority: 'publish', group: 'uplink' }));
  scheduler.submit(task('read', { periodMs: 1_000 }));
  await clock.advance(1_500);
  scheduler.setPolicy((definition) => (definition.group === 'uplink' ? 'suspended' : 'housekeeping'));
  await clock.advance(2_000);
  t.same(starts('publish'), [1_000]);
  t.equal(scheduler.tasks().find((report) => report.name === 'publish')?.state, 'suspended');
  scheduler.setPolicy((definition) => (definition.group === 'uplink' ? 'safety' : 'acquire'));
  await clock.advance(1_000);
  t.same(starts('publish'), [1_000, 4_000]);
  t.same(
    events.filter((event) => event.atMs === 4_000 && event.kind === 'start').map((event) => event.task),
    ['publish', 'read'],
  );
  t.same(scheduler.livenessBreaches(), []);
});
