import t from 'tap';
import {
  dayAfter,
  frenchIso,
  frenchOffsetHours,
  frenchTimeMs,
  seasonYear,
  simulatedSeason,
} from '../../../modbus-sim/services/tempo-season.ts';

t.test('each season has 22 red and 43 white days, where the tariff allows them', (t) => {
  for (const [year, blue] of [
    [2023, 301],
    [2024, 300],
    [2025, 300],
  ] as const) {
    const season = [...simulatedSeason(9, year)];
    const of = (colour: string): string[] => season.filter(([, is]) => is === colour).map(([day]) => day);
    const weekday = (day: string): number => new Date(day).getUTCDay();
    t.equal(of('RED').length, 22);
    t.equal(of('WHITE').length, 43);
    t.equal(of('BLUE').length, blue);
    t.notOk(of('RED').some((day) => [0, 6].includes(weekday(day)) || /-(0[4-9]|10)-/.test(day)));
    t.notOk(of('WHITE').some((day) => weekday(day) === 0));
  }
  t.same([...simulatedSeason(9, 2025)], [...simulatedSeason(9, 2025)], 'the same seed, the same season');
  t.notSame([...simulatedSeason(9, 2025)], [...simulatedSeason(10, 2025)]);
  t.end();
});

t.test('the clocks of France are set in March and October', (t) => {
  t.equal(frenchOffsetHours(Date.parse('2026-03-29T00:59:59Z')), 1);
  t.equal(frenchOffsetHours(Date.parse('2026-03-29T01:00:00Z')), 2);
  t.equal(frenchOffsetHours(Date.parse('2026-10-25T00:59:59Z')), 2);
  t.equal(frenchOffsetHours(Date.parse('2026-10-25T01:00:00Z')), 1);
  t.equal(frenchIso(frenchTimeMs('2026-10-25', 0)), '2026-10-25T00:00:00+02:00');
  t.equal(frenchIso(frenchTimeMs('2026-10-25', 6)), '2026-10-25T06:00:00+01:00');
  t.equal(dayAfter('2026-02-28'), '2026-03-01');
  t.equal(seasonYear('2026-08-31'), 2025);
  t.end();
});
