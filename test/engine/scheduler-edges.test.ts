import t from 'tap';
import { monotonicMs } from '../../gateway/core/clock.ts';
import { bench, busy, task } from './engine-bench.ts';

t.test('a run off the grid, early, moved or repeated, costs no beat', async (t) => {
  const { clock, scheduler, starts } = bench();
  await clock.advance(700);
  const beat = task('beat', { periodMs: 1_000, delayMs: 0 });
  scheduler.submit(beat);
  await clock.advance(1_000);
  scheduler.reschedule('beat', monotonicMs(2_700));
  await clock.advance(2_300);
  t.same(starts('beat'), [700, 1_000, 2_700, 3_000, 4_000]);
});

t.test('a run that ends at its next beat does not miss it', async (t) => {
  const { clock, scheduler, starts } = bench();
  scheduler.submit(
    task('full', {
      periodMs: 1_000,
      deadlineMs: 2_000,
      run: async (context) => await busy(clock, context, 1_000),
    }),
  );
  await clock.advance(4_500);
  t.same(starts('full'), [1_000, 2_000, 3_000, 4_000]);
  t.equal(scheduler.report().beatsSkipped, 0);
});

t.test(
  'cancelling again takes back what was submitted after the first cancel; the first of two stays',
  async (t) => {
    const { clock, scheduler, starts } = bench();
    const deaf = task('device', {
      run: async () =>
        await new Promise<void>((resolve) => clock.at(monotonicMs(clock.monotonic() + 100), resolve)),
    });
    scheduler.submit(deaf);
    await clock.advance(10);
    scheduler.cancel('device');
    scheduler.submit(task('device', { delayMs: 50 }));
    t.equal(scheduler.cancel('device'), 'cancelling');
    await clock.advance(1_000);
    t.same(starts('device'), [0]);
    scheduler.submit(deaf);
    await clock.advance(10);
    scheduler.cancel('device');
    scheduler.submit(task('device', { delayMs: 50 }));
    scheduler.submit(task('device', { delayMs: 5_000 }));
    await clock.advance(1_000);
    t.same(starts('device'), [0, 1_010, 1_160]);
  },
);

t.test('drain from within a run starts none of those that are ready', async (t) => {
  const { clock, scheduler, starts } = bench();
  let drained: readonly string[] | undefined;
  scheduler.submit(
    task('stop', {
      priority: 'safety',
      delayMs: 10,
      run: () => void scheduler.drain(1_000).then((names) => (drained = names)),
    }),
  );
  scheduler.submit(task('other', { delayMs: 10 }));
  await clock.advance(5_000);
  t.same(starts('other'), []);
  t.same(drained, []);
});

t.test('in a drain a run is still aborted at its own deadline', async (t) => {
  const { clock, scheduler, events } = bench();
  scheduler.submit(
    task('slow', { deadlineMs: 300, run: async (context) => await busy(clock, context, 9_000) }),
  );
  await clock.advance(10);
  const drained = scheduler.drain(5_000);
  await clock.advance(1_000);
  t.same(await drained, []);
  t.match(events.at(-1), { kind: 'end', atMs: 300, outcome: 'timed_out' });
});

t.test('drain may be asked twice, and both hear the same', async (t) => {
  const { clock, scheduler } = bench();
  scheduler.submit(task('deaf', { run: async () => await new Promise(() => undefined) }));
  await clock.advance(10);
  const both = Promise.all([scheduler.drain(100), scheduler.drain(9_000)]);
  await clock.advance(200);
  t.same(await both, [['deaf'], ['deaf']]);
});

t.test('a run that holds the event loop is counted, whether it awaits or not', async (t) => {
  const { clock, scheduler } = bench();
  // Virtual time passes here as it would in a long computation.
  const hog = (): void => void clock.advanceTo(clock.monotonic());
  let nowMs = 0;
  const monotonic = clock.monotonic.bind(clock);
  clock.monotonic = () => monotonicMs(monotonic() + nowMs);
  scheduler.submit(task('sync', { periodMs: 1_000, run: () => void (nowMs += 11) }));
  scheduler.submit(task('async', { periodMs: 1_000, run: async () => void (nowMs += 11) }));
  scheduler.submit(task('short', { periodMs: 1_000, run: hog }));
  await clock.advance(1_000);
  const overruns = scheduler.tasks().map((report) => [report.name, report.overruns]);
  t.same(overruns, [
    ['sync', 1],
    ['async', 1],
    ['short', 0],
  ]);
});

t.test('whatever is thrown, the loop goes on', async (t) => {
  const thrown: unknown[] = [undefined, null, 0, '', Object.create(null), Symbol('odd'), { message: 1 }];
  for (const value of thrown) {
    const { clock, scheduler, starts } = bench();
    scheduler.submit(
      task('sync', {
        periodMs: 1_000,
        run: () => {
          throw value;
        },
      }),
    );
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    scheduler.submit(task('async', { periodMs: 1_000, run: async () => await Promise.reject(value) }));
    scheduler.submit(task('good', { periodMs: 1_000 }));
    await clock.advance(3_000);
    t.same([starts('sync').length, starts('async').length, starts('good').length], [3, 3, 3]);
    t.equal(scheduler.report().failures, 6, 'each is a failure');
  }
});

t.test('a time that is no number is refused before it can stop the queue', async (t) => {
  const { clock, scheduler, starts } = bench();
  const bad = [{ periodMs: Infinity }, { periodMs: Number.NaN }, { periodMs: 0 }, { delayMs: Number.NaN }];
  for (const definition of [...bad, { offsetMs: Infinity }, { deadlineMs: Number.NaN }, { deadlineMs: 0 }]) {
    t.throws(() => scheduler.submit(task('bad', definition)), { code: 'ERR_ASSERTION' });
  }
  scheduler.submit(task('good', { delayMs: 100 }));
  t.throws(() => scheduler.reschedule('good', monotonicMs(Number.NaN)), { code: 'ERR_ASSERTION' });
  await clock.advance(200);
  t.same(starts('good'), [100]);
});
