import fc from 'fast-check';
import t from 'tap';
import { monthsOf, weekdayOf } from '../../../../gateway/faces/web/page/tempo-months.ts';
import {
  dayHash,
  daysOf,
  monthHash,
  seasonBeside,
  seasonHash,
  seasonOf,
  tempoWishOf,
} from '../../../../gateway/faces/web/page/tempo-wish.ts';
import '../../../property-seed.ts';

t.test('an address names a day, a month or a season, and nonsense is left out', (t) => {
  const none = { day: undefined, month: undefined, season: undefined };
  for (const [hash, wish] of [
    ['', none],
    ['#/tempo?day=2024-02-29', { ...none, day: '2024-02-29', month: '2024-02' }],
    ['#/tempo?month=2026-01', { ...none, month: '2026-01' }],
    ['#/tempo?season=2025-2026', { ...none, season: '2025-2026' }],
    ['#/tempo?day=2023-02-29', none],
    ['#/tempo?day=9999-01-01', none],
    ['#/tempo?month=2026-13', none],
    ['#/tempo?season=2025-2027', none],
    ['#/tempo?season=<script>', none],
  ] as const)
    t.same(tempoWishOf(hash), wish, hash);
  for (const hash of [dayHash('2026-01-31'), monthHash('2026-01'), seasonHash('2025-2026')])
    t.notSame(tempoWishOf(hash), none, hash);
  t.end();
});

t.test('a season is from September to August, and a month has all its days', (t) => {
  t.equal(seasonOf('2026-08-31'), '2025-2026');
  t.equal(seasonOf('2026-09-01'), '2026-2027');
  t.equal(seasonBeside('2025-2026', -1), '2024-2025');
  const today = '2026-11-22';
  t.same(daysOf(tempoWishOf(''), today), { first: '2026-11-01', last: '2026-11-30' });
  t.same(daysOf(tempoWishOf('#/tempo?month=2024-02'), today), { first: '2024-02-01', last: '2024-02-29' });
  t.same(daysOf(tempoWishOf('#/tempo?season=2025-2026'), today), {
    first: '2025-09-01',
    last: '2026-08-31',
  });
  t.end();
});

t.test('every day of the calendar stands once, in its month, under its weekday', (t) => {
  const dayMs = 86_400_000;
  const start = fc.integer({ min: Date.UTC(1996, 0, 1) / dayMs, max: Date.UTC(2090, 0, 1) / dayMs });
  fc.assert(
    fc.property(start, fc.integer({ min: 0, max: 400 }), (first, count) => {
      const days = Array.from({ length: count }, (_, index) => ({
        day: new Date((first + index) * dayMs).toISOString().slice(0, 10),
        ...{ colour: null, state: null, provider: null, heardMs: null, redProbability: 0, corrections: [] },
      }));
      const months = monthsOf(days);
      const drawn = months.flatMap(({ month, weeks }) =>
        weeks.flatMap((week) =>
          week.flatMap((cell, index) => {
            if (cell === undefined) return [];
            return cell.day.startsWith(month) && weekdayOf(cell.day) === index ? [cell.day] : ['wrong'];
          }),
        ),
      );
      return JSON.stringify(drawn) === JSON.stringify(days.map(({ day }) => day));
    }),
  );
  t.equal(weekdayOf('2026-11-23'), 0, 'a Monday');
  t.end();
});
