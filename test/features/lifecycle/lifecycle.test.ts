import t from 'tap';
import { createLiveFeed, type LiveEvent } from '../../../gateway/core/live-feed.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { Lifecycle } from '../../../gateway/features/lifecycle/lifecycle.ts';
import type { HealthNote } from '../../../gateway/features/lifecycle/health-board.ts';
import { bench, startWallMs, task } from '../../engine/engine-bench.ts';

function simulatedLifecycle(notes: () => readonly HealthNote[] = () => []) {
  const { clock, scheduler, starts } = bench();
  const feed = createLiveFeed();
  const events: LiveEvent[] = [];
  feed.subscribe((event) => events.push(event));
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (_: unknown, message: string) => errors.push(message) };
  const lifecycle = new Lifecycle(
    {
      clock,
      logger: { ...logger, child: () => silentLogger },
      feed,
      livenessBreaches: () => scheduler.livenessBreaches(),
      setPolicy: (policy) => scheduler.setPolicy(policy),
    },
    [notes],
  );
  lifecycle.link('no_uplink');
  lifecycle.live('booted');
  scheduler.submit(lifecycle.watch());
  return { clock, scheduler, starts, lifecycle, events, errors };
}

t.test('a gateway whose tasks do their work is well', async (t) => {
  const { clock, lifecycle } = simulatedLifecycle();
  await clock.advance(20_000);
  t.match(lifecycle.state(), {
    life: 'running',
    link: 'none',
    health: 'normal',
    status: 'ok',
    startedMs: startWallMs,
    uptimeMs: 20_000,
    lines: [],
  });
});

t.test('a task that hangs degrades it, is logged once, and sheds what is not needed', async (t) => {
  const { clock, scheduler, starts, lifecycle, events, errors } = simulatedLifecycle();
  let release = (): void => undefined;
  const hang = async (): Promise<void> => await new Promise<void>((resolve) => (release = resolve));
  scheduler.submit(task('hangs', { periodMs: 10_000, priority: 'housekeeping', run: hang }));
  scheduler.submit(task('read', { periodMs: 1_000, priority: 'acquire' }));
  scheduler.submit(task('tidy', { periodMs: 1_000, priority: 'housekeeping' }));
  await clock.advance(45_000);
  t.match(lifecycle.state(), {
    health: 'degraded',
    status: 'failing',
    lines: [{ subject: 'task:hangs', status: 'failing', message: /has not returned/ }],
  });
  t.same(errors, ['a liveness contract does not hold']);
  t.equal(starts('read').length, 45, 'reading goes on');
  t.ok(starts('tidy').length < 21, 'tidying does not');
  release();
  await clock.advance(5_000);
  t.match(lifecycle.state(), { health: 'normal', status: 'ok' });
  t.same(
    events.filter((event) => event.type === 'gateway').map((event) => event.health),
    ['normal', 'normal', 'degraded', 'normal'],
  );
});

t.test('health lines tell since when, worst first, and anew when they come back', async (t) => {
  const notes: HealthNote[] = [];
  const { clock, lifecycle } = simulatedLifecycle(() => notes);
  await clock.advance(1_000);
  notes.push({ subject: 'device:a', status: 'degraded', message: 'down', hint: null });
  lifecycle.state();
  await clock.advance(1_000);
  notes.push({ subject: 'storage', status: 'failing', message: 'lost', hint: 'look' });
  t.match(lifecycle.state(), {
    status: 'failing',
    lines: [
      { subject: 'storage', sinceMs: startWallMs + 2_000 },
      { subject: 'device:a', sinceMs: startWallMs + 1_000 },
    ],
  });
  notes.length = 0;
  t.match(lifecycle.state(), { status: 'ok', lines: [] });
  notes.push({ subject: 'device:a', status: 'degraded', message: 'down', hint: null });
  t.match(lifecycle.state(), {
    status: 'degraded',
    lines: [{ subject: 'device:a', sinceMs: startWallMs + 2_000 }],
  });
});

t.test('a health line tells when it began, whether or not anybody looked', async (t) => {
  const notes: HealthNote[] = [];
  const { clock, lifecycle } = simulatedLifecycle(() => notes);
  notes.push({ subject: 'device:a', status: 'degraded', message: 'down', hint: null });
  await clock.advance(3_600_000);
  t.match(lifecycle.state(), { lines: [{ subject: 'device:a', sinceMs: startWallMs + 5_000 }] });
});
