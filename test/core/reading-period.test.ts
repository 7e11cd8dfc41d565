import fc from 'fast-check';
import t from 'tap';
import { leastPeriodMs, parsePeriodMs, periodText } from '../../gateway/core/reading-period.ts';
import '../property-seed.ts';

t.test('a period below 10 s is for what hangs on the machine’s own wires', (t) => {
  for (const [pace, leastMs] of [
    [undefined, 10_000],
    [{ periodMsMin: 2_000 }, 10_000],
    [{ periodMsMin: 60_000 }, 60_000],
    [{ periodMsMin: 500, allowsShortPeriods: true }, 1_000],
    [{ periodMsMin: 2_000, allowsShortPeriods: true }, 2_000],
  ] as const)
    t.equal(leastPeriodMs(pace), leastMs);
  t.end();
});

t.test('a period is read as it is written', (t) => {
  for (const [text, periodMs] of [
    ['10s', 10_000],
    ['5m', 300_000],
    ['1H', 3_600_000],
    ['0s', 0],
    ['10', undefined],
    ['1.5m', undefined],
    ['-1s', undefined],
    ['1 m', undefined],
    ['1d', undefined],
    ['', undefined],
  ] as const)
    t.equal(parsePeriodMs(text), periodMs, text);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 86_400 }), (seconds) => {
      t.equal(parsePeriodMs(periodText(seconds * 1_000)), seconds * 1_000);
    }),
  );
  t.end();
});
