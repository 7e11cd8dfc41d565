import fc from 'fast-check';
import t from 'tap';
import { isZone, localDay, zoneOffsetMinutes } from '../../gateway/core/calendar.ts';

const hourMs = 3_600_000;
const zones = [
  'UTC',
  'Europe/Paris',
  'America/Santiago',
  'America/Havana',
  'America/St_Johns',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
];

const days: readonly [title: string, zone: string, noon: string, start: string, hours: number][] = [
  ['an ordinary day', 'Europe/Paris', '2026-01-15T11:00Z', '2026-01-14T23:00Z', 24],
  ['the short day of spring', 'Europe/Paris', '2026-03-29T10:00Z', '2026-03-28T23:00Z', 23],
  ['the long day of autumn', 'Europe/Paris', '2026-10-25T11:00Z', '2026-10-24T22:00Z', 25],
  ['a day off the full hour', 'Asia/Kathmandu', '2026-05-05T06:00Z', '2026-05-04T18:15Z', 24],
  ['a day without midnight', 'America/Santiago', '2026-09-06T15:00Z', '2026-09-06T04:00Z', 23],
  ['a day with 23:00 twice', 'America/Santiago', '2026-04-04T15:00Z', '2026-04-04T03:00Z', 25],
  ['a day without midnight', 'Africa/Cairo', '2026-04-24T10:00Z', '2026-04-23T22:00Z', 23],
  ['a day with 23:00 twice', 'Africa/Cairo', '2026-10-29T10:00Z', '2026-10-28T21:00Z', 25],
  ['a day without midnight', 'Asia/Beirut', '2026-03-29T10:00Z', '2026-03-28T22:00Z', 23],
  ['a day with 23:00 twice', 'Asia/Beirut', '2026-10-24T10:00Z', '2026-10-23T21:00Z', 25],
  ['a day with midnight twice', 'America/Havana', '2026-11-01T17:00Z', '2026-11-01T04:00Z', 25],
  ['a change of half an hour', 'Australia/Lord_Howe', '2026-10-04T01:00Z', '2026-10-03T13:30Z', 23.5],
  ['the day before one that never was', 'Pacific/Apia', '2011-12-29T22:00Z', '2011-12-29T10:00Z', 24],
];

for (const [title, zone, noon, start, hours] of days) {
  t.test(`${title} in ${zone} starts and ends where its date does`, (t) => {
    const day = localDay(zone, Date.parse(noon));
    t.equal(new Date(day.startMs).toISOString(), new Date(start).toISOString());
    t.equal((day.endMs - day.startMs) / hourMs, hours);
    t.end();
  });
}

t.test('days tile the line and hold the instant they were asked for', (t) => {
  const instant = fc.integer({ min: 0, max: Date.UTC(2050, 0, 1) });
  fc.assert(
    fc.property(fc.constantFrom(...zones), instant, (zone, atMs) => {
      const day = localDay(zone, atMs);
      return (
        day.startMs <= atMs &&
        atMs < day.endMs &&
        localDay(zone, day.endMs).startMs === day.endMs &&
        localDay(zone, day.startMs - 1).endMs === day.startMs &&
        localDay(zone, day.startMs).endMs === day.endMs
      );
    }),
    { numRuns: 1_000 },
  );
  t.pass('for every zone and instant drawn');
  t.end();
});

t.test('every hour of two years lies in a day of 23 to 25 hours, whatever the order of asking', (t) => {
  const fromMs = Date.UTC(2025, 0, 1);
  for (const zone of zones) {
    const forward: number[] = [];
    const backward: number[] = [];
    for (let hour = 0; hour < 2 * 8_760; hour += 1)
      forward.push(localDay(zone, fromMs + hour * hourMs).startMs);
    for (let hour = 2 * 8_760 - 1; hour >= 0; hour -= 1) {
      const day = localDay(zone, fromMs + hour * hourMs);
      const hours = (day.endMs - day.startMs) / hourMs;
      if (hours < 23 || hours > 25)
        t.fail(`${zone}: ${hours} hours from ${new Date(day.startMs).toISOString()}`);
      backward.unshift(day.startMs);
    }
    t.strictSame(forward, backward, zone);
  }
  t.end();
});

t.test('the offset is minutes ahead of UTC', (t) => {
  t.equal(zoneOffsetMinutes('Europe/Paris', Date.UTC(2026, 6, 1)), 120);
  t.equal(zoneOffsetMinutes('Asia/Kathmandu', Date.UTC(2026, 6, 1)), 345);
  t.equal(zoneOffsetMinutes('America/St_Johns', Date.UTC(2026, 0, 1)), -210);
  t.end();
});

t.test('what is remembered of an offset ends when the clock is set, at whatever minute', (t) => {
  const setMs = Date.UTC(2011, 2, 31, 22, 1);
  for (const round of ['first', 'again']) {
    for (const [beforeMs, offset] of [
      [60_000, 120],
      [1, 120],
      [0, 180],
      [-59_999, 180],
    ] as const)
      t.equal(zoneOffsetMinutes('Asia/Gaza', setMs - beforeMs), offset, `${beforeMs} ms before, ${round}`);
  }
  t.end();
});

t.test('a zone that this machine does not know is an error that says so', (t) => {
  t.equal(isZone('Europe/Paris'), true);
  t.equal(isZone('Europe/Pariss'), false);
  t.throws(() => localDay('Mars/Olympus', 0), { code: 'config_invalid', message: /Mars\/Olympus/ });
  t.throws(() => localDay('UTC', NaN), { name: 'AssertionError' });
  t.end();
});
