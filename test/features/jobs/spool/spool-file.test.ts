import fc from 'fast-check';
import t from 'tap';
import { errorCodeOf } from '../../../../gateway/core/errors.ts';
import { isWholeJson, parseSpoolFile } from '../../../../gateway/features/jobs/spool/spool-file.ts';

const claimedMs = Date.UTC(2026, 10, 21, 12);
const time = { claimedMs, zone: 'Europe/Paris' };
const good = { estimate: '2h', deadline: '2026-11-22 12:00:00', commandline: 'echo hi' };
const parse = (given: unknown) => parseSpoolFile(new TextEncoder().encode(JSON.stringify(given)), time);

t.test("the ancestor's file, in the site's time", (t) => {
  t.same(parse(good), {
    line: 'echo hi',
    estimateMs: 7_200_000,
    deadline: { atMs: Date.UTC(2026, 10, 22, 11), warnings: [] },
  });
  t.same(parse({ ...good, future: { anything: [1] } }), parse(good), 'what is not known is passed over');
  t.end();
});

t.test('an older file has its estimate in hours', (t) => {
  for (const [estimate, estimateMs] of [
    [2, 7_200_000],
    [1.5, 5_400_000],
    [0.25, 900_000],
  ] as const)
    t.equal(parse({ ...good, estimate }).estimateMs, estimateMs);
  t.end();
});

t.test('a deadline that the clock shows twice is taken as the first, and it is said', (t) => {
  const parsed = parseSpoolFile(
    new TextEncoder().encode(JSON.stringify({ ...good, deadline: '2026-10-25 02:30:00' })),
    { claimedMs: Date.UTC(2026, 9, 24), zone: 'Europe/Paris' },
  );
  t.equal(parsed.deadline.atMs, Date.UTC(2026, 9, 25, 0, 30));
  t.match(parsed.deadline.warnings, [/twice/]);
  t.end();
});

const refused: readonly [string, unknown, string][] = [
  ['a list', [good], 'input_invalid'],
  ['nothing', null, 'input_invalid'],
  ['a text', 'echo hi', 'input_invalid'],
  ['no command line', { ...good, commandline: undefined }, 'input_invalid'],
  ['an empty one', { ...good, commandline: ' \n' }, 'input_invalid'],
  ['a list of words', { ...good, commandline: ['echo', 'hi'] }, 'input_invalid'],
  ['a NUL', { ...good, commandline: 'echo\0hi' }, 'input_invalid'],
  ['no estimate', { ...good, estimate: undefined }, 'input_invalid'],
  ['an estimate that is true', { ...good, estimate: true }, 'input_invalid'],
  ['a bare number in a text', { ...good, estimate: '30' }, 'duration_invalid'],
  ['a negative one', { ...good, estimate: '-32m' }, 'duration_invalid'],
  ['no hours', { ...good, estimate: 0 }, 'duration_invalid'],
  ['hours below none', { ...good, estimate: -1 }, 'duration_invalid'],
  ['more hours than a year has', { ...good, estimate: 1e6 }, 'duration_invalid'],
  ['no deadline', { ...good, deadline: undefined }, 'deadline_invalid'],
  ['another form of it', { ...good, deadline: '2026-11-22T12:00:00' }, 'deadline_invalid'],
  ['a day alone', { ...good, deadline: '2026-11-22' }, 'deadline_invalid'],
  ['a time with more after it', { ...good, deadline: '2026-11-22 12:00:00.5' }, 'deadline_invalid'],
  ['no such day', { ...good, deadline: '2026-02-30 12:00:00' }, 'deadline_invalid'],
  ['one that has passed', { ...good, deadline: '2026-11-20 12:00:00' }, 'deadline_invalid'],
  ['a number', { ...good, deadline: 1_795_000_000 }, 'deadline_invalid'],
];

for (const [what, given, code] of refused) {
  t.test(`${what} is refused`, (t) => {
    t.throws(() => parse(given), { code });
    t.end();
  });
}

t.test('bytes of any kind are a job or refused, and never throw anything else', (t) => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc
      .record({ estimate: fc.anything(), deadline: fc.anything(), commandline: fc.anything() })
      .map((given) => new TextEncoder().encode(fc.stringify(given))),
    fc
      .record({
        estimate: fc.oneof(fc.string(), fc.double()),
        deadline: fc.string(),
        commandline: fc.string(),
      })
      .map((given) => new TextEncoder().encode(JSON.stringify(given))),
  );
  const codes = new Set(['input_invalid', 'duration_invalid', 'deadline_invalid']);
  fc.assert(
    fc.property(bytes, (given) => {
      try {
        const { line, estimateMs, deadline } = parseSpoolFile(given, time);
        return line.trim() !== '' && estimateMs >= 1 && deadline.atMs > claimedMs;
      } catch (error) {
        return codes.has(errorCodeOf(error) ?? '');
      }
    }),
    { numRuns: 1_000 },
  );
  t.pass('for all of them');
  t.end();
});

t.test('JSON is whole or not', (t) => {
  const whole = new TextEncoder().encode(JSON.stringify({ ...good, commandline: 'é' }));
  t.ok(isWholeJson(whole));
  for (let length = 0; length < whole.length; length += 1) t.notOk(isWholeJson(whole.slice(0, length)));
  t.end();
});
