import t from 'tap';
import { parseInstantMs, resolutionFor, timeRange } from '../../gateway/features/time-range.ts';

const nowMs = 1_767_225_600_000;

t.test('an instant is read as it was meant', (t) => {
  const table = [
    ['2026-01-01T00:00:00Z', nowMs],
    ['2026-01-01T01:00:00+01:00', nowMs],
    ['2026-01-01T00:00:00.5Z', nowMs + 500],
    ['2026-01-01', nowMs],
    ['2024-02-29', 1_709_164_800_000],
    ['1767225600000', nowMs],
    ['0', 0],
    ['90s', nowMs - 90_000],
    ['30d', nowMs - 30 * 86_400_000],
  ] as const;
  for (const [text, atMs] of table) t.equal(parseInstantMs('from', text, nowMs), atMs, text);
  t.end();
});

t.test('what is no instant, or of no zone, is refused by its name', (t) => {
  for (const text of [
    '',
    'now',
    '2026-13-01',
    '2026-02-30',
    '2026-02-29T00:00:00Z',
    '2026-01-01T00:00:00',
    '1e12',
    '9999999999999999',
    '2026-01-01T25:00:00Z',
  ]) {
    t.throws(
      () => parseInstantMs('from', text, nowMs),
      { code: 'input_invalid', facts: { property: 'from' } },
      text,
    );
  }
  t.end();
});

t.test('a range the wrong way round is refused with both of its ends', (t) => {
  t.throws(() => timeRange({ from: '2026-02-01', to: '2026-01-31' }, nowMs), {
    code: 'input_invalid',
    message: 'from (2026-02-01T00:00:00.000Z) must be before to (2026-01-31T00:00:00.000Z)',
  });
  t.throws(() => timeRange({ from: '2026-02-01', to: undefined }, nowMs), {
    message: 'from (2026-02-01T00:00:00.000Z) must be before to (now, 2026-01-01T00:00:00.000Z)',
  });
  t.end();
});

t.test('a chart gets the finest level that fits it', (t) => {
  const hourMs = 3_600_000;
  t.same(
    [hourMs, hourMs + 1, 36 * hourMs, 37 * hourMs, 80 * 24 * hourMs, 81 * 24 * hourMs].map(resolutionFor),
    ['raw', '1m', '1m', '1h', '1h', '1d'],
  );
  t.end();
});
