import t from 'tap';
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
