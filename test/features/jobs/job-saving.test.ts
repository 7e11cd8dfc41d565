import '../../property-seed.ts';
import fc from 'fast-check';
import t from 'tap';
import type { PowerSignals, SignalSlot } from '../../../gateway/core/power-signal.ts';
import { savingOf, type RanJob } from '../../../gateway/features/jobs/job-saving.ts';

const hourMs = 3_600_000;

function signalsOf(carbon: readonly SignalSlot[], price: readonly SignalSlot[] = []): PowerSignals {
  const empty = { slots: [], unknown: 'nobody says it' };
  return {
    carbon: { kind: 'carbon', slots: carbon, unknown: undefined },
    price: { kind: 'price', slots: price, unknown: undefined },
    surplus: { kind: 'surplus', ...empty },
    red: { kind: 'red', ...empty },
    own_export: { kind: 'own_export', ...empty },
  };
}

function slots(values: readonly number[], basis: SignalSlot['basis'] = 'known'): readonly SignalSlot[] {
  return values.map((value, hour) => ({
    startMs: hour * hourMs,
    endMs: (hour + 1) * hourMs,
    value,
    basis,
  }));
}

/** Two hours from three o'clock on, of a kilowatt that was said. */
const ran: RanJob = {
  queuedMs: 0,
  deadlineMs: 8 * hourMs,
  stretches: [{ startMs: 3 * hourMs, endMs: 5 * hourMs }],
  isInterruptible: false,
  powerWatts: 1_000,
  isPowerAssumed: false,
};
const carbon = [300, 300, 200, 60, 50, 40, 30, 500];

t.test('a run is held against the same run at once, and against the best stretch there was', (t) => {
  const saving = savingOf(ran, signalsOf(slots(carbon)), 9 * hourMs);
  t.same(saving.carbonGrams, { actual: 110, atOnce: 600, best: 70 });
  t.equal(saving.microEuros, undefined);
  t.equal(saving.energyKwh, 2);
  t.equal(saving.isFinal, true);
  t.equal(saving.isPowerAssumed, false);
  t.end();
});

t.test('of a job that can be held the best are the cheapest hours, wherever they are', (t) => {
  const values = [10, 300, 300, 60, 50, 300, 20, 300];
  const held = { ...ran, isInterruptible: true };
  t.equal(savingOf(held, signalsOf(slots(values)), 9 * hourMs).carbonGrams?.best, 30);
  t.equal(savingOf(ran, signalsOf(slots(values)), 9 * hourMs).carbonGrams?.best, 110);
  t.end();
});

t.test('the best stretch may begin within an hour', (t) => {
  const values = [300, 100, 10, 100, 100, 300, 300, 300];
  const short = { ...ran, stretches: [{ startMs: 4.5 * hourMs, endMs: 6 * hourMs }] };
  // Half an hour before or after the hour of 10 g.
  t.equal(savingOf(short, signalsOf(slots(values)), 9 * hourMs).carbonGrams?.best, 60);
  t.end();
});

t.test('money is whole micro-euros, and a negative price is earned', (t) => {
  const price = [200_000, 200_000, 200_000, -50_000, -30_001, 100_000, 100_000, 100_000];
  const half = { ...ran, powerWatts: 500 };
  const { microEuros } = savingOf(half, signalsOf(slots(carbon), slots(price)), 9 * hourMs);
  t.same(microEuros, { actual: -40_000, atOnce: 200_000, best: -40_000 });
  t.end();
});

t.test('nothing is said of hours that are not known, and nothing is final before they are', (t) => {
  const gap = slots(carbon).filter(({ startMs }) => startMs !== 4 * hourMs);
  t.equal(savingOf(ran, signalsOf(gap), 9 * hourMs).carbonGrams, undefined);
  t.equal(savingOf(ran, signalsOf(gap), 9 * hourMs).isFinal, false);
  t.equal(savingOf(ran, signalsOf(slots(carbon)), 6 * hourMs).isFinal, false);
  t.equal(savingOf(ran, signalsOf(slots(carbon, 'forecast')), 9 * hourMs).isFinal, false);
  const later = slots(carbon).filter(({ startMs }) => startMs < 6 * hourMs);
  t.equal(savingOf(ran, signalsOf(later), 9 * hourMs).isFinal, false);
  t.end();
});

t.test('nobody is better than the best, whatever was known and however it ran', (t) => {
  const values = fc.array(fc.integer({ min: -100, max: 900 }), { minLength: 8, maxLength: 8 });
  const time = fc.integer({ min: 0, max: 8 * hourMs });
  fc.assert(
    fc.property(
      values,
      values,
      fc.tuple(time, time),
      fc.boolean(),
      (grams, euros, [one, other], isInterruptible) => {
        const stretches = [{ startMs: Math.min(one, other), endMs: Math.max(one, other) + 1 }];
        const job = { ...ran, stretches, isInterruptible };
        const saving = savingOf(job, signalsOf(slots(grams), slots(euros)), 9 * hourMs);
        for (const compared of [saving.carbonGrams, saving.microEuros]) {
          if (compared === undefined) continue;
          if (compared.best > compared.actual || compared.best > compared.atOnce) return false;
        }
        return true;
      },
    ),
    { numRuns: 500 },
  );
  t.end();
});

t.test('the best stretch is not dearer than any that begins on a quarter of an hour', (t) => {
  const values = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 8, maxLength: 8 });
  const quarters = fc.integer({ min: 1, max: 16 });
  fc.assert(
    fc.property(values, quarters, (grams, quarter) => {
      const ranMs = (quarter * hourMs) / 4;
      const job = { ...ran, stretches: [{ startMs: 0, endMs: ranMs }] };
      const best = savingOf(job, signalsOf(slots(grams)), 9 * hourMs).carbonGrams?.best ?? NaN;
      for (let startMs = 0; startMs <= 8 * hourMs - ranMs; startMs += hourMs / 4) {
        const other = { ...ran, stretches: [{ startMs, endMs: startMs + ranMs }] };
        const { actual = NaN } = savingOf(other, signalsOf(slots(grams)), 9 * hourMs).carbonGrams ?? {};
        if (!(best <= actual + 1e-3)) return false;
      }
      return true;
    }),
    { numRuns: 100 },
  );
  t.end();
});
