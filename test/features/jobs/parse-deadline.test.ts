import fc from 'fast-check';
import t from 'tap';
import { localDay, zoneOffsetMinutes } from '../../../gateway/core/calendar.ts';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { localIso } from '../../../gateway/core/local-hour.ts';
import { parseDeadline, type Deadline } from '../../../gateway/features/jobs/parse-deadline.ts';

const hour = 3_600_000;
const nowMs = Date.UTC(2026, 0, 15, 12);

function read(text: string | undefined, zone = 'Europe/Paris', at = nowMs): Deadline {
  return parseDeadline(text, { nowMs: at, zone, name: 'deadline' });
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

t.test('dates and times are read in the zone of the site, offsets as they stand', (t) => {
  const table: readonly (readonly [string, string])[] = [
    ['2026-03-05', '2026-03-04T23:00:00.000Z'],
    ['2026-03-05T18:00:00', '2026-03-05T17:00:00.000Z'],
    ['2026-03-05 18:00:00', '2026-03-05T17:00:00.000Z'],
    ['2026-03-05T18:00', '2026-03-05T17:00:00.000Z'],
    ['2026-03-05t18:00', '2026-03-05T17:00:00.000Z'],
    ['2026-07-05T18:00:00', '2026-07-05T16:00:00.000Z'],
    ['2026-03-05T18:00:00Z', '2026-03-05T18:00:00.000Z'],
    ['2026-03-05T18:00:00z', '2026-03-05T18:00:00.000Z'],
    ['2026-03-05T18:00:00+05:30', '2026-03-05T12:30:00.000Z'],
    ['2026-03-05 18:00 -0800', '2026-03-06T02:00:00.000Z'],
    ['2026-03-05T18:00:00-08', '2026-03-06T02:00:00.000Z'],
    ['2026-03-05T18:00:00.250Z', '2026-03-05T18:00:00.250Z'],
    ['2028-02-29', '2028-02-28T23:00:00.000Z'],
    [' 2026-03-05 ', '2026-03-04T23:00:00.000Z'],
  ];
  for (const [text, at] of table) t.strictSame([iso(read(text).atMs), read(text).warnings], [at, []], text);
  t.end();
});

t.test('without one it is 24 hours from now, also over a change of the clock', (t) => {
  const before = Date.UTC(2026, 2, 28, 20);
  t.equal(read(undefined, 'Europe/Paris', before).atMs, before + 24 * hour);
  t.end();
});

t.test('what is no such time, or has passed, is refused by the name of its option', (t) => {
  const refused = [
    ...['', ' ', 'tomorrow', '2026', '2026-3-5', '05.03.2026', '2026/03/05', '20260305', '1772000000'],
    ...['2026-02-30', '2027-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '0026-03-05', '-2026-03-05'],
    ...['2026-03-05T24:00:00', '2026-03-05T18:60', '2026-03-05T18:00:60', '2026-03-05T18', '2026-03-05T'],
    ...['2026-03-05T18:00:00+15:00', '2026-03-05T18:00:00+01:60', '2026-03-05T18:00:00 CET'],
    ...['2026-03-05Z', '2026-03-05T18:00:00Zz', '2026-03-05T18:00:00\n2026', '٢٠٢٦-03-05'],
    ...['2026-01-15', '2026-01-15T13:00:00', '2026-01-15T12:00:00Z', '2025-12-31', '1971-01-01'],
    ...['2036-12-31', '9999-12-31', 'x'.repeat(10_000)],
  ];
  for (const text of refused) {
    t.throws(
      () => read(text),
      { code: 'deadline_invalid', message: /^deadline "/, facts: { property: 'deadline' } },
      JSON.stringify(text.slice(0, 30)),
    );
  }
  t.throws(() => read('2026-01-15T13:00:00'), { message: /has passed: it is 2026-01-15T13:00:00\+01:00/ });
  t.equal(read('2026-01-15T13:00:01').atMs, nowMs + 1_000);
  t.end();
});

t.test('a local time that never comes, or comes twice, is the earlier instant, and it is said so', (t) => {
  const never = read('2026-03-29T02:30:00');
  t.equal(iso(never.atMs), '2026-03-29T00:30:00.000Z');
  t.match(never.warnings[0], /never shows 2026-03-29T02:30:00: 2026-03-29T01:30:00\+01:00 is taken/);
  const twice = read('2026-10-25T02:30:00');
  t.equal(iso(twice.atMs), '2026-10-25T00:30:00.000Z');
  t.match(twice.warnings[0], /twice: the first, 2026-10-25T02:30:00\+02:00, is taken/);
  t.strictSame(read('2026-10-25T02:30:00+01:00').warnings, []);
  t.strictSame(read('2026-10-25T03:00:00').warnings, []);
  t.strictSame(read('2026-03-29T03:00:00').warnings, []);
  t.end();
});

t.test('a day without a midnight begins when its clock begins', (t) => {
  const santiago = read('2026-09-06', 'America/Santiago');
  t.equal(localIso('America/Santiago', santiago.atMs), '2026-09-06T01:00:00-03:00');
  t.match(santiago.warnings[0], /has no midnight/);
  t.end();
});

const zones = [
  'Europe/Paris',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
] as const;

t.test('of every day of a year, in five zones, the date is its start', (t) => {
  for (const zone of zones) {
    const wrong: string[] = [];
    for (let day = 0; day < 366; day += 1) {
      const date = iso(nowMs + (day + 2) * 24 * hour).slice(0, 10);
      const { atMs } = read(date, zone);
      const isStart = localDay(zone, atMs).startMs === atMs && localIso(zone, atMs).startsWith(date);
      if (!isStart) wrong.push(date);
    }
    t.strictSame(wrong, [], zone);
  }
  t.end();
});

t.test('a time that the clock shows is read back, as the first instant that shows it', (t) => {
  const instants = fc.tuple(
    fc.constantFrom(...zones),
    fc.integer({ min: 1, max: 400 * 24 * 60 }).map((minutes) => nowMs + minutes * 60_000),
  );
  const comesBack = ([zone, atMs]: [string, number]): boolean => {
    const shown = localIso(zone, atMs);
    const byClock = read(shown.slice(0, 19), zone);
    const isEarlier = byClock.atMs < atMs && byClock.warnings.length === 1;
    const showsTheSame = localIso(zone, byClock.atMs).slice(0, 19) === shown.slice(0, 19);
    return read(shown, zone).atMs === atMs && showsTheSame && (byClock.atMs === atMs || isEarlier);
  };
  fc.assert(fc.property(instants, comesBack), { numRuns: 500 });
  t.pass();
  t.end();
});

t.test('around every change of the clock each minute is one instant, and said where it was decided', (t) => {
  for (const zone of zones) {
    const wrong: string[] = [];
    for (let at = nowMs; at < nowMs + 366 * 24 * hour; at += 24 * hour) {
      const [before, after] = [zoneOffsetMinutes(zone, at), zoneOffsetMinutes(zone, at + 24 * hour)];
      if (before === after) continue;
      for (let minute = 0; minute < 26 * 60; minute += 5) {
        const clock = iso(at + (before + minute) * 60_000).slice(0, 19);
        const { atMs, warnings } = read(clock, zone, nowMs - 48 * hour);
        const isShown = localIso(zone, atMs).slice(0, 19) === clock;
        const isSaid = warnings.length === (isShown ? Number(comesTwice(zone, atMs)) : 1);
        if (!isSaid) wrong.push(clock);
      }
    }
    t.strictSame(wrong, [], zone);
  }
  t.end();
});

function comesTwice(zone: string, atMs: number): boolean {
  const shown = localIso(zone, atMs).slice(0, 19);
  return [0.5, 1].some((later) => localIso(zone, atMs + later * hour).slice(0, 19) === shown);
}

t.test('whatever is written is an instant to come, or refused with its code', (t) => {
  const near = fc.stringMatching(
    /^20[23]\d-[01]\d-[0-3]\d([T ][0-2]\d:[0-6]\d(:\d\d)?(Z|[+-]\d\d:?\d\d)?)?$/,
  );
  const isRight = (text: string): boolean => {
    try {
      const { atMs } = read(text);
      return Number.isSafeInteger(atMs) && atMs > nowMs;
    } catch (error) {
      return errorCodeOf(error) === 'deadline_invalid';
    }
  };
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), near), isRight), { numRuns: 1_000 });
  t.pass();
  t.end();
});
