import t, { type Test } from 'tap';
import type { AlertObservation } from '../gateway/core/alert.ts';
import { silentLogger } from '../gateway/core/logger.ts';
import { serverAccount } from '../gateway/core/metered-day.ts';
import { tariffBandInterval, tariffBands } from '../gateway/core/tariff-band.ts';
import type { Principal } from '../gateway/features/command.ts';
import { Timekeeper } from '../gateway/features/timekeeping/timekeeper.ts';
import { createMembersKeeping } from '../gateway/members-keeping.ts';
import { callStore } from '../gateway/storage/call-store.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { SaidTempo } from './features/members/said-tempo.ts';
import { openScratch } from './storage/scratch.ts';

const nowMs = Date.UTC(2026, 0, 15, 9);
const local: Principal = { kind: 'local', id: 'local', scopes: new Set(['read', 'control', 'admin']) };

/** Members put together as in the gateway, over a real file. */
function home(t: Test, features: Record<string, unknown>, notifiers: readonly object[] = []) {
  const service = openScratch(t.testdir());
  t.teardown(() => {
    service.close();
  });
  const database: Database = {
    call: async (name, ...parameters) => await Promise.resolve(callStore(service, name, parameters)),
    close: async () => await Promise.resolve(),
  };
  const clock = new Timekeeper(new SimulatedClock(nowMs));
  const observed: AlertObservation[] = [];
  const keeping = createMembersKeeping(
    { config: { features, notifiers: notifiers as never }, clock, logger: silentLogger, database },
    {
      tempo: new SaidTempo(),
      guild: { holds: () => Promise.resolve('unknown'), tell: () => Promise.resolve() },
      desk: {
        observe: async (all) => void observed.push(...(await Promise.resolve(all))),
        observedToMs: () => undefined,
      },
    },
  );
  const run = async (id: string, input: object, principal = local): Promise<unknown> => {
    const command = keeping.commands.find(({ definition }) => definition.id === id);
    const signal = new AbortController().signal;
    return await command?.run(input, { principal, signal, origin: 'local' });
  };
  return { keeping, run, service };
}

t.test('without a server nothing runs, and members can be written down all the same', async (t) => {
  const { keeping, run } = home(t, {}, [{}]);
  await keeping.start();
  t.strictSame(keeping.tasks, []);
  t.strictSame(keeping.health(), []);
  t.equal(keeping.rules.filter(({ isEnabled }) => isEnabled).length, 0);
  t.match(await run('member.add', { id: '7' }), { member: { id: '7', isPresent: true }, note: null });
});

t.test('with a server they are looked after, and statements told where somebody is to be told', async (t) => {
  const { keeping } = home(t, { server: { meter: 'plug' } }, [{}]);
  t.strictSame(
    keeping.tasks.map(({ name }) => name),
    ['derogation:look', 'statement:make', 'statement:tell'],
  );
  t.equal(keeping.rules.filter(({ isEnabled }) => isEnabled).length, 1);
  t.equal(keeping.isRead(), false);
  await keeping.start();
  t.equal(keeping.isRead(), true);
});

t.test('where there is a guild, who is let in without its word is told of', async (t) => {
  const { run } = home(t, { discord: { guild: '197038439483310086', apiUrl: 'https://discord.com/api' } });
  t.match(await run('member.add', { id: '7' }), { note: /not known/ });
});

t.test('the first admin of the configuration is shown, and is one before anybody is a member', async (t) => {
  const { run } = home(t, { members: { firstAdmin: '7', language: 'fr' } });
  t.match(await run('member.list', {}), { members: [], firstAdmin: '7' });
  await run('member.add', { id: '7' });
  t.match(await run('member.list', {}), { members: [{ id: '7', role: 'admin', isFirstAdmin: true }] });
});

t.test('what a member asks for is what those who switch the server see', async (t) => {
  const { keeping, run } = home(t, { server: { meter: 'plug' } });
  await run('member.add', { id: '7' });
  const speaker: Principal = { kind: 'member', id: 'member:7', scopes: new Set(['read', 'control']) };
  const answer = await run('derogation.add', { day: 'tomorrow' }, speaker);
  t.match(answer, {
    member: '7',
    starts: '2026-01-16 06:00',
    ends: '2026-01-16 18:00',
    days: ['2026-01-16'],
  });
  t.match(keeping.derogations.covering({ startMs: nowMs, endMs: nowMs + 2 * 86_400_000 }), [{ member: '7' }]);
  t.match(await run('stats.show', { period: 'derogations_year' }, speaker), {
    user: '7',
    periods: [{ period: 'derogations_year', user: { derogation: { number_of_derog: 0 } } }],
  });
  const stranger = { code: 'not_found', facts: { reason: 'unknown-member' } };
  await t.rejects(run('stats.show', { period: 'all', user: '8' }), stranger);
  t.match(await run('stats.show', { period: 'day', user: '7' }), { user: '7' });
  t.match(await run('stats.show', { period: 'all' }), { user: null, periods: { length: 6 } });
});

t.test('what is down is -1 in the shape that other programs know, and nothing in sums', async (t) => {
  const { run, service } = home(t, { server: { meter: 'plug' } });
  const totals = { kind: 'down', mwh: null, startTotalMwh: null, endTotalMwh: null } as const;
  const day = '2026-01-14';
  service.putMetered({
    meter: serverAccount,
    mark: { atMs: nowMs, totalMwh: 0, restarts: 1, firstDay: day },
    intervals: tariffBands.map((band) => ({ day, band, ...tariffBandInterval(day, band), ...totals })),
  });
  t.match(await run('stats.show', { period: 'yesterday' }), {
    periods: [{ server: { consumption: -1, price: 0 }, exact: { mwh: 0 }, downDays: 1 }],
  });
  t.match(await run('stats.show', { period: 'week' }), {
    periods: [{ server: { price: 0 }, exact: { mwh: 0 }, downDays: 1 }],
  });
});
