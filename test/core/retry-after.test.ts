import t from 'tap';
import { retryAfterMs } from '../../gateway/core/retry-after.ts';

const nowMs = Date.parse('2026-03-01T08:00:00Z');

t.test('a time to wait is read in each form that servers use', (t) => {
  const cases: readonly [Record<string, string>, number | undefined][] = [
    [{ 'retry-after': '120' }, 120_000],
    [{ 'retry-after': ' 0 ' }, 0],
    [{ 'retry-after': 'Sun, 01 Mar 2026 08:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sunday, 01-Mar-26 08:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sun, 01 Mar 2026 07:00:00 GMT' }, 0],
    [{ 'retry-after': 'Sun, 01 Mar 2026 08:00:30 GMT', date: 'Sun, 01 Mar 2026 08:00:20 GMT' }, 10_000],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '1.5' }, undefined],
    [{ 'retry-after': 'tomorrow' }, undefined],
    [{ 'retry-after': 'Sun, 99 Mar 2026 08:00:30 GMT' }, undefined],
    [{}, undefined],
  ];
  for (const [headers, expected] of cases)
    t.equal(retryAfterMs(headers, nowMs), expected, JSON.stringify(headers));
  t.end();
});
