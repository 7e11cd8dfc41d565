import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { seededRandom, type Random } from '../../../gateway/core/random.ts';
import { askedWaitMs, reasonToGiveUp, verdictOn } from '../../../gateway/features/alerts/delivery-rules.ts';
import type { StoredDelivery } from '../../../gateway/storage/alert-calls.ts';

const delivery: StoredDelivery = {
  ...{
    id: 1,
    alert: 1,
    notifier: 'mail',
    recipient: 'ana',
    dueMs: 0,
    state: 'sending',
    tries: 1,
    unclear: 0,
  },
  ...{ begunMs: 0, endedMs: null, reason: null, receipt: null },
};
const shy = { kind: 'alert', isRepeatSafe: false } as const;
const safe = { kind: 'alert', isRepeatSafe: true } as const;
const middle: Random = { next: () => 0.5, integer: () => 0 };
const unclear = new GatewayError('connection_closed', 'it hung up', { facts: { isUnclear: true } });
const away = new GatewayError('connection_refused', 'nobody is there');

t.test('what follows of each kind of error', (t) => {
  const rows: readonly (readonly [why: string, error: unknown, expected: object])[] = [
    ['it cannot be reached', away, { state: 'queued', isUnclear: false, waitMs: 30_000 }],
    ['nobody said whether it went out', unclear, { state: 'queued', isUnclear: true, waitMs: 30_000 }],
    [
      'it refuses',
      new GatewayError('notifier_refused', 'no credit', { hint: 'pay' }),
      { state: 'failed', isUnclear: false, waitMs: 0, reason: 'no credit (pay)' },
    ],
    [
      'it wants to be left alone',
      new GatewayError('rate_limited', 'later', { facts: { retryAfterSeconds: 1.2 } }),
      { state: 'queued', waitMs: 1_200 },
    ],
    ['for it does not know how long', new GatewayError('rate_limited', 'later'), { waitMs: 30_000 }],
    ['a fault of the program', new TypeError('oops'), { state: 'queued', isUnclear: true, reason: 'oops' }],
  ];
  for (const [why, error, expected] of rows) t.match(verdictOn(error, delivery, shy, middle), expected, why);
  t.end();
});

t.test('waits grow to an hour, a tenth sooner or later, and end after a day', (t) => {
  const random = seededRandom(1);
  let allMs = 0;
  for (let tries = 1; tries <= 30; tries += 1) {
    const { state, waitMs } = verdictOn(away, { ...delivery, tries }, shy, middle);
    t.equal(state, 'queued', `${tries} tries`);
    const chance = verdictOn(away, { ...delivery, tries }, shy, random).waitMs;
    t.ok(chance >= 0.9 * waitMs && chance <= 1.1 * waitMs);
    allMs += waitMs;
  }
  t.ok(allMs > 24 * 3_600_000 && allMs < 25 * 3_600_000, `${allMs / 3_600_000} h`);
  t.match(verdictOn(away, { ...delivery, tries: 31 }, safe, middle), { state: 'failed', reason: /31 times/ });
  t.end();
});

t.test('who wants to be left alone for a moment, again and again, is tried for a day all the same', (t) => {
  for (const retryAfterSeconds of [0, 1]) {
    const busy = new GatewayError('rate_limited', 'a moment', { facts: { retryAfterSeconds } });
    let allMs = 0;
    for (let tries = 1; tries <= 30; tries += 1)
      allMs += verdictOn(busy, { ...delivery, tries }, shy, middle).waitMs;
    t.ok(allMs > 24 * 3_600_000, `${allMs} ms`);
  }
  const long = new GatewayError('rate_limited', 'later', { facts: { retryAfterSeconds: 7_200 } });
  t.equal(verdictOn(long, { ...delivery, tries: 20 }, shy, middle).waitMs, 7_200_000);
  t.end();
});

t.test('what may have gone out twice is given up, where it would be seen twice', (t) => {
  const twice = { ...delivery, tries: 2, unclear: 1 };
  t.match(verdictOn(unclear, twice, shy, middle), {
    state: 'failed',
    isUnclear: true,
    reason: /2 times.*hung up/,
  });
  t.match(verdictOn(away, twice, shy, middle), { state: 'queued' });
  t.match(verdictOn(unclear, twice, safe, middle), { state: 'queued' });
  t.match(reasonToGiveUp({ tries: 2, unclear: 2, reason: null }, shy), /could be once too often$/);
  t.equal(reasonToGiveUp({ tries: 9, unclear: 9, reason: null }, safe), undefined);
  t.match(reasonToGiveUp({ tries: 10, unclear: 10, reason: null }, safe), /gone out 10 times/);
  t.end();
});

t.test('a test has one try', (t) => {
  const test = { kind: 'test', isRepeatSafe: true } as const;
  t.equal(reasonToGiveUp({ tries: 0, unclear: 0, reason: null }, test), undefined);
  t.match(reasonToGiveUp({ tries: 1, unclear: 1, reason: null }, test), /was stopped/);
  t.match(verdictOn(away, delivery, test, middle), { state: 'failed', reason: 'nobody is there' });
  t.end();
});

t.test('a server may ask to be left alone for a day, and for nonsense not at all', (t) => {
  const asked = (retryAfterSeconds: number | string): number | undefined =>
    askedWaitMs(new GatewayError('rate_limited', 'later', { facts: { retryAfterSeconds } }));
  t.equal(asked(0), 0);
  t.equal(asked(1e9), 86_400_000);
  for (const nonsense of [-1, Number.NaN, '12']) t.equal(asked(nonsense), undefined);
  t.equal(
    askedWaitMs(new GatewayError('notifier_unavailable', 'x', { facts: { retryAfterSeconds: 5 } })),
    undefined,
  );
  t.equal(askedWaitMs(new TypeError('x')), undefined);
  t.end();
});
