import fc from 'fast-check';
import t from 'tap';
import type { Comparison, JobSaving } from '../../../gateway/features/jobs/decision.ts';
import { sumSavings } from '../../../gateway/features/jobs/sum-savings.ts';

const saving = (facts: Partial<JobSaving>): JobSaving => ({
  energyKwh: 1,
  isPowerAssumed: false,
  carbonGrams: undefined,
  microEuros: undefined,
  isFinal: true,
  ...facts,
});

t.test('what is not known of a job counts nothing, and of how many it is known is said', (t) => {
  const sum = sumSavings([
    saving({ carbonGrams: { actual: 40, atOnce: 100, best: 30 } }),
    saving({ carbonGrams: { actual: 10, atOnce: 10, best: 10 }, isPowerAssumed: true, isFinal: false }),
    saving({ energyKwh: 0.5 }),
  ]);
  t.same(sum, {
    jobs: 3,
    energyKwh: 2.5,
    assumedPower: 1,
    open: 1,
    carbonGrams: { jobs: 2, actual: 50, atOnce: 110, best: 40 },
    microEuros: undefined,
  });
  t.end();
});

t.test('without jobs there is nothing to compare', (t) => {
  t.same(sumSavings([]), {
    jobs: 0,
    energyKwh: 0,
    assumedPower: 0,
    open: 0,
    carbonGrams: undefined,
    microEuros: undefined,
  });
  t.end();
});

t.test('the sum of parts is that of the whole, in any order, and its regret is never below 0', (t) => {
  const comparison = fc
    .record({ best: fc.integer({ min: -1e9, max: 1e9 }), more: fc.nat(1e9), atOnce: fc.integer() })
    .map(({ best, more, atOnce }): Comparison => ({ best, actual: best + more, atOnce }));
  const some = fc.array(
    fc.option(comparison, { nil: undefined }).map((microEuros) => saving({ microEuros })),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(some, some, (a, b) => {
      const whole = sumSavings([...a, ...b]);
      const turned = sumSavings([...b, ...a]);
      const parts = [sumSavings(a), sumSavings(b)];
      const actual = parts.reduce((sum, part) => sum + (part.microEuros?.actual ?? 0), 0);
      return (
        JSON.stringify(whole) === JSON.stringify(turned) &&
        (whole.microEuros?.actual ?? 0) === actual &&
        (whole.microEuros?.actual ?? 0) >= (whole.microEuros?.best ?? 0) &&
        whole.jobs === a.length + b.length
      );
    }),
  );
  t.pass('held');
  t.end();
});
