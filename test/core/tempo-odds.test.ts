import fc from 'fast-check';
import t from 'tap';
import { addDays, tempoSeasonOf, weekdayOf } from '../../gateway/core/tempo-day.ts';
import { likelyColours, seasonOdds, type TempoOdds } from '../../gateway/core/tempo-odds.ts';
import {
  mayBeRed,
  seasonDaysOf,
  tempoColours,
  whyNotColour,
  type TempoColour,
} from '../../gateway/core/tempo-rules.ts';
import '../property-seed.ts';

const nothingKnown = new Map<string, TempoColour>();

function tempoOdds(day: string, known: ReadonlyMap<string, TempoColour>): TempoOdds {
  return seasonOdds(day, known)(day);
}

function daysOf(inSeason: string): readonly string[] {
  const { firstDay, days } = tempoSeasonOf(inSeason);
  return Array.from({ length: days }, (_, index) => addDays(firstDay, index));
}

/** A season by the rules: red and white days where the numbers say, as far as they may be there. */
function seasonBy(inSeason: string, numbers: readonly number[]): Map<string, TempoColour> {
  const left = { ...seasonDaysOf(inSeason) };
  const rank = new Map(daysOf(inSeason).map((day, index) => [day, numbers[index % numbers.length] ?? 0]));
  const shuffled = [...rank.keys()].toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
  const season = new Map<string, TempoColour>();
  for (const day of shuffled.filter(mayBeRed).slice(0, left.red)) season.set(day, 'red');
  const whites = shuffled.filter((day) => weekdayOf(day) !== 0 && !season.has(day));
  for (const day of whites.slice(0, left.white)) season.set(day, 'white');
  for (const day of shuffled) if (!season.has(day)) season.set(day, 'blue');
  return season;
}

const seasons = fc.constantFrom('2023-09-01', '2024-12-01', '2025-01-10', '2026-11-22');
const ranks = fc.array(fc.integer(), { minLength: 366, maxLength: 366 });
const share = fc.integer({ min: 0, max: 100 });

t.test('odds add up to one, and what came is never impossible', (t) => {
  fc.assert(
    fc.property(seasons, ranks, share, fc.array(share, { minLength: 40 }), (start, numbers, part, hidden) => {
      const whole = seasonBy(start, numbers);
      const days = daysOf(start);
      const known = new Map(
        [...whole].filter(([day]) => (hidden[days.indexOf(day) % hidden.length] ?? 0) < part),
      );
      const oddsOf = seasonOdds(start, known);
      let red = 0;
      for (const day of days) {
        const odds = oddsOf(day);
        const came = whole.get(day) ?? 'blue';
        const total = odds.blue + odds.white + odds.red;
        if (Math.abs(total - 1) > 1e-9 || odds[came] <= 0 || odds.blue < 0) return false;
        if (!mayBeRed(day) && odds.red !== 0) return false;
        if (tempoColours.some((colour) => odds[colour] === 1 && colour !== came)) return false;
        red += odds.red;
      }
      return Math.abs(red - 22) < 1e-6;
    }),
    { numRuns: 40 },
  );
  t.end();
});

t.test('days are certainly red when all that are left must be', (t) => {
  const season = new Map<string, TempoColour>();
  for (const day of daysOf('2025-09-01')) if (day < '2026-03-09') season.set(day, 'blue');
  const ends = daysOf('2025-09-01').filter((day) => day >= '2026-03-09' && mayBeRed(day));
  t.equal(ends.length, 17, 'working days of a March');
  const before = [...season.keys()].filter(mayBeRed);
  for (const day of before.slice(0, 5)) season.set(day, 'red');
  for (const day of ends) t.same(tempoOdds(day, season), { blue: 0, white: 0, red: 1 }, day);
  for (const day of before.slice(5, 6)) season.set(day, 'red');
  t.equal(tempoOdds('2026-03-09', season).red, 16 / 17);
  t.same(likelyColours(tempoOdds('2026-03-14', season)), ['blue', 'white'], 'a Saturday');
  for (const day of before.slice(0, 22)) season.set(day, 'red');
  t.equal(tempoOdds('2026-03-09', season).red, 0, 'all are past');
  for (const day of before.slice(0, 23)) season.set(day, 'red');
  t.equal(tempoOdds('2026-03-09', season).red, 0, 'one too many changes nothing');
  t.end();
});

t.test('a known day is what it is, and a Sunday is blue', (t) => {
  t.same(tempoOdds('2026-01-12', new Map([['2026-01-12', 'white']])), { blue: 0, white: 1, red: 0 });
  t.same(tempoOdds('2026-01-11', nothingKnown), { blue: 1, white: 0, red: 0 });
  t.equal(tempoOdds('2026-07-14', nothingKnown).red, 0);
  t.equal(tempoOdds('2024-02-29', nothingKnown).red, 22 / daysOf('2024-02-29').filter(mayBeRed).length);
  t.end();
});

t.test('no more than five days in a row can be red', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000 }), (offset) => {
      const first = addDays('2016-09-01', offset);
      const run = Array.from({ length: 6 }, (_, index) => addDays(first, index));
      return run.some((day) => whyNotColour(day, 'red', nothingKnown) !== undefined);
    }),
  );
  t.end();
});
