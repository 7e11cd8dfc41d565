import fc from 'fast-check';
import t from 'tap';
import { startOfDayMs } from '../../../../gateway/faces/web/page/site-day.ts';

const at = Date.parse;

t.test('a day starts at midnight of the site, in summer, in winter and when the clock is set', (t) => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['2026-01-15T12:00:00Z', 'Europe/Paris', '2026-01-14T23:00:00Z'],
    ['2026-07-15T22:00:00Z', 'Europe/Paris', '2026-07-15T22:00:00Z'],
    ['2026-07-15T21:59:59Z', 'Europe/Paris', '2026-07-14T22:00:00Z'],
    ['2026-03-29T20:00:00Z', 'Europe/Paris', '2026-03-28T23:00:00Z'],
    ['2026-10-25T20:00:00Z', 'Europe/Paris', '2026-10-24T22:00:00Z'],
    ['2026-05-01T00:00:00Z', 'Asia/Kolkata', '2026-04-30T18:30:00Z'],
    ['2026-05-01T03:00:00Z', 'America/New_York', '2026-04-30T04:00:00Z'],
  ];
  for (const [now, zone, start] of cases) {
    t.equal(
      new Date(startOfDayMs(at(now), zone)).toISOString(),
      new Date(start).toISOString(),
      `${zone} ${now}`,
    );
  }
  t.end();
});

t.test('where the clock skips midnight, the day starts right after', (t) => {
  // Santiago set its clocks from 24:00 to 01:00 on 6 September 2026.
  const start = startOfDayMs(at('2026-09-06T15:00:00Z'), 'America/Santiago');
  t.equal(new Date(start).toISOString(), '2026-09-06T04:00:00.000Z');
  t.end();
});

t.test('every instant of a day has the same start, which is not after it', (t) => {
  const zones = ['UTC', 'Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia'];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: at('2020-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
      (zone, nowMs) => {
        const startMs = startOfDayMs(nowMs, zone);
        const dayOf = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short' });
        return (
          startMs <= nowMs &&
          nowMs - startMs < 25.5 * 3_600_000 &&
          dayOf.format(startMs) === dayOf.format(nowMs) &&
          dayOf.format(startMs - 1) !== dayOf.format(nowMs)
        );
      },
    ),
  );
  t.end();
});
