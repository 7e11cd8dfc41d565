import fc from 'fast-check';
import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { formatDurationInWords, parseDuration } from '../../../gateway/features/jobs/parse-duration.ts';

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

const read: readonly (readonly [string, number])[] = [
  ['2h', 2 * hour],
  ['1h30m', 1.5 * hour],
  ['1h 30m', 1.5 * hour],
  ['90m', 90 * minute],
  ['2h32m', 9_120 * second],
  ['1.5h', 1.5 * hour],
  ['.5h', 0.5 * hour],
  ['1.2 minutes', 72 * second],
  ['1.24 days', 107_136 * second],
  ['0.5s', 500],
  ['+32m', 32 * minute],
  ['5 Hours, 34 Minutes, 56 Seconds', 5 * hour + 34 * minute + 56 * second],
  ['5 hours/34 mins / 56 secs', 5 * hour + 34 * minute + 56 * second],
  ['2H 3MIN', 2 * hour + 3 * minute],
  ['1 wk 2 dys 3 hrs', 9 * day + 3 * hour],
  ['3w', 21 * day],
  ['1 hour', hour],
  ['  2h  ', 2 * hour],
  // A clock: hours first, never minutes.
  ['2:00', 2 * hour],
  ['0:30', 30 * minute],
  ['1:30', 90 * minute],
  ['36:00', 36 * hour],
  ['1:30:00', 1.5 * hour],
  ['4:13:02', 4 * hour + 13 * minute + 2 * second],
  ['4:13:02.266', 4 * hour + 13 * minute + 2_266],
  ['2:04:13:02', 2 * day + 4 * hour + 13 * minute + 2 * second],
  ['2 days, 4:13:02', 2 * day + 4 * hour + 13 * minute + 2 * second],
  ['2 days 4:13', 2 * day + 4 * hour + 13 * minute],
  ['1w 2d 4:13:02', 9 * day + 4 * hour + 13 * minute + 2 * second],
  // ISO 8601.
  ['PT1H', hour],
  ['PT1H30M', 1.5 * hour],
  ['pt90m', 90 * minute],
  ['P1DT2H', day + 2 * hour],
  ['P2W', 14 * day],
  ['PT0.5H', 0.5 * hour],
  ['PT1,5H', 1.5 * hour],
];

const refused: readonly string[] = [
  ...['', '  ', '30', '60', '1.5', '-1', '+30', '0', '٣h'],
  ...['1h30', '1m30', '1,5h', '2h 30', '1 day 5'],
  ...['-32m', '- 32m', '−32m', '-PT1H', '-1:30', '1h -5m', '1h-5m'],
  ...['0s', '0h0m', '0:00', '0:00:00', 'PT0S', '0.0000001s'],
  ...['1.2.3h', '1..5h', '1.h', 'h', '.h', 'abc', '2x', '2 fortnights', '1e3h', '0x10h', 'NaNh', 'Infinityh'],
  ...['1:2:3', '1:2', '100:00', '25:61', '0:75', '1:30:60', '1:60:00', ':30', '1:', '1:30:', '1:30:00:00:00'],
  ...['1:24:00:00', '2 days, 24:00:00', '2 days 1:02:30:00', '3h 4:13:02', '5m 1:30'],
  ...['1 hour and 5 min', '1h 1h', '5m 2h', '2h,', '2h,,5m', ',2h', '2h;5m', 'about 2h', '2h!', '2h\u0000'],
  ...['P', 'PT', 'P1', 'P1Y', 'P1M', 'P1Y2M', 'P1DT', 'PT1H30', 'PT1M1H', 'P1H', 'PT1.2.3H'],
  ...['367d', '100000h', '9999999999h', '53w', `${'1'.repeat(200)}h`, `1h${' '.repeat(300)}`.concat('1m')],
];

t.test('a duration that can be read in one way only is read', (t) => {
  for (const [text, durationMs] of read) t.equal(parseDuration(text, 'estimate'), durationMs, text);
  t.end();
});

t.test('what has a second reading, or none, is refused by the name of its option', (t) => {
  for (const text of refused) {
    t.throws(
      () => parseDuration(text, 'estimate'),
      { code: 'duration_invalid', message: /^estimate "/, facts: { property: 'estimate' } },
      JSON.stringify(text.slice(0, 30)),
    );
  }
  t.end();
});

t.test('a refusal says what is wrong with it', (t) => {
  const why = (text: string): string => {
    try {
      return String(parseDuration(text, 'estimate'));
    } catch (error) {
      return (error as Error).message;
    }
  };
  t.equal(why('30'), 'estimate "30" has no unit');
  t.equal(why('1h30'), 'estimate "1h30" has no unit at its end');
  t.equal(why('-32m'), 'estimate "-32m" is negative');
  t.equal(why('0s'), 'estimate "0s" is no time at all');
  t.equal(why(''), 'estimate "" is empty');
  t.match(why('25:61'), /hours and minutes/);
  t.match(why('P1M'), /years and months differ/);
  t.match(why('367d'), /longer than a year/);
  t.end();
});

t.test('in words a duration is what was meant', (t) => {
  t.equal(formatDurationInWords(parseDuration('2:00', 'estimate')), '2 hours');
  t.equal(formatDurationInWords(parseDuration('1:30', 'estimate')), '1 hour 30 minutes');
  t.equal(
    formatDurationInWords(parseDuration('2 days, 4:13:02', 'x')),
    '2 days 4 hours 13 minutes 2 seconds',
  );
  t.equal(formatDurationInWords(500), '0.5 seconds');
  t.end();
});

t.test('words are read back as the same duration', (t) => {
  const durations = fc.integer({ min: 1, max: 366 * day });
  fc.assert(fc.property(durations, (ms) => parseDuration(formatDurationInWords(ms), 'estimate') === ms));
  t.pass();
  t.end();
});

t.test('parts in any of their forms add up', (t) => {
  const forms = [
    ['d', ' day', ' DAYS', 'dys'],
    ['h', ' hr', 'hours', ' Hrs'],
    ['m', 'min', ' mins', ' Minutes'],
    ['s', 'secs', ' second'],
  ] as const;
  const sizes = [day, hour, minute, second];
  const counts = fc.tuple(...sizes.map(() => fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined })));
  const parts = fc.tuple(counts, fc.constantFrom(' ', ', ', '/', ''), fc.nat(3));
  const adds = ([given, between, form]: [readonly (number | undefined)[], string, number]): boolean => {
    const shown = given.flatMap((count, index) =>
      count === undefined ? [] : [`${count}${forms[index]?.[form] ?? forms[index]?.[0] ?? ''}`],
    );
    const sum = given.reduce<number>((total, count, index) => total + (count ?? 0) * (sizes[index] ?? 0), 0);
    return shown.length === 0 || parseDuration(shown.join(between), 'estimate') === sum;
  };
  fc.assert(fc.property(parts, adds));
  t.pass();
  t.end();
});

t.test('whatever is written is a duration of up to a year, or refused with its code', (t) => {
  const near = fc.stringMatching(/^[-+0-9.:,/ pPtTdDhHmMsSwW]{0,24}$/);
  const isRight = (text: string): boolean => {
    try {
      const durationMs = parseDuration(text, 'estimate');
      return Number.isSafeInteger(durationMs) && durationMs >= 1 && durationMs <= 366 * day;
    } catch (error) {
      return errorCodeOf(error) === 'duration_invalid';
    }
  };
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), near), isRight), { numRuns: 2_000 });
  t.pass();
  t.end();
});
