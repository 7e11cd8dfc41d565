import t from 'tap';
import { monotonicMs } from '../../gateway/core/clock.ts';
import { Lane } from '../../gateway/engine/lane.ts';
import type { TaskContext } from '../../gateway/engine/task.ts';
import { bench, busy, task } from './engine-bench.ts';

t.test('tasks of one lane never overlap, and queue by priority', async (t) => {
  const { clock, scheduler, starts } = bench();
  const lane = new Lane('line');
  const run = async (context: TaskContext): Promise<void> => await busy(clock, context, 100);
  scheduler.submit(task('first', { lane, run }));
  await clock.advance(50);
  scheduler.submit(task('low', { lane, run, priority: 'publish' }));
  scheduler.submit(task('high', { lane, run, priority: 'control' }));
  scheduler.submit(task('elsewhere', { run }));
  await clock.advance(1_000);
  t.same([starts('first'), starts('high'), starts('low')], [[0], [100], [200]]);
  t.same(starts('elsewhere'), [50], 'other lanes do not wait');
  t.match(lane.report(clock.monotonic()), { runs: 3, waiting: 0, running: undefined });
});

t.test('a held task runs only in a gap of its lane that is long enough', async (t) => {
  const { clock, scheduler, starts } = bench();
  const lane = new Lane('line');
  scheduler.submit(
    task('healthy 1', { lane, periodMs: 1_000, run: async (context) => await busy(clock, context, 100) }),
  );
  scheduler.submit(
    task('healthy 2', { lane, periodMs: 1_000, run: async (context) => await busy(clock, context, 100) }),
  );
  scheduler.submit(
    task('dead', {
      lane,
      periodMs: 1_000,
      run: async (context) => await busy(clock, context, 700),
      deadlineMs: 700,
    }),
  );
  scheduler.hold('dead', 700);
  await clock.advance(60_000);
  t.same(starts('dead').slice(0, 3), [1_200, 2_200, 3_200], 'right after the last beat of the others');
  t.equal(starts('healthy 1').length, 60);
  t.ok(
    starts('healthy 1').every((time) => time % 1_000 === 0),
    'the others do not slip',
  );
  t.ok(starts('healthy 2').every((time) => time % 1_000 === 100));
});

t.test('where there is no slack a held task takes a bounded share of its lane', async (t) => {
  const { clock, scheduler, starts } = bench();
  const lane = new Lane('line', { deadShareMax: 0.05 });
  scheduler.submit(
    task('healthy', { lane, periodMs: 1_000, run: async (context) => await busy(clock, context, 500) }),
  );
  scheduler.submit(
    task('dead', {
      lane,
      periodMs: 1_000,
      run: async (context) => await busy(clock, context, 900),
      deadlineMs: 900,
    }),
  );
  scheduler.hold('dead', 900);
  await clock.advance(600_000);
  const share = lane.report(clock.monotonic()).deadShare;
  t.ok(share > 0.03 && share <= 0.05, `the share is ${share}`);
  t.ok(starts('dead').length >= 20);
  t.ok(starts('healthy').length >= 570, `the healthy one ran ${starts('healthy').length} times`);
});

t.test('a task that is no longer held runs at its beat again', async (t) => {
  const { clock, scheduler, starts } = bench();
  const lane = new Lane('line');
  scheduler.submit(
    task('healthy', { lane, periodMs: 1_000, run: async (context) => await busy(clock, context, 100) }),
  );
  scheduler.submit(task('sick', { lane, periodMs: 1_000, priority: 'control' }));
  scheduler.hold('sick', 2_000);
  await clock.advance(1_500);
  t.same(starts('sick'), []);
  scheduler.hold('sick', undefined);
  await clock.advance(600);
  t.same(starts('sick'), [1_500, 2_000]);
});

t.test('a granted lane is given to a more urgent task that comes before the grant is used', async (t) => {
  const { clock, scheduler, events } = bench();
  const lane = new Lane('line');
  const run = async (context: TaskContext): Promise<void> => await busy(clock, context, 100);
  // The first of the instant sends the urgent one while the other holds a grant that it has not used.
  scheduler.submit(
    task('sender', {
      priority: 'safety',
      delayMs: 10,
      run: () => {
        scheduler.submit(task('urgent', { lane, run, priority: 'control' }));
        scheduler.submit(task('blocker', { priority: 'safety', run: () => undefined }));
      },
    }),
  );
  scheduler.submit(task('slow', { lane, run, priority: 'publish', delayMs: 10 }));
  const others = Array.from({ length: 300 }, (_, index) => task(`other ${index}`, { delayMs: 10 }));
  for (const other of others) scheduler.submit(other);
  await clock.advance(1_000);
  const inLane = events.filter((event) => event.kind === 'start' && ['urgent', 'slow'].includes(event.task));
  t.same(
    inLane.map((event) => [event.task, event.atMs]),
    [
      ['urgent', 10],
      ['slow', 110],
    ],
  );
});

for (const how of ['cancelled', 'moved', 'held', 'suspended']) {
  t.test(`when a task that was granted the lane is ${how}, the next one gets it at once`, async (t) => {
    const { clock, scheduler, starts } = bench();
    const lane = new Lane('line');
    scheduler.submit(
      task('switch', {
        priority: 'safety',
        delayMs: 10,
        run: () => {
          if (how === 'cancelled') scheduler.cancel('granted');
          else if (how === 'moved') scheduler.reschedule('granted', monotonicMs(500));
          else if (how === 'held') scheduler.hold('granted', 50);
          else scheduler.setPolicy(({ name, priority }) => (name === 'granted' ? 'suspended' : priority));
        },
      }),
    );
    scheduler.submit(task('granted', { lane, delayMs: 10, priority: 'control' }));
    scheduler.submit(task('next', { lane, delayMs: 10 }));
    await clock.advance(1_000);
    t.same(starts('next'), [10]);
    t.same(starts('granted'), how === 'moved' ? [500] : how === 'held' ? [10] : []);
    t.match(lane.report(clock.monotonic()), { waiting: 0, running: undefined });
  });
}

t.test('a held task alone in its lane, or beside held ones only, runs at its beats', async (t) => {
  const { clock, scheduler, starts } = bench();
  const lane = new Lane('line');
  scheduler.submit(task('dead 1', { lane, periodMs: 1_000 }));
  scheduler.hold('dead 1', 700);
  await clock.advance(2_500);
  t.same(starts('dead 1'), [1_000, 2_000]);
  const run = async (context: TaskContext): Promise<void> => await busy(clock, context, 100);
  scheduler.submit(task('dead 2', { lane, periodMs: 1_000, run }));
  scheduler.hold('dead 2', 700);
  await clock.advance(2_000);
  t.same(starts('dead 1'), [1_000, 2_000, 3_000, 4_000]);
  t.same(starts('dead 2'), [3_000, 4_000]);
});

t.test('a held task gets its turn as soon as the one it made way for is gone', async (t) => {
  const { clock, scheduler, starts } = bench();
  const lane = new Lane('line');
  scheduler.submit(task('healthy', { lane, periodMs: 1_000 }));
  scheduler.submit(task('dead', { lane, periodMs: 1_000 }));
  scheduler.hold('dead', 2_000);
  await clock.advance(1_500);
  t.same(starts('dead'), []);
  scheduler.cancel('healthy');
  await clock.advance(1);
  t.same(starts('dead'), [1_500]);
});

t.test('a probe that does not fit does not keep back one that does', async (t) => {
  const { clock, scheduler, starts } = bench();
  const lane = new Lane('line', { deadShareMax: 0 });
  scheduler.submit(task('healthy', { lane, periodMs: 1_000 }));
  scheduler.submit(task('long probe', { lane, periodMs: 1_000, priority: 'control' }));
  scheduler.submit(task('short probe', { lane, periodMs: 1_000 }));
  scheduler.hold('long probe', 1_500);
  scheduler.hold('short probe', 500);
  await clock.advance(10_500);
  t.same(starts('long probe'), []);
  t.equal(starts('short probe').length, 10);
});

t.test(
  'a dead share of none never costs the others a beat, and one outside of 0 to 1 is refused',
  async (t) => {
    const { clock, scheduler, starts } = bench();
    const lane = new Lane('line', { deadShareMax: 0 });
    const run = async (context: TaskContext): Promise<void> => await busy(clock, context, 500);
    scheduler.submit(task('healthy', { lane, periodMs: 1_000, run }));
    scheduler.submit(task('dead', { lane, periodMs: 1_000, run }));
    scheduler.hold('dead', 600);
    await clock.advance(100_000);
    t.equal(starts('healthy').length, 100);
    t.same(starts('dead'), []);
    t.equal(lane.report(clock.monotonic()).deadShare, 0);
    t.equal(lane.report(clock.monotonic()).held, 1);
    for (const deadShareMax of [-0.1, 1.1, Number.NaN]) {
      t.throws(() => new Lane('line', { deadShareMax }), { code: 'ERR_ASSERTION' });
    }
  },
);

t.test('a lane says how busy it was', async (t) => {
  const { clock, scheduler } = bench();
  const lane = new Lane('line');
  t.match(lane.report(clock.monotonic()), { name: 'line', runs: 0, utilisation: 0, deadShare: 0 });
  scheduler.submit(
    task('read', { lane, periodMs: 1_000, run: async (context) => await busy(clock, context, 250) }),
  );
  await clock.advance(100_999);
  t.match(lane.report(clock.monotonic()), { runs: 100, running: undefined });
  t.ok(Math.abs(lane.report(clock.monotonic()).utilisation - 0.25) < 0.01);
});
