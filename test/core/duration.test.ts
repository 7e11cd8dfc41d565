import fc from 'fast-check';
import t from 'tap';
import { formatDuration, parseDurationMs } from '../../gateway/core/duration.ts';

t.test('a duration is a whole number and its unit', (t) => {
  const cases = [
    ['500ms', 500],
    ['10s', 10_000],
    ['1m', 60_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['0s', 0],
  ] as const;
  for (const [text, durationMs] of cases) t.equal(parseDurationMs(text), durationMs);
  t.end();
});

t.test('anything else is none', (t) => {
  for (const text of ['', '10', 's', '-1s', '1.5s', '10 s', '10S', '1e3ms', '9999999999ms', '10s\n', '١s']) {
    t.equal(parseDurationMs(text), undefined, JSON.stringify(text));
  }
  t.end();
});

t.test('a duration that was written is read back as it was', (t) => {
  fc.assert(
    fc.property(
      fc.nat(999_999_999),
      (durationMs) => parseDurationMs(formatDuration(durationMs)) === durationMs,
    ),
  );
  t.equal(formatDuration(90_000), '90s');
  t.equal(formatDuration(86_400_000), '1d');
  t.end();
});
