import t from 'tap';
import { AlertsBench, hook, mail, seen, usualRule, type Reception } from './alerts-bench.ts';
import { minuteMs } from './alert-minutes.ts';

const secondMs = 1_000;

async function started(bench = new AlertsBench()): Promise<AlertsBench> {
  bench.start();
  await bench.clock.advance(secondMs);
  return bench;
}

/** One alert, decided now. */
async function told(reception: Reception, notifiers = [mail]): Promise<AlertsBench> {
  const bench = new AlertsBench();
  bench.notifiers = notifiers;
  bench.reception = () => reception;
  await started(bench);
  await bench.observe(true, 1);
  return bench;
}

function states(bench: AlertsBench): readonly string[] {
  return bench.messages().map(({ state }) => state);
}

const ana = { ...mail, recipients: ['ana'] };

t.test('a message is sent at once, and what the other side calls it is kept', async (t) => {
  const bench = await told('accepts', [mail, hook]);
  await bench.clock.advance(secondMs);
  t.same(states(bench), ['sent', 'sent', 'sent']);
  t.match(bench.messages(), [
    { tries: 1, unclear: 0, receipt: 'receipt of egw-test-1-1', reason: null },
    {},
    {},
  ]);
  t.same(bench.accepted.map(({ reference }) => reference).sort(), [
    'egw-test-1-1',
    'egw-test-1-2',
    'egw-test-1-3',
  ]);
  t.same(bench.deliveries.notes(), []);
});

t.test('a notifier that hangs holds up no other', async (t) => {
  const bench = new AlertsBench();
  bench.reception = (notifier) => (notifier === 'mail' ? 'hangs' : 'accepts');
  await started(bench);
  await bench.observe(true, 1);
  await bench.clock.advance(secondMs);
  t.match(bench.accepted, [{ notifier: 'hook' }]);
  t.same(states(bench), ['sending', 'queued', 'sent']);
});

t.test('one that does not even heed its signal holds up its own messages for its time alone', async (t) => {
  const bench = new AlertsBench();
  bench.notifiers = [mail];
  bench.reception = (_notifier, recipient) => (recipient === 'ana' ? 'deaf' : 'accepts');
  await started(bench);
  await bench.observe(true, 1);
  await bench.clock.advance(12 * secondMs);
  t.match(bench.messages(), [
    { state: 'queued', unclear: 1, reason: /took longer than 10 s/ },
    { state: 'sent', recipient: 'bob' },
  ]);
});

t.test('what is of safety goes first', async (t) => {
  const bench = new AlertsBench();
  bench.notifiers = [ana];
  bench.rules = [{ ...usualRule, id: 'warm', severity: 'warning' }, usualRule];
  bench.reception = () => 'slow';
  await started(bench);
  const toMs = bench.clock.wall();
  const both = ['warm', 'fire-out'].map((rule) => seen(true, toMs - minuteMs, toMs, rule));
  await bench.ask(bench.alerts.observe([...both]));
  await bench.clock.advance(30 * secondMs);
  t.same(
    bench.accepted.map(({ reference }) => reference),
    ['egw-test-2-2', 'egw-test-1-1'],
  );
});

t.test(
  'what cannot be sent is tried again, later and later, for a day, and is given up with a reason',
  async (t) => {
    const bench = new AlertsBench();
    bench.notifiers = [ana];
    const tries: number[] = [];
    bench.reception = () => {
      tries.push(bench.clock.monotonic());
      return 'away';
    };
    bench.beatMs = 20_000;
    await started(bench);
    await bench.observe(true, 1);
    await bench.clock.advance(9 * minuteMs);
    t.same(bench.deliveries.notes(), [], 'nobody is told of ten minutes');
    await bench.clock.advance(71 * minuteMs);
    t.match(bench.deliveries.notes(), [
      { subject: 'notifier:mail', status: 'degraded', message: /mail does not reach ana…: nobody is there/ },
    ]);
    const waits = tries.slice(1).map((atMs, index) => (atMs - (tries[index] ?? 0)) / minuteMs);
    for (const [index, minutes] of [0.5, 1, 2, 5, 10, 20, 30].entries()) {
      const wait = waits[index] ?? 0;
      t.ok(wait >= 0.9 * minutes && wait <= 1.1 * minutes + 0.4, `${wait} min for ${minutes}`);
    }
    for (let hour = 0; hour < 28; hour += 1) await bench.clock.advance(60 * minuteMs);
    t.match(bench.messages(), [
      { state: 'failed', tries: 31, unclear: 0, reason: /31 times.*nobody is there/ },
    ]);
    t.equal(bench.accepted.length, 0);
  },
);

t.test('what is refused is not tried again, and whoever looks is told what to do', async (t) => {
  const bench = await told('refuses', [ana]);
  await bench.clock.advance(60 * minuteMs);
  t.match(bench.messages(), [{ state: 'failed', tries: 1, reason: 'there is no credit left (pay)' }]);
  const note = { subject: 'notifier:mail', message: /ana…: there is no credit left/, hint: 'pay' };
  t.match(bench.deliveries.notes(), [note]);
  bench.die();
  await started(bench);
  t.match(
    bench.deliveries.notes(),
    [{ subject: 'notifier:mail', message: /no credit left/ }],
    'after a restart too',
  );
  bench.reception = () => 'accepts';
  await bench.observe(false, 1);
  await bench.clock.advance(secondMs);
  t.same(bench.deliveries.notes(), [], 'until it reaches him again');
});

t.test('whom it does not reach beside others is one line', async (t) => {
  const bench = await told('refuses');
  await bench.clock.advance(secondMs);
  t.match(bench.deliveries.notes(), [{ message: /does not reach ana…, and 1 more: there is/ }]);
});

t.test('a notifier that asks to be left alone is', async (t) => {
  const bench = await told('throttles');
  await bench.clock.advance(30 * secondMs);
  t.match(bench.messages(), [{ tries: 1 }, { tries: 0 }], 'nor is it asked for anybody else');
  bench.reception = () => 'accepts';
  await bench.clock.advance(20 * secondMs);
  t.same(states(bench), ['sent', 'sent']);
});

t.test('what may have gone out is sent once more at most, where that would be seen', async (t) => {
  const bench = await told('taken', [ana]);
  await bench.clock.advance(120 * minuteMs);
  t.match(bench.messages(), [{ state: 'failed', tries: 2, unclear: 2, reason: /may have gone out 2 times/ }]);
  t.equal(bench.accepted.length, 2);
  const safe = await told('taken', [hook]);
  await safe.clock.advance(78 * minuteMs);
  t.match(safe.messages(), [{ state: 'queued', tries: 8, unclear: 8 }]);
  safe.reception = () => 'accepts';
  await safe.clock.advance(70 * minuteMs);
  t.same(states(safe), ['sent']);
});

t.test('a try that surely did not go out does not count as one that may have', async (t) => {
  const bench = await told('lost', [ana]);
  await bench.clock.advance(secondMs);
  bench.reception = () => 'away';
  await bench.clock.advance(20 * minuteMs);
  t.match(bench.messages(), [{ state: 'queued', unclear: 1 }]);
  bench.reception = () => 'accepts';
  await bench.clock.advance(45 * minuteMs);
  t.same(states(bench), ['sent']);
});

t.test('a kill while it is sent: it goes out once more, and not a third time', async (t) => {
  const bench = new AlertsBench();
  bench.notifiers = [ana];
  bench.diesAt = (moment) => moment === 'after send';
  await started(bench);
  await bench.observe(true, 1);
  await bench.clock.advance(secondMs);
  t.ok(bench.isDead);
  t.same(states(bench), ['sending']);
  await started(bench);
  t.ok(bench.isDead, 'it goes out at the start');
  t.equal(bench.accepted.length, 2);
  bench.diesAt = () => false;
  await started(bench);
  await bench.clock.advance(secondMs);
  t.match(bench.messages(), [{ state: 'failed', unclear: 2, reason: /may have gone out 2 times/ }]);
  t.equal(bench.accepted.length, 2);
});

t.test(
  'when it is stopped a try has its time, and what does not end in it goes out at the next start',
  async (t) => {
    const slow = await told('slow', [ana]);
    await slow.clock.advance(6 * secondMs);
    await slow.stop();
    t.same(states(slow), ['sent'], 'it needed two seconds more');
    const bench = await told('hangs', [ana]);
    await bench.clock.advance(secondMs);
    const stoppedMs = bench.clock.monotonic();
    await bench.stop();
    t.ok(bench.clock.monotonic() - stoppedMs <= 3_100);
    t.match(bench.messages(), [{ state: 'queued', unclear: 1, tries: 1, reason: /stopped/ }]);
    bench.reception = () => 'accepts';
    await started(bench);
    t.match(bench.messages(), [{ state: 'queued' }], 'as long after as any other try');
    await bench.clock.advance(minuteMs);
    t.same(states(bench), ['sent']);
  },
);

t.test(
  'nobody gets what waits for him once he was taken out, or the way to him became another one',
  async (t) => {
    const bench = await told('away', [mail]);
    await bench.clock.advance(secondMs);
    bench.die();
    bench.reception = () => 'accepts';
    bench.notifiers = [{ ...mail, recipients: ['bob', 'eve'] }];
    await started(bench);
    await bench.clock.advance(2 * minuteMs);
    t.match(bench.messages(), [
      { recipient: 'ana', state: 'failed', reason: 'notifier mail does not reach that recipient any more' },
      { recipient: 'bob', state: 'sent' },
    ]);
    const other = await told('away', [ana]);
    await other.clock.advance(secondMs);
    other.die();
    other.reception = () => 'accepts';
    other.notifiers = [{ ...hook, id: 'mail' }];
    await started(other);
    await other.clock.advance(2 * minuteMs);
    t.same(states(other), ['failed']);
    t.same(other.accepted, []);
    t.same(other.deliveries.notes(), [], 'nor is anybody told that he is not reached');
  },
);

t.test('messages of a notifier that is gone or switched off are given up, and say so', async (t) => {
  const bench = await told('away', [ana, hook]);
  await bench.clock.advance(secondMs);
  bench.die();
  bench.notifiers = [];
  bench.reasons = new Map([['mail', 'mail is switched off']]);
  await started(bench);
  t.match(bench.messages(), [
    { state: 'failed', reason: 'mail is switched off' },
    { state: 'failed', reason: 'there is no notifier hook any more' },
  ]);
});

t.test('messages of a notifier that lacks something wait for it', async (t) => {
  const bench = await told('accepts', [{ ...ana, problem: 'nobody has given its password' }]);
  await bench.clock.advance(secondMs);
  t.match(bench.messages(), [{ state: 'queued', reason: /nobody has given its password/ }]);
  t.match(bench.deliveries.notes(), [{ subject: 'notifier:mail', message: /its password/, hint: /start/ }]);
  bench.die();
  bench.notifiers = [ana];
  await started(bench);
  await bench.clock.advance(minuteMs);
  t.same(states(bench), ['sent']);
  t.same(bench.deliveries.notes(), []);
});

t.test('what waits for the end of quiet hours goes out then', async (t) => {
  const bench = new AlertsBench();
  bench.notifiers = [ana];
  bench.dueMs = (nowMs) => nowMs + 60 * minuteMs;
  await started(bench);
  await bench.observe(true, 1);
  await bench.clock.advance(59 * minuteMs);
  t.same(states(bench), ['queued']);
  bench.die();
  await started(bench);
  await bench.clock.advance(minuteMs);
  t.same(states(bench), ['sent']);
});

t.test('a clock that is set back delays no try, running or restarted', async (t) => {
  for (const isRestarted of [false, true]) {
    const bench = await told('away', [ana]);
    await bench.clock.advance(10 * secondMs);
    bench.clock.stepWall(-300 * minuteMs);
    if (isRestarted) {
      bench.die();
      await started(bench);
    }
    bench.reception = () => 'accepts';
    await bench.clock.advance(isRestarted ? 67 * minuteMs : 40 * secondMs);
    t.same(states(bench), ['sent']);
  }
  const bench = new AlertsBench();
  bench.notifiers = [ana];
  bench.diesAt = (moment) => moment === 'after noteAlerts';
  await started(bench);
  await t.rejects(bench.observe(true, 1));
  bench.clock.stepWall(-300 * minuteMs);
  bench.diesAt = () => false;
  await started(bench);
  await bench.clock.advance(6 * secondMs);
  t.same(states(bench), ['sent'], 'what was to be sent at once is sent at once');
});

t.test('a store that fails after a message went out does not make it go out again', async (t) => {
  const bench = new AlertsBench();
  bench.notifiers = [ana];
  bench.storeFault = (name) => (name === 'endDelivery' ? 'undone' : undefined);
  await started(bench);
  await bench.observe(true, 1);
  await bench.clock.advance(minuteMs);
  t.same(states(bench), ['sending']);
  bench.storeFault = () => undefined;
  await bench.clock.advance(6 * secondMs);
  t.same(states(bench), ['sent']);
  t.equal(bench.accepted.length, 1);
});

t.test('a try that could not be written down is none', async (t) => {
  for (const fault of ['done', 'undone'] as const) {
    const bench = new AlertsBench();
    bench.notifiers = [ana];
    bench.storeFault = (name) => (name === 'beginDelivery' ? fault : undefined);
    await started(bench);
    await bench.observe(true, 1);
    await bench.clock.advance(12 * secondMs);
    t.equal(bench.accepted.length, 0);
    bench.storeFault = () => undefined;
    await bench.clock.advance(6 * secondMs);
    t.match(bench.messages(), [{ state: 'sent', unclear: 0 }], fault);
    t.equal(bench.accepted.length, 1);
  }
});
