import t from 'tap';
import { addDays } from '../../gateway/core/tempo-day.ts';
import {
  possibleColours,
  tempoColourCode,
  tempoDaysLeft,
  whyNotColour,
  type TempoColour,
} from '../../gateway/core/tempo-rules.ts';

const nothingKnown = new Map<string, TempoColour>();

t.test('a red day is from November to March, on a working day', (t) => {
  for (const [day, isPossible] of [
    ['2025-10-31', false],
    ['2025-11-03', true],
    ['2026-03-31', true],
    ['2026-04-01', false],
    ['2026-01-10', false],
    ['2026-01-11', false],
    ['2026-01-12', true],
    ['2025-11-11', false],
    ['2025-12-25', false],
    ['2026-01-01', false],
    ['2027-03-29', false],
    ['2024-04-01', false],
    ['2016-03-28', false],
    ['2016-03-29', true],
  ] as const) {
    t.equal(whyNotColour(day, 'red', nothingKnown) === undefined, isPossible, day);
  }
  t.end();
});

t.test('a Sunday is blue, a Saturday blue or white, a day of summer not red', (t) => {
  t.same(possibleColours('2026-01-11', nothingKnown), ['blue']);
  t.same(possibleColours('2026-01-10', nothingKnown), ['blue', 'white']);
  t.same(possibleColours('2026-06-10', nothingKnown), ['blue', 'white']);
  t.same(possibleColours('2026-01-12', nothingKnown), ['blue', 'white', 'red']);
  t.end();
});

function season(colours: Readonly<Record<string, TempoColour>>, firstDay: string, lastDay: string) {
  const known = new Map<string, TempoColour>();
  for (let day = firstDay; day <= lastDay; day = addDays(day, 1)) known.set(day, colours[day] ?? 'blue');
  return known;
}

t.test('the 23rd red day and the 44th white one of a season cannot be', (t) => {
  const reds = season({}, '2025-09-01', '2025-11-02');
  for (let day = '2025-12-01'; day <= '2025-12-22'; day = addDays(day, 1)) reds.set(day, 'red');
  t.match(whyNotColour('2026-01-12', 'red', reds), /22 red/);
  t.equal(whyNotColour('2025-12-22', 'red', reds), undefined, 'the 22nd can be');
  t.equal(whyNotColour('2025-11-28', 'red', reds), undefined, 'days after it do not count');
  t.equal(whyNotColour('2026-11-09', 'red', reds), undefined, 'the next season has its own');
  const whites = new Map<string, TempoColour>();
  for (let day = '2025-10-01'; whites.size < 43; day = addDays(day, 1)) whites.set(day, 'white');
  t.match(whyNotColour('2026-01-12', 'white', whites), /43 white/);
  t.same(possibleColours('2026-01-12', whites), ['blue', 'red']);
  t.end();
});

t.test('days that are left are told only when all days before are known', (t) => {
  const known = season(
    { '2025-11-24': 'red', '2025-11-20': 'white', '2025-11-21': 'white' },
    '2025-09-01',
    '2025-11-25',
  );
  t.same(tempoDaysLeft('2025-11-25', known), { blue: 300 - 83, white: 41, red: 21 });
  known.delete('2025-10-05');
  t.ok(tempoDaysLeft('2025-11-25', known), 'a Sunday is blue, known or not');
  known.delete('2025-10-06');
  t.equal(tempoDaysLeft('2025-11-25', known), undefined);
  t.same(tempoDaysLeft('2023-09-01', new Map([['2023-09-01', 'blue']])), { blue: 300, white: 43, red: 22 });
  t.end();
});

t.test('colours have the numbers of couleur-tempo', (t) => {
  t.same((['blue', 'white', 'red'] as const).map(tempoColourCode), [1, 2, 3]);
  t.end();
});
