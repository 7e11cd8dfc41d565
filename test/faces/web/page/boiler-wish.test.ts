import assert from 'node:assert';
import fc from 'fast-check';
import t from 'tap';
import {
  boilerRanges,
  dayBeside,
  dayOf,
  hashOf,
  spanOf,
  wishOf,
} from '../../../../gateway/faces/web/page/boiler-wish.ts';
import { hourMs, nowMs } from './known-boiler.ts';

t.test('an address says what is looked at, and nonsense in it is left out', (t) => {
  const usual = { hours: 4, day: undefined, isKiosk: false };
  for (const hash of [
    '',
    '#/boiler',
    '#/boiler?',
    '#/boiler?hours=0',
    '#/boiler?hours=73',
    '#/boiler?hours=1.5',
    '#/boiler?hours=ten',
    '#/boiler?hours=',
    '#/boiler?hours=-4',
    '#/boiler?day=2026-02-30',
    '#/boiler?day=26-01-31',
    '#/boiler?day=<img>',
    '#/boiler?day=%ZZ',
  ]) {
    t.same(wishOf(hash), usual, hash);
  }
  t.same(wishOf('#/boiler?hours=12'), { ...usual, hours: 12 });
  t.same(wishOf('#/boiler?day=2026-01-31'), { ...usual, day: '2026-01-31' });
  t.same(wishOf('#/boiler?kiosk'), { ...usual, isKiosk: true });
  t.same(wishOf('#/boiler?kiosk&hours=6'), { ...usual, hours: 6, isKiosk: true });
  t.same(
    wishOf('#/boiler?kiosk&day=2026-01-31'),
    { ...usual, isKiosk: true },
    'the wall goes on with the time',
  );
  t.end();
});

t.test('every address that is made leads to what it was made of', (t) => {
  const wishes = fc.oneof(
    fc.record({
      hours: fc.integer({ min: 1, max: 72 }),
      day: fc.constant(undefined),
      isKiosk: fc.boolean(),
    }),
    fc.record({
      hours: fc.constant(4),
      day: fc.integer({ min: 0, max: 40_000 }).map((days) => dayBeside('1990-01-01', days)),
      isKiosk: fc.constant(false),
    }),
  );
  fc.assert(
    fc.property(wishes, (wish) => {
      assert.deepEqual(wishOf(hashOf(wish)), wish);
    }),
  );
  t.same(
    boilerRanges.map(({ hours }) => wishOf(hashOf({ hours, day: undefined, isKiosk: false })).hours),
    [1, 4, 6, 12, 72],
  );
  t.end();
});

t.test('hours end with this minute, and days are those of the site, of 23 and 25 hours too', (t) => {
  const wish = { hours: 4, day: undefined, isKiosk: false };
  t.same(spanOf(wish, nowMs + 1, undefined), { fromMs: nowMs + 60_000 - 4 * hourMs, toMs: nowMs + 60_000 });
  const span = (day: string, zone: string): readonly string[] => {
    const { fromMs, toMs } = spanOf({ ...wish, day }, nowMs, zone);
    return [new Date(fromMs).toISOString(), `${(toMs - fromMs) / hourMs} h`];
  };
  t.same(span('2026-01-31', 'Europe/Paris'), ['2026-01-30T23:00:00.000Z', '24 h']);
  t.same(span('2026-03-29', 'Europe/Paris'), ['2026-03-28T23:00:00.000Z', '23 h']);
  t.same(span('2026-10-25', 'Europe/Paris'), ['2026-10-24T22:00:00.000Z', '25 h']);
  t.same(span('2026-01-31', 'Pacific/Kiritimati'), ['2026-01-30T10:00:00.000Z', '24 h']);
  t.same(span('2026-01-31', 'Pacific/Midway'), ['2026-01-31T11:00:00.000Z', '24 h']);
  t.equal(dayOf(Date.parse('2026-01-30T23:30:00Z'), 'Europe/Paris'), '2026-01-31');
  t.equal(dayBeside('2026-03-01', -1), '2026-02-28');
  t.equal(dayBeside('2025-12-31', 1), '2026-01-01');
  t.end();
});
