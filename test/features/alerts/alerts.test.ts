import assert from 'node:assert/strict';
import t from 'tap';
import type { AlertRule } from '../../../gateway/core/alert.ts';
import { AlertsBench, benchStartMs, seen, usualRule } from './alerts-bench.ts';
import { minuteMs } from './alert-minutes.ts';

const jam: AlertRule = { ...usualRule, id: 'jam', forMs: 5 * minuteMs };

async function started(bench = new AlertsBench()): Promise<AlertsBench> {
  bench.start();
  await bench.clock.advance(1_000);
  return bench;
}

/** The gateway dies, and another one starts. */
async function restarted(bench: AlertsBench): Promise<void> {
  bench.die();
  await started(bench);
}

t.test('what is decided is on disk with its messages when the desk returns', async (t) => {
  const bench = await started();
  bench.reception = () => 'hangs';
  await bench.observe(true, 1);
  bench.die();
  t.same(
    bench.told().map(({ rule, kind, facts }) => [rule, kind, facts]),
    [['fire-out', 'alert', '{"waterC":51.5}']],
  );
  t.same(
    bench.messages().map(({ notifier, recipient }) => [notifier, recipient]),
    [
      ['mail', 'ana'],
      ['mail', 'bob'],
      ['hook', ''],
    ],
  );
  t.ok(bench.events.some((event) => event.type === 'alert' && event.kind === 'alert'));
});

for (const fault of ['done', 'undone'] as const) {
  t.test(
    `a store that fails, its work ${fault}: nothing was taken, and the same again is told once`,
    async (t) => {
      const bench = await started();
      bench.storeFault = (name) => (name === 'noteAlerts' ? fault : undefined);
      const toMs = bench.clock.wall();
      const observed = [seen(true, toMs - minuteMs, toMs)];
      await t.rejects(bench.ask(bench.alerts.observe(observed)), { code: 'storage_failed' });
      t.match(bench.alerts.notes(), [{ subject: 'alerts', status: 'failing' }]);
      bench.storeFault = () => undefined;
      await bench.ask(bench.alerts.observe(observed));
      await bench.ask(bench.alerts.observe([seen(true, toMs, toMs + minuteMs)]));
      t.equal(bench.told().length, 1);
      t.equal(bench.alerts.states()[0]?.state, 'firing');
      await bench.clock.advance(11 * minuteMs);
      await bench.observe(false, 1);
      t.same(bench.alerts.notes(), []);
      await bench.clock.advance(minuteMs);
      t.equal(bench.accepted.length, 6, 'three were told that it began, and that it is over');
    },
  );
}

t.test('what is on disk although nobody said so is sent', async (t) => {
  const bench = await started();
  bench.storeFault = (name) => (name === 'noteAlerts' ? 'done' : undefined);
  await t.rejects(bench.observe(true, 1));
  bench.storeFault = () => undefined;
  await bench.clock.advance(6_000);
  t.equal(bench.accepted.length, 3);
});

t.test('an hour in which nothing changes is written a few times', async (t) => {
  const bench = await started();
  bench.rules = [usualRule, jam];
  let writes = 0;
  bench.storeFault = (name) => {
    if (name === 'noteAlerts') writes += 1;
    return undefined;
  };
  for (let minute = 0; minute < 60; minute += 1) {
    await bench.clock.advance(minuteMs);
    await bench.observe(false, 1);
  }
  t.ok(writes >= 6 && writes <= 7, `${writes} writes`);
  await bench.clock.advance(minuteMs);
  await bench.observe(true, 1);
  t.ok(writes <= 8);
});

t.test('what an episode of a restart has held counts', async (t) => {
  const bench = new AlertsBench();
  bench.rules = [jam];
  await started(bench);
  for (let minute = 0; minute < 4; minute += 1) {
    await bench.clock.advance(minuteMs);
    await bench.observe(true, 1, 'jam');
  }
  await restarted(bench);
  const fromMs = bench.alerts.observedToMs('jam', 'boiler');
  t.ok(fromMs !== undefined && bench.clock.wall() - fromMs <= 4 * minuteMs, 'it was written meanwhile');
  await bench.clock.advance(2 * minuteMs);
  const toMs = bench.clock.wall();
  await bench.ask(bench.alerts.observe([seen(true, fromMs ?? 0, toMs, 'jam')]));
  t.equal(bench.told().length, 1);
  t.equal((bench.told()[0]?.atMs ?? 0) - (bench.told()[0]?.episodeMs ?? 0), 5 * minuteMs);
});

t.test('up to where it has seen is said when that is known', async (t) => {
  const bench = new AlertsBench();
  bench.storeFault = () => 'undone';
  bench.start();
  await bench.clock.advance(10);
  t.throws(() => bench.alerts.observedToMs('fire-out', 'boiler'), { code: 'storage_busy' });
  t.same(bench.alerts.states(), []);
  bench.storeFault = () => undefined;
  await bench.clock.advance(6_000);
  t.equal(bench.alerts.observedToMs('fire-out', 'boiler'), undefined);
  await bench.observe(false, 1);
  t.equal(bench.alerts.observedToMs('fire-out', 'boiler'), bench.clock.wall() - 5);
});

t.test('a rule that is off is forgotten, and tells at once what holds when it is on again', async (t) => {
  const bench = await started();
  await bench.observe(true, 1);
  bench.rules = [{ ...usualRule, isEnabled: false }];
  await restarted(bench);
  t.same(bench.service.alertStates(), []);
  await bench.clock.advance(minuteMs);
  await bench.observe(true, 1);
  t.same(bench.alerts.states(), [], 'nobody looks');
  bench.rules = [usualRule];
  await restarted(bench);
  await bench.clock.advance(minuteMs);
  await bench.observe(true, 1);
  t.equal(bench.told().length, 2, 'within the cooldown of the one that was forgotten');
  bench.rules = [jam];
  await restarted(bench);
  t.same(bench.service.alertStates(), [], 'so is one that is not there any more');
  await t.rejects(bench.observe(true, 1, 'nonsense'), /no alert rule nonsense/);
});

t.test('subjects that nobody looks at any more are forgotten', async (t) => {
  const bench = await started();
  await bench.observe(true, 1);
  await bench.ask(bench.alerts.forget([{ rule: 'fire-out', subject: 'boiler' }]));
  t.same(bench.alerts.states(), []);
  await bench.ask(bench.alerts.load());
  t.same(bench.service.alertStates(), []);
});

t.test('whoever has seen to it is not reminded, also after a restart', async (t) => {
  const bench = new AlertsBench();
  bench.rules = [{ ...usualRule, repeatMs: 30 * minuteMs }];
  await started(bench);
  await bench.observe(true, 1);
  const [alert] = bench.told();
  assert(alert !== undefined);
  t.equal(await bench.ask(bench.alerts.acknowledge(alert, 'ana')), true);
  t.equal(await bench.ask(bench.alerts.acknowledge(alert, 'bob')), false);
  t.match(bench.told(), [{ acknowledgedBy: 'ana' }]);
  await restarted(bench);
  await bench.clock.advance(90 * minuteMs);
  await bench.observe(true, 90);
  t.equal(bench.told().length, 1);
  await bench.clock.advance(minuteMs);
  await bench.observe(false, 1);
  t.match(bench.told(), [{ kind: 'alert' }, { kind: 'recovered' }]);
  t.equal(await bench.ask(bench.alerts.acknowledge(alert, 'ana')), false, 'it is over');
  t.ok(bench.events.some((event) => event.type === 'alert' && event.kind === 'acknowledged'));
});

t.test('a clock that is set back mutes nothing, and what begins at the same time is told', async (t) => {
  const bench = await started();
  bench.clock.stepWall(60 * minuteMs);
  await bench.observe(true, 1);
  await bench.clock.advance(minuteMs);
  await bench.observe(false, 1);
  bench.clock.stepWall(-60 * minuteMs);
  await bench.observe(false, 1);
  await bench.clock.advance(11 * minuteMs);
  await bench.observe(true, 1);
  t.equal(bench.told().length, 3, 'not muted for an hour');
  await bench.clock.advance(minuteMs);
  await bench.observe(false, 1);
  // The minute that the wrong clock has called so comes again.
  const again = (bench.told()[0]?.episodeMs ?? 0) + minuteMs;
  await bench.clock.advance(again - bench.clock.wall());
  await bench.observe(true, 1);
  const told = bench.told();
  t.same(
    told.map(({ kind }) => kind),
    ['alert', 'recovered', 'alert', 'recovered', 'alert'],
  );
  const names = told.filter(({ kind }) => kind === 'alert').map(({ episodeMs }) => episodeMs);
  t.equal(new Set(names).size, 3, 'each has a name of its own');
});

t.test('while the clock is not believed nothing is put back to it', async (t) => {
  const bench = await started();
  bench.isTimeKnown = false;
  const aheadMs = benchStartMs + 600 * minuteMs;
  await bench.ask(bench.alerts.observe([seen(false, aheadMs - minuteMs, aheadMs)]));
  await bench.ask(bench.alerts.observe([seen(true, aheadMs - minuteMs, aheadMs)]));
  t.same(bench.told(), [], 'it was seen already');
  bench.isTimeKnown = true;
  await bench.observe(true, 1);
  await bench.clock.advance(minuteMs);
  await bench.observe(true, 1);
  t.equal(bench.told().length, 1);
});
