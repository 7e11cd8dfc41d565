import t from 'tap';
import { AlertsBench, hook, mail, type Reception } from './alerts-bench.ts';

const calm = new AbortController().signal;

async function started(reception: Reception): Promise<AlertsBench> {
  const bench = new AlertsBench();
  bench.reception = (_notifier, recipient) => (recipient === 'bob' ? 'accepts' : reception);
  bench.start();
  await bench.clock.advance(1_000);
  return bench;
}

t.test('a test goes the way of any message, and is answered when it is over', async (t) => {
  const bench = await started('accepts');
  const answer = await bench.ask(bench.deliveries.test('mail', ['ana', 'bob'], calm));
  t.same(answer.map(({ state, recipient }) => `${recipient} ${state}`).sort(), ['ana sent', 'bob sent']);
  t.match(bench.told(), [{ rule: 'test', subject: 'mail', kind: 'test', severity: 'info' }]);
  t.ok(bench.clock.monotonic() < 2_000);
});

for (const reception of ['refuses', 'away', 'hangs', 'deaf', 'taken', 'throttles'] as const) {
  t.test(`a test that fails is told, and not tried again: the other side ${reception}`, async (t) => {
    const bench = await started(reception);
    const answer = await bench.ask(bench.deliveries.test('mail', ['ana'], calm));
    t.match(answer, [{ state: 'failed', tries: 1, reason: /./ }]);
    await bench.clock.advance(3_600_000);
    t.match(bench.messages(), [{ state: 'failed', tries: 1 }]);
  });
}

t.test('a test that takes too long is answered as it stands', async (t) => {
  const bench = await started('hangs');
  bench.notifiers = [mail];
  await bench.observe(true, 1);
  const answer = await bench.ask(bench.deliveries.test('mail', ['ana', 'eve', 'kim'], calm));
  t.equal(answer.length, 3);
  t.ok(answer.some(({ state }) => state !== 'failed'));
  const gone = new AbortController();
  await bench.clock.advance(60_000);
  const asked = bench.deliveries.test('mail', ['ana'], gone.signal);
  await bench.clock.advance(100);
  gone.abort();
  t.match(await bench.ask(asked, 1_000), [{ state: /queued|sending/ }], 'nobody waits for it any more');
});

t.test('a test that was under way when the gateway died is not sent again', async (t) => {
  const bench = await started('accepts');
  bench.diesAt = (moment) => moment === 'after send';
  await t.rejects(bench.ask(bench.deliveries.test('mail', ['ana'], calm)), { code: 'stopping' });
  bench.diesAt = () => false;
  bench.start();
  await bench.clock.advance(10_000);
  t.match(bench.messages(), [{ state: 'failed', reason: 'the gateway was stopped while it was sent' }]);
  t.equal(bench.accepted.length, 1);
});

t.test('one notifier is not tested again and again, nor one that is not there', async (t) => {
  const bench = await started('accepts');
  await bench.ask(bench.deliveries.test('mail', ['ana'], calm));
  await t.rejects(bench.ask(bench.deliveries.test('mail', ['ana'], calm)), {
    code: 'rate_limited',
    facts: { retryAfterSeconds: 10 },
  });
  t.equal((await bench.ask(bench.deliveries.test('hook', [''], calm))).length, 1);
  await t.rejects(bench.ask(bench.deliveries.test('nobody', [''], calm)), { code: 'not_found' });
  bench.clock.stepWall(-600_000);
  await bench.clock.advance(10_000);
  t.match(await bench.ask(bench.deliveries.test('mail', ['ana'], calm)), [{ state: 'sent' }]);
});

t.test('what is left of what was paid for is asked of the notifier itself', async (t) => {
  const bench = await started('accepts');
  bench.notifiers = [hook];
  t.equal(bench.deliveries.hasBalance('mail'), true);
  t.equal(bench.deliveries.hasBalance('nobody'), false);
  t.same(await bench.ask(bench.deliveries.balance('mail', calm)), { amount: 1.5, currency: 'EUR' });
  await t.rejects(bench.ask(bench.deliveries.balance('nobody', calm)), { code: 'not_found' });
});
