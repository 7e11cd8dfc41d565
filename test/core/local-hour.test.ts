import t from 'tap';
import { localDay } from '../../gateway/core/calendar.ts';
import { localHour, localIso } from '../../gateway/core/local-hour.ts';

const minuteMs = 60_000;

/** Every hour of the day that holds the instant: how it begins by the clock, and its length in minutes. */
function hoursOf(zone: string, atMs: number): [string, number][] {
  const day = localDay(zone, atMs);
  const hours: [string, number][] = [];
  for (let hourMs = day.startMs; hourMs < day.endMs;) {
    const { startMs, endMs } = localHour(zone, hourMs);
    hours.push([localIso(zone, startMs), (endMs - startMs) / minuteMs]);
    hourMs = endMs;
  }
  return hours;
}

const days = [
  { zone: 'UTC', at: '2026-10-25T12:00Z', count: 24 },
  { zone: 'Europe/Paris', at: '2026-10-25T12:00Z', count: 25 },
  { zone: 'Europe/Paris', at: '2026-03-29T12:00Z', count: 23 },
  { zone: 'Australia/Lord_Howe', at: '2026-04-05T03:00Z', count: 25 },
  { zone: 'Australia/Lord_Howe', at: '2026-10-04T03:00Z', count: 24 },
  { zone: 'Asia/Kathmandu', at: '2026-10-25T12:00Z', count: 24 },
  { zone: 'America/St_Johns', at: '2026-11-01T15:00Z', count: 25 },
  { zone: 'America/Santiago', at: '2026-09-06T15:00Z', count: 23 },
  // Set from 03:45 to 02:45: two hours are cut.
  { zone: 'Pacific/Chatham', at: '2026-04-05T03:00Z', count: 26 },
];

for (const { zone, at, count } of days) {
  t.test(`the hours of a day in ${zone} tile it (${at})`, (t) => {
    const hours = hoursOf(zone, Date.parse(at));
    t.equal(hours.length, count);
    t.equal(new Set(hours.map(([start]) => start)).size, count, 'no two have the same name');
    const day = localDay(zone, Date.parse(at));
    t.equal(hours.reduce((sum, [, minutes]) => sum + minutes, 0) * minuteMs, day.endMs - day.startMs);
    for (let atMs = day.startMs; atMs < day.endMs; atMs += 15 * minuteMs) {
      const { startMs, endMs } = localHour(zone, atMs);
      t.ok(startMs <= atMs && atMs < endMs && startMs >= day.startMs && endMs <= day.endMs);
    }
    t.end();
  });
}

t.test('the hour that comes twice is told apart by its distance from UTC', (t) => {
  t.same(hoursOf('Europe/Paris', Date.parse('2026-10-25T12:00Z')).slice(1, 5), [
    ['2026-10-25T01:00:00+02:00', 60],
    ['2026-10-25T02:00:00+02:00', 60],
    ['2026-10-25T02:00:00+01:00', 60],
    ['2026-10-25T03:00:00+01:00', 60],
  ]);
  t.end();
});

t.test('where the clock is set by half an hour, one hour is half as long', (t) => {
  t.same(hoursOf('Australia/Lord_Howe', Date.parse('2026-04-05T03:00Z')).slice(1, 4), [
    ['2026-04-05T01:00:00+11:00', 60],
    ['2026-04-05T01:30:00+10:30', 30],
    ['2026-04-05T02:00:00+10:30', 60],
  ]);
  t.same(hoursOf('Australia/Lord_Howe', Date.parse('2026-10-04T03:00Z')).slice(1, 4), [
    ['2026-10-04T01:00:00+10:30', 60],
    ['2026-10-04T02:30:00+11:00', 30],
    ['2026-10-04T03:00:00+11:00', 60],
  ]);
  t.end();
});

t.test('hours of zones off the full hour begin when their clock shows it', (t) => {
  const hour = localHour('Asia/Kathmandu', Date.parse('2026-10-25T12:00Z'));
  t.equal(new Date(hour.startMs).toISOString(), '2026-10-25T11:15:00.000Z');
  t.equal(localIso('Asia/Kathmandu', hour.startMs), '2026-10-25T17:00:00+05:45');
  t.equal(localIso('America/St_Johns', Date.parse('2026-01-01T00:00Z')), '2025-12-31T20:30:00-03:30');
  t.end();
});
