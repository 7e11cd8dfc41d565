import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { seededRandom } from '../../../gateway/core/random.ts';
import { Scheduler } from '../../../gateway/engine/scheduler.ts';
import { triedSoon } from '../../../gateway/features/publish/tried-soon.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';

const hourMs = 3_600_000;

/** When a sink was tried in an hour in which each attempt fails so, seconds; undefined: it succeeds. */
async function triesOf(failure: (attempt: number) => GatewayError | undefined): Promise<readonly number[]> {
  const clock = new SimulatedClock(Date.UTC(2026, 5, 1));
  const random = seededRandom(3);
  const scheduler = new Scheduler({ clock, alarm: clock, random, logger: silentLogger });
  const tries: number[] = [];
  const task = {
    name: 'publish:server',
    group: 'publish',
    priority: 'publish',
    periodMs: 2_000,
    deadlineMs: 60_000,
    backoff: { firstMs: 10_000, maxMs: 900_000 },
    run: () => {
      tries.push(clock.monotonic() / 1_000);
      const error = failure(tries.length);
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
  } as const;
  const runAt = (name: string, atMs: Parameters<Scheduler['reschedule']>[1]): void =>
    void scheduler.reschedule(name, atMs);
  scheduler.submit(triedSoon(task, { clock, random, runAt }));
  scheduler.start();
  await clock.advance(hourMs);
  return tries;
}

function gapsOf(tries: readonly number[]): readonly number[] {
  return tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
}

for (const code of ['connection_refused', 'connection_timeout', 'host_unresolved'] as const) {
  t.test(`a sink that cannot be reached (${code}) is tried every few seconds, for ever`, async (t) => {
    const gaps = gapsOf(await triesOf(() => new GatewayError(code, 'nobody is there')));
    t.ok(gaps.length > 700);
    t.ok(
      Math.max(...gaps) <= 4.5 && Math.min(...gaps) >= 3,
      `${Math.min(...gaps)} to ${Math.max(...gaps)} s`,
    );
    t.ok(new Set(gaps).size > 100, 'at times of its own');
  });
}

t.test('so is one that has not answered in its time', async (t) => {
  const tooSlow = new GatewayError('sink_unavailable', 'too slow', { facts: { timeoutMs: 30_000 } });
  t.ok(Math.max(...gapsOf(await triesOf(() => tooSlow))) <= 4.5);
});

for (const code of ['sink_refused', 'sink_unavailable', 'rate_limited', 'storage_failed'] as const) {
  t.test(`a sink that has said ${code} is tried less and less often`, async (t) => {
    const tries = await triesOf(() => new GatewayError(code, 'not now'));
    t.ok(tries.length < 15, `${tries.length} times in an hour`);
    t.ok((gapsOf(tries).at(-1) ?? 0) > 240);
  });
}

t.test('one that hangs up is tried soon three times in a row, then less and less often', async (t) => {
  const gaps = gapsOf(await triesOf(() => new GatewayError('connection_closed', 'hung up')));
  t.ok(Math.max(...gaps.slice(0, 3)) <= 4.5, gaps.join(' '));
  t.ok((gaps[3] ?? 0) > 20 && gaps.length < 20, gaps.join(' '));
  const everyTwo = await triesOf((attempt) =>
    attempt % 2 === 0 ? undefined : new GatewayError('connection_closed', 'hung up'),
  );
  t.ok(Math.max(...gapsOf(everyTwo)) <= 4.5, 'a success in between starts anew');
});
