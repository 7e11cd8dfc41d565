import fc from 'fast-check';
import t from 'tap';
import '../../../property-seed.ts';
import { localIso } from '../../../../gateway/core/local-hour.ts';
import { windowIntervals } from '../../../../gateway/features/jobs/plan/day-windows.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const days: readonly [title: string, zone: string, window: string, from: string, shown: string][] = [
  ['an ordinary day', 'Europe/Paris', '09:00-17:00', '2026-11-22T00:00Z', '08:00+480'],
  ['a window over midnight', 'Europe/Paris', '22:00-06:00', '2026-11-22T12:00Z', '21:00+480'],
  ['a night of spring', 'Europe/Paris', '22:00-06:00', '2026-03-28T12:00Z', '21:00+420'],
  ['a night of autumn', 'Europe/Paris', '22:00-06:00', '2026-10-24T12:00Z', '20:00+540'],
  ['an hour that is not there', 'Europe/Paris', '02:10-02:50', '2026-03-29T00:00Z', ''],
  ['an hour that is there twice', 'Europe/Paris', '02:10-02:50', '2026-10-25T00:00Z', '00:10+40 01:10+40'],
  [
    'a window that ends where the clock is set',
    'Europe/Paris',
    '01:00-02:30',
    '2026-03-29T00:00Z',
    '00:00+60 23:00+60',
  ],
  ['a change of half an hour', 'Australia/Lord_Howe', '01:00-03:00', '2026-10-03T12:00Z', '14:30+90'],
  ['a zone off the full hour', 'Asia/Kathmandu', '06:00-07:00', '2026-05-05T00:00Z', '00:15+60'],
  ['all day', 'Europe/Paris', '00:00-24:00', '2026-11-22T00:00Z', '00:00+1440'],
  ['a window as long as a day', 'Europe/Paris', '07:00-07:00', '2026-11-22T00:00Z', '00:00+1440'],
];

for (const [title, zone, window, from, shown] of days) {
  t.test(`${title} in ${zone}: ${window}`, (t) => {
    const startMs = Date.parse(from);
    const found = windowIntervals(windowOf(window), { startMs, endMs: startMs + 24 * hourMs }, zone);
    const text = found.map((each) => {
      const minutes = (each.endMs - each.startMs) / minuteMs;
      return `${new Date(each.startMs).toISOString().slice(11, 16)}+${minutes}`;
    });
    t.equal(text.join(' '), shown);
    t.end();
  });
}

t.test('an instant is in a window when the clock of the zone shows a time of it', (t) => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Paris',
    'America/Santiago',
    'Australia/Lord_Howe',
    'Asia/Beirut',
  );
  const minutes = fc.integer({ min: 0, max: 1_439 });
  fc.assert(
    fc.property(zones, minutes, minutes, fc.integer({ min: 0, max: 365 * 24 }), (zone, from, to, hour) => {
      const startMs = Date.parse('2026-01-01T00:00Z') + hour * hourMs;
      const range = { startMs, endMs: startMs + 30 * hourMs };
      const found = windowIntervals({ fromMinute: from, toMinute: to }, range, zone);
      for (let atMs = startMs; atMs < range.endMs; atMs += 17 * minuteMs) {
        const [hours, shown] = localIso(zone, atMs).slice(11, 16).split(':').map(Number);
        const minute = (hours ?? 0) * 60 + (shown ?? 0);
        const isShown = from < to ? from <= minute && minute < to : from <= minute || minute < to;
        if (found.some((each) => each.startMs <= atMs && atMs < each.endMs) !== isShown) return false;
      }
      return true;
    }),
    { numRuns: 80 },
  );
  t.end();
});

function windowOf(text: string): { fromMinute: number; toMinute: number } {
  const [fromMinute = 0, toMinute = 0] = text.split('-').map((clock) => {
    const [hours = 0, minutes = 0] = clock.split(':').map(Number);
    return hours * 60 + minutes;
  });
  return { fromMinute, toMinute };
}
