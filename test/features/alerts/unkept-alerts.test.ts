import t from 'tap';
import { AlertsBench, mail, seen, usualRule } from './alerts-bench.ts';
import { minuteMs } from './alert-minutes.ts';

const writing = new Set([
  'noteAlerts',
  'beginDelivery',
  'endDelivery',
  'settleDeliveries',
  'acknowledgeAlert',
]);

/** A gateway whose medium turns read-only. */
async function readOnly(): Promise<AlertsBench> {
  const bench = new AlertsBench();
  bench.notifiers = [mail];
  bench.rules = [{ ...usualRule, repeatMs: 60 * minuteMs }];
  bench.start();
  await bench.clock.advance(1_000);
  await bench.observe(false, 1);
  bench.storeFault = (name) => (writing.has(name) ? 'refused' : undefined);
  await bench.clock.advance(minuteMs);
  return bench;
}

t.test('where nothing can be written people are told all the same, once', async (t) => {
  const bench = await readOnly();
  const toMs = bench.clock.wall();
  const observed = [seen(true, toMs - minuteMs, toMs)];
  await t.rejects(bench.ask(bench.alerts.observe(observed)), { code: 'storage_failed' });
  t.equal(bench.accepted.length, 0, 'the first time it may be on disk all the same');
  for (let look = 0; look < 10; look += 1) {
    await bench.ask(bench.alerts.observe(observed));
    await bench.clock.advance(minuteMs);
    await bench.observe(true, 1);
  }
  t.same(
    bench.accepted.map(({ recipient }) => recipient),
    ['ana', 'bob'],
  );
  t.match(bench.alerts.notes(), [
    { subject: 'alerts', status: 'failing', message: /cannot be written down/ },
  ]);
  t.equal(bench.alerts.states()[0]?.state, 'firing');
  await bench.clock.advance(minuteMs);
  await bench.observe(false, 1);
  await bench.clock.advance(minuteMs);
  t.equal(bench.accepted.length, 4, 'and that it is over');
  t.same(bench.told(), [], 'nothing is on disk');
  bench.storeFault = () => undefined;
  await bench.clock.advance(minuteMs);
  await bench.observe(false, 1);
  t.match(bench.told(), [{ kind: 'alert' }, { kind: 'recovered' }], 'until it can be written');
  t.same(bench.messages(), [], 'and nobody is told again');
  t.match(bench.service.alertStates(), [{ state: 'recovered' }]);
  t.same(bench.alerts.notes(), []);
  await bench.clock.advance(10 * minuteMs);
  t.equal(bench.accepted.length, 4);
});

t.test('what could not be sent from memory is tried again, and what was refused is not', async (t) => {
  const bench = await readOnly();
  bench.reception = (_notifier, recipient) => (recipient === 'ana' ? 'away' : 'refuses');
  const toMs = bench.clock.wall();
  const observed = [seen(true, toMs - minuteMs, toMs)];
  await t.rejects(bench.ask(bench.alerts.observe(observed)));
  await bench.ask(bench.alerts.observe(observed));
  await bench.clock.advance(10_000);
  bench.reception = () => 'accepts';
  await bench.clock.advance(minuteMs);
  t.same(
    bench.accepted.map(({ recipient }) => recipient),
    ['ana'],
  );
  t.match(bench.deliveries.notes(), [{ message: /bob…: there is no credit left/ }]);
});

t.test('in quiet hours a message in memory waits as any other', async (t) => {
  const bench = await readOnly();
  bench.dueMs = (nowMs) => nowMs + 30 * minuteMs;
  const toMs = bench.clock.wall();
  const observed = [seen(true, toMs - minuteMs, toMs)];
  await t.rejects(bench.ask(bench.alerts.observe(observed)));
  await bench.ask(bench.alerts.observe(observed));
  await bench.clock.advance(29 * minuteMs);
  t.equal(bench.accepted.length, 0);
  await bench.clock.advance(2 * minuteMs);
  t.equal(bench.accepted.length, 2);
});

t.test('so much is kept in memory, and nobody is told where another failure is in the way', async (t) => {
  const bench = await readOnly();
  bench.rules = Array.from({ length: 70 }, (_, index) => ({ ...usualRule, id: `rule-${index}` }));
  bench.die();
  bench.start();
  // By then it knows that its medium takes nothing: a rule could not be forgotten.
  await bench.clock.advance(11_000);
  const toMs = bench.clock.wall();
  const observed = bench.rules.map(({ id }) => seen(true, toMs - minuteMs, toMs, id));
  await bench.ask(bench.alerts.observe(observed));
  await bench.clock.advance(minuteMs);
  t.equal(bench.accepted.length, 100);
  const other = await readOnly();
  other.storeFault = (name) => (name === 'noteAlerts' ? 'undone' : undefined);
  for (let look = 0; look < 3; look += 1)
    await t.rejects(other.ask(other.alerts.observe([seen(true, toMs, toMs + 1)])));
  t.equal(other.accepted.length, 0);
});

t.test('what is of safety goes first in memory, and takes the place of what is not', async (t) => {
  const bench = await readOnly();
  bench.notifiers = [{ ...mail, recipients: ['ana'] }];
  const rules = Array.from({ length: 130 }, (_, index) => ({ ...usualRule, id: `rule-${index}` }));
  bench.rules = rules.map((rule, index) => ({ ...rule, severity: index < 110 ? 'warning' : 'safety' }));
  bench.die();
  bench.start();
  await bench.clock.advance(11_000);
  const toMs = bench.clock.wall();
  await bench.ask(bench.alerts.observe(rules.map(({ id }) => seen(true, toMs - minuteMs, toMs, id))));
  await bench.clock.advance(minuteMs);
  const sent = bench.accepted.map(({ reference }) => reference.split('-').at(-1) ?? '');
  t.equal(sent.length, 100);
  const safe = Array.from({ length: 20 }, (_, index) => String(111 + index));
  // One other may have been on its way before those of safety were there.
  t.same(
    sent.slice(0, 21).filter((id) => safe.includes(id)),
    safe,
  );
});

for (const other of ['undone', 'done'] as const) {
  t.test(
    `what was told from memory is not told again when the store fails otherwise, ${other}`,
    async (t) => {
      const bench = await readOnly();
      const toMs = bench.clock.wall();
      const observed = [seen(true, toMs - minuteMs, toMs)];
      await t.rejects(bench.ask(bench.alerts.observe(observed)));
      await bench.ask(bench.alerts.observe(observed));
      await bench.clock.advance(minuteMs);
      bench.storeFault = (name) => (name === 'noteAlerts' ? other : undefined);
      await t.rejects(bench.observe(true, 1));
      bench.storeFault = (name) => (writing.has(name) ? 'refused' : undefined);
      for (let look = 0; look < 4; look += 1) {
        await bench.clock.advance(minuteMs);
        await bench.observe(true, 1).catch(() => undefined);
      }
      t.equal(bench.accepted.length, 2);
      bench.storeFault = () => undefined;
      await bench.clock.advance(minuteMs);
      await bench.observe(false, 1);
      await bench.clock.advance(10 * minuteMs);
      t.equal(bench.accepted.length, 4, 'that it began, and that it is over');
      t.match(bench.told(), [{ kind: 'alert' }, { kind: 'recovered' }]);
    },
  );
}

t.test('what is owed to the medium is in no way of as much as may be seen at once', async (t) => {
  const bench = await readOnly();
  bench.rules = Array.from({ length: 1_100 }, (_, index) => ({ ...usualRule, id: `rule-${index}` }));
  bench.die();
  bench.start();
  await bench.clock.advance(11_000);
  const toMs = bench.clock.wall();
  const observed = bench.rules.map(({ id }) => seen(true, toMs - minuteMs, toMs, id));
  await bench.ask(bench.alerts.observe(observed.slice(0, 100)));
  bench.storeFault = () => undefined;
  await bench.ask(bench.alerts.observe(observed.slice(100)));
  t.equal(bench.service.listAlerts({ rowsMax: 2_000 }).length, 1_100);
});
