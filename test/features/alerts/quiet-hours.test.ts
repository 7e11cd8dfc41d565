import fc from 'fast-check';
import t from 'tap';
import { quietEndMs, quietStartMs, type QuietHours } from '../../../gateway/features/alerts/quiet-hours.ts';

const night: QuietHours = { fromMinute: 22 * 60, toMinute: 7 * 60 };
const nap: QuietHours = { fromMinute: 13 * 60, toMinute: 14 * 60 + 30 };
const early: QuietHours = { fromMinute: 22 * 60, toMinute: 2 * 60 + 30 };

interface Row {
  readonly name: string;
  readonly hours: QuietHours;
  readonly zone?: string;
  readonly at: string;
  /** undefined: not quiet. */
  readonly end: string | undefined;
  readonly start?: string;
}

const rows: readonly Row[] = [
  { name: 'the evening before', hours: night, at: '2026-02-13T21:59:59+01:00', end: undefined },
  {
    name: 'the first instant',
    hours: night,
    at: '2026-02-13T22:00:00+01:00',
    end: '2026-02-14T07:00:00+01:00',
    start: '2026-02-13T22:00:00+01:00',
  },
  {
    name: 'after midnight',
    hours: night,
    at: '2026-02-14T03:12:34+01:00',
    end: '2026-02-14T07:00:00+01:00',
    start: '2026-02-13T22:00:00+01:00',
  },
  {
    name: 'the last millisecond',
    hours: night,
    at: '2026-02-14T06:59:59.999+01:00',
    end: '2026-02-14T07:00:00+01:00',
    start: '2026-02-13T22:00:00+01:00',
  },
  { name: 'the end', hours: night, at: '2026-02-14T07:00:00+01:00', end: undefined },
  {
    name: 'hours within a day',
    hours: nap,
    at: '2026-02-14T13:00:00+01:00',
    end: '2026-02-14T14:30:00+01:00',
    start: '2026-02-14T13:00:00+01:00',
  },
  { name: 'the night of hours within a day', hours: nap, at: '2026-02-14T23:00:00+01:00', end: undefined },
  {
    name: 'the night that is an hour shorter',
    hours: night,
    at: '2026-03-28T23:30:00+01:00',
    end: '2026-03-29T07:00:00+02:00',
    start: '2026-03-28T22:00:00+01:00',
  },
  {
    name: 'its morning',
    hours: night,
    at: '2026-03-29T06:00:00+02:00',
    end: '2026-03-29T07:00:00+02:00',
    start: '2026-03-28T22:00:00+01:00',
  },
  {
    name: 'the night that is an hour longer',
    hours: night,
    at: '2026-10-24T23:30:00+02:00',
    end: '2026-10-25T07:00:00+01:00',
    start: '2026-10-24T22:00:00+02:00',
  },
  {
    name: 'an end that the clock never shows: it ends where that is passed',
    hours: early,
    at: '2026-03-29T01:10:00+01:00',
    end: '2026-03-29T03:00:00+02:00',
    start: '2026-03-28T22:00:00+01:00',
  },
  {
    name: 'an end that the clock shows twice: the first time',
    hours: early,
    at: '2026-10-25T02:10:00+02:00',
    end: '2026-10-25T02:30:00+02:00',
    start: '2026-10-24T22:00:00+02:00',
  },
  {
    name: 'half an hour at Lord Howe',
    hours: night,
    zone: 'Australia/Lord_Howe',
    at: '2026-04-04T23:00:00+11:00',
    end: '2026-04-05T07:00:00+10:30',
    start: '2026-04-04T22:00:00+11:00',
  },
];

for (const { name, hours, zone = 'Europe/Paris', at, end, start } of rows) {
  t.test(`${name}: ${at} is quiet until ${end ?? 'never'}`, (t) => {
    const shown = (ms: number | undefined): string | undefined =>
      ms === undefined ? undefined : new Date(ms).toISOString();
    const wanted = (text: string | undefined): string | undefined => text && new Date(text).toISOString();
    t.equal(shown(quietEndMs(hours, zone, Date.parse(at))), wanted(end));
    t.equal(shown(quietStartMs(hours, zone, Date.parse(at))), wanted(start));
    t.end();
  });
}

t.test('at their end they are over, and they never hold anybody for longer than they are', (t) => {
  const zones = ['Europe/Paris', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Pacific/Apia'];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) }),
      fc.integer({ min: 0, max: 1_439 }),
      fc.integer({ min: 1, max: 1_439 }),
      (zone, atMs, fromMinute, lengthMinutes) => {
        const hours = { fromMinute, toMinute: (fromMinute + lengthMinutes) % 1_440 };
        const endMs = quietEndMs(hours, zone, atMs);
        if (endMs === undefined) return true;
        const startMs = quietStartMs(hours, zone, atMs) ?? NaN;
        const lastsMs = (lengthMinutes + 61) * 60_000;
        const isOver = quietEndMs(hours, zone, endMs) === undefined;
        return isOver && endMs > atMs && startMs <= atMs && endMs - startMs <= lastsMs;
      },
    ),
    { numRuns: 1_000 },
  );
  t.end();
});
