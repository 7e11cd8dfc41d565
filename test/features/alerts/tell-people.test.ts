import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { TellPeople, type TellingPorts } from '../../../gateway/features/alerts/tell-people.ts';
import { taskPolicy } from '../../../gateway/features/lifecycle/task-policy.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';

const nowMs = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;

interface Scene {
  readonly telling: TellPeople;
  readonly calls: string[];
  run(name: string, signal?: AbortSignal): Promise<void>;
}

function scene(given: {
  readonly alerts?: number;
  readonly fails?: boolean;
  readonly isTimeKnown?: boolean;
}): Scene {
  const { fails = false, isTimeKnown = true } = given;
  const calls: string[] = [];
  let left = given.alerts ?? 0;
  const clock = new SimulatedClock(nowMs);
  const store = {
    call: async (_name: 'pruneAlerts', beforeMs: number): Promise<number> => {
      calls.push(`prune ${(nowMs - beforeMs) / dayMs}`);
      const pruned = Math.min(left, 10);
      left -= pruned;
      return await Promise.resolve(pruned);
    },
  };
  const telling = new TellPeople({
    ...{ clock, logger: silentLogger, store: store as unknown as TellingPorts['store'] },
    alerts: {
      load: async () => {
        calls.push('alerts');
        if (fails) throw new GatewayError('storage_failed', 'it cannot be read');
        await Promise.resolve();
      },
    },
    deliveries: {
      load: async () => await Promise.resolve(void calls.push('deliveries')),
      beat: () => void calls.push('beat'),
    },
    isTimeKnown: () => isTimeKnown,
  });
  return {
    ...{ telling, calls },
    run: async (name, signal = new AbortController().signal) => {
      const task = telling.tasks().find((one) => one.name === name);
      const context = { clock, signal, logger: silentLogger, dueMs: clock.monotonic() };
      await task?.run(context);
    },
  };
}

t.test('people are told in every mode of the gateway', (t) => {
  const [tell] = scene({}).telling.tasks();
  if (tell === undefined) throw new GatewayError('not_found', 'no task');
  for (const life of ['booting', 'running', 'updating'] as const)
    for (const link of ['none', 'offline', 'unprovisioned'] as const)
      for (const health of ['normal', 'degraded'] as const)
        t.equal(taskPolicy({ life, link, health })(tell), 'safety', `${life}, ${link}, ${health}`);
  t.end();
});

t.test('what an earlier life has left is read, and what cannot be read is read later', async (t) => {
  const good = scene({});
  await good.telling.start();
  t.same(good.calls, ['alerts', 'deliveries']);
  const bad = scene({ fails: true });
  await t.resolves(bad.telling.start());
  await t.rejects(bad.run('tell:people'), { code: 'storage_failed' });
  t.same(bad.calls, ['alerts', 'beat', 'alerts'], 'what is in memory goes out all the same');
});

t.test('alerts are kept for 400 days, and the rest goes step by step', async (t) => {
  const { calls, run } = scene({ alerts: 25 });
  await run('prune:alerts');
  t.same(calls, ['prune 400', 'prune 400', 'prune 400', 'prune 400']);
  const many = scene({ alerts: 1e6 });
  await many.run('prune:alerts');
  t.equal(many.calls.length, 100, 'so many at once');
  const late = scene({ alerts: 25, isTimeKnown: false });
  await late.run('prune:alerts');
  t.same(late.calls, [], 'not by a clock that is not believed');
  const stopped = scene({ alerts: 25 });
  await stopped.run('prune:alerts', AbortSignal.abort());
  t.same(stopped.calls, []);
});
