import fc from 'fast-check';
import t from 'tap';
import '../../../property-seed.ts';
import { planWork } from '../../../../gateway/features/jobs/plan/plan-work.ts';
import type { PlanInput, PlannedWork, WorkPlan } from '../../../../gateway/features/jobs/plan/plan.ts';
import { leastInSlots, leastTogether, triedStarts, type Tried } from './exhaustive-plan.ts';
import { hourMs, input, job, minuteMs, noonMs, signal } from './plan-inputs.ts';

const stepMs = 5 * minuteMs;
const slotMs = 30 * minuteMs;

t.test('the best start of a job is the earliest of the best that there are', (t) => {
  let [waited, whole, unknown] = [0, 0, 0];
  fc.assert(
    fc.property(aloneInput(), (planned) => {
      const [work] = planned.work;
      const [plan] = planWork(planned).work;
      if (work === undefined || plan === undefined) return false;
      const tried = triedStarts(work, planned, stepMs);
      const best = leastOf(tried.filter(({ isWhole }) => isWhole));
      if (tried.length === 0) unknown += 1;
      if (tried.length === 0) return plan.slots[0]?.startMs === plan.latestStartMs && !plan.runsNow;
      const chosen = tried.find(({ startMs }) => startMs === plan.slots[0]?.startMs);
      if (best === undefined) return true;
      whole += 1;
      if (chosen === undefined || chosen.cost > best.cost + 2e-9) return false;
      if (!plan.runsNow) waited += 1;
      return tried.some(({ isWhole }) => !isWhole) || chosen.startMs <= best.startMs;
    }),
    { numRuns: 300 },
  );
  t.ok(waited > 50 && whole > 100 && unknown > 0, `${waited} wait, ${whole} know a run, ${unknown} nothing`);
  t.end();
});

t.test(
  'what is planned for some jobs within a limit is bounded from below, and best where it says so',
  (t) => {
    let [exact, contended] = [0, 0];
    fc.assert(
      fc.property(togetherInput(), (planned) => {
        const least = leastTogether(planned, stepMs);
        const { bound, work } = planWork(planned);
        if (least === undefined) return true;
        contended += 1;
        exact += bound.isExact ? 1 : 0;
        t.ok(keepsLimit(work, planned), 'the limit is kept where it can be');
        t.ok(bound.lowerBound <= least + 1e-9, `bound ${bound.lowerBound}, least ${least}`);
        t.ok(least <= bound.cost + 1e-9, `least ${least}, planned ${bound.cost}`);
        return !bound.isExact || bound.cost <= least + 1e-9;
      }),
      { numRuns: 120 },
    );
    t.ok(contended > 60 && exact >= 0.95 * contended, `${exact} of ${contended} exact`);
    t.end();
  },
);

/** The first of them. */
function leastOf(tried: readonly Tried[]): Tried | undefined {
  const least = Math.min(...tried.map(({ cost }) => cost));
  return tried.find(({ cost }) => cost <= least + 1e-12);
}

t.test('jobs that can be interrupted share a place as well as the bound says', (t) => {
  let [contended, close] = [0, 0];
  fc.assert(
    fc.property(interruptibleInput(), (planned) => {
      const least = leastInSlots(planned, slotMs);
      const { bound, work } = planWork(planned);
      if (least === undefined) return true;
      contended += 1;
      // What is not interrupted for less than a hundredth costs that much more at most, and no plan keeps two at once.
      const energy = planned.work.reduce((sum, each) => sum + energyOf(each), 0);
      close += bound.cost <= least + 0.02 * energy ? 1 : 0;
      t.ok(keepsLimit(work, planned), 'the limit is kept where it can be');
      t.ok(bound.lowerBound <= least + 1e-9, `bound ${bound.lowerBound}, least ${least}`);
      return bound.cost >= least - 1e-9;
    }),
    { numRuns: 60 },
  );
  t.ok(contended > 20 && close > 0.8 * contended, `${close} of ${contended} are close`);
  t.end();
});

function energyOf({ powerWatts, remainingMs }: PlannedWork): number {
  return (powerWatts / 1_000) * (remainingMs / hourMs);
}

function interruptibleInput(): fc.Arbitrary<PlanInput> {
  const one = fc.record({
    slots: fc.integer({ min: 1, max: 3 }),
    slack: fc.integer({ min: 1, max: 5 }),
    powerWatts: fc.integer({ min: 100, max: 3_000 }),
  });
  return fc
    .record({
      jobs: fc.array(one, { minLength: 2, maxLength: 3 }),
      carbon: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 8, maxLength: 8 }),
    })
    .map(({ jobs, carbon }) => {
      const work = jobs.map(({ slots, slack, powerWatts }, index) =>
        job(index + 1, 'carbon', {
          powerWatts,
          isInterruptible: true,
          remainingMs: slots * slotMs,
          deadlineMs: noonMs + (slots + slack) * slotMs,
        }),
      );
      return input(work, [signal('carbon', carbon, { slotMs, knownSlots: 0 })], { parallelMax: 1 });
    });
}

function aloneInput(): fc.Arbitrary<PlanInput> {
  const whens = fc.constantFrom('carbon', 'price', 'carbon and price');
  return fc
    .record({
      when: whens,
      length: fc.integer({ min: 1, max: 30 }),
      slack: fc.integer({ min: 1, max: 100 }),
      carbon: values(0),
      price: values(-20),
    })
    .map(({ when, length, slack, carbon, price }) =>
      input(
        [
          job(1, when, {
            remainingMs: length * stepMs,
            deadlineMs: noonMs + (length + slack) * stepMs,
          }),
        ],
        [
          signal('carbon', carbon, { slotMs: 3 * stepMs, knownSlots: 0 }),
          signal('price', price, { slotMs: 4 * stepMs, fromMs: noonMs - stepMs }),
        ],
      ),
    );
}

function togetherInput(): fc.Arbitrary<PlanInput> {
  const one = fc.record({
    length: fc.integer({ min: 1, max: 6 }),
    slack: fc.integer({ min: 1, max: 14 }),
    powerWatts: fc.integer({ min: 1, max: 3_000 }),
    when: fc.constantFrom('carbon', 'carbon', 'price'),
  });
  return fc
    .record({
      jobs: fc.array(one, { minLength: 2, maxLength: 4 }),
      parallelMax: fc.integer({ min: 1, max: 2 }),
      carbon: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 8, maxLength: 8 }),
      price: fc.array(fc.integer({ min: -2, max: 9 }), { minLength: 8, maxLength: 8 }),
    })
    .map(({ jobs, parallelMax, carbon, price }) => {
      const work = jobs.map(({ length, slack, powerWatts, when }, index) =>
        job(index + 1, when, {
          powerWatts,
          remainingMs: length * stepMs,
          deadlineMs: noonMs + (length + slack) * stepMs,
        }),
      );
      const known = [
        signal('carbon', carbon, { slotMs: 3 * stepMs, knownSlots: 0 }),
        signal('price', price, { slotMs: 3 * stepMs }),
      ];
      return input(work, known, { parallelMax });
    });
}

function values(min: number): fc.Arbitrary<(number | undefined)[]> {
  const value = fc.option(fc.integer({ min, max: 40 }), { nil: undefined, freq: 6 });
  return fc.array(value, { minLength: 0, maxLength: 60 });
}

function keepsLimit(plans: readonly WorkPlan[], { parallelMax }: PlanInput): boolean {
  const slots = plans.flatMap((plan) => plan.slots);
  return slots.every(
    ({ startMs }) =>
      slots.filter((other) => other.startMs <= startMs && startMs < other.endMs).length <= parallelMax,
  );
}
