import fc from 'fast-check';
import t from 'tap';
import {
  addDays,
  frenchDateAt,
  frenchInstantMs,
  isTempoDay,
  tempoDayAt,
  tempoDayInterval,
  tempoSeasonOf,
  weekdayOf,
} from '../../gateway/core/tempo-day.ts';

const hourMs = 3_600_000;

t.test('a night belongs to the day that began at 06:00 before it', (t) => {
  for (const [at, day] of [
    ['2025-01-10T02:00:00+01:00', '2025-01-09'],
    ['2025-01-10T05:59:59+01:00', '2025-01-09'],
    ['2025-01-10T06:00:00+01:00', '2025-01-10'],
    ['2025-01-10T22:00:00+01:00', '2025-01-10'],
    ['2025-01-11T05:59:00+01:00', '2025-01-10'],
    ['2025-03-30T00:30:00Z', '2025-03-29'],
    ['2025-03-30T03:59:59Z', '2025-03-29'],
    ['2025-03-30T04:00:00Z', '2025-03-30'],
    ['2025-10-26T04:59:59Z', '2025-10-25'],
    ['2025-10-26T05:00:00Z', '2025-10-26'],
  ] as const) {
    t.equal(tempoDayAt(Date.parse(at)), day, at);
  }
  t.equal(frenchDateAt(Date.parse('2025-01-10T02:00:00+01:00')), '2025-01-10');
  t.end();
});

t.test('a day has 23 hours in March and 25 in October', (t) => {
  const hours = (day: string): number => {
    const { startMs, endMs } = tempoDayInterval(day);
    return (endMs - startMs) / hourMs;
  };
  t.equal(hours('2025-03-29'), 23);
  t.equal(hours('2025-03-30'), 24);
  t.equal(hours('2025-10-25'), 25);
  t.equal(frenchInstantMs('2025-07-01', 11, 5), Date.parse('2025-07-01T09:05:00Z'));
  t.equal(frenchInstantMs('2025-10-26', 0), Date.parse('2025-10-26T00:00:00+02:00'));
  t.equal(frenchInstantMs('2025-03-30', 0), Date.parse('2025-03-30T00:00:00+01:00'));
  t.end();
});

t.test('each instant is in the day that it is said to be in', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2014, 8), max: Date.UTC(2060, 0) }), (atMs) => {
      const day = tempoDayAt(atMs);
      const { startMs, endMs } = tempoDayInterval(day);
      return startMs <= atMs && atMs < endMs && tempoDayInterval(addDays(day, 1)).startMs === endMs;
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('a season begins on 1 September, and has 366 days with a 29 February', (t) => {
  t.same(tempoSeasonOf('2025-08-31'), {
    label: '2024-2025',
    firstDay: '2024-09-01',
    lastDay: '2025-08-31',
    days: 365,
  });
  t.match(tempoSeasonOf('2025-09-01'), { label: '2025-2026' });
  t.match(tempoSeasonOf('2024-02-29'), { label: '2023-2024', days: 366 });
  t.end();
});

t.test('days are told from other texts', (t) => {
  t.ok(isTempoDay('2024-02-29'));
  for (const text of ['2025-02-29', '2025-13-01', '2025-11-14-fallback', '', '2025-1-1', '0000-00-00'])
    t.notOk(isTempoDay(text), text);
  for (const text of ['0000-01-01', '0999-12-31', '1969-12-31', '9999-01-01', '9999-12-31'])
    t.notOk(isTempoDay(text), text);
  for (const text of ['1970-01-01', '9998-12-31'])
    t.ok(isTempoDay(text) && tempoSeasonOf(text).days > 364 && isTempoDay(addDays('9998-12-30', 1)), text);
  t.equal(weekdayOf('2026-11-22'), 0);
  t.end();
});
