import fc from 'fast-check';
import t from 'tap';
import '../../../property-seed.ts';
import { planWork } from '../../../../gateway/features/jobs/plan/plan-work.ts';
import type { PlanInput, PlannedWork, WorkPlan } from '../../../../gateway/features/jobs/plan/plan.ts';
import { leastInSlots, leastTogether } from './exhaustive-plan.ts';
import { hourMs, input, job, minuteMs, noonMs, signal, spoken } from './plan-inputs.ts';

const slotMs = 30 * minuteMs;

t.test('of jobs that can be interrupted the bound is the least that any division costs', (t) => {
  let [contended, exact] = [0, 0];
  fc.assert(
    fc.property(sets({ isInterruptible: true, slotsMax: 3 }), (planned) => {
      const least = leastInSlots(planned, slotMs);
      if (least === undefined) return true;
      const { bound, work } = planWork(planned);
      contended += 1;
      exact += bound.isExact ? 1 : 0;
      t.ok(Math.abs(bound.lowerBound - least) < 1e-9, `bound ${bound.lowerBound}, least ${least}`);
      t.ok(isKept(work, planned), spokenOf(work));
      return bound.cost >= least - 1e-9 && (!bound.isExact || bound.cost <= least + 1e-9);
    }),
    { numRuns: 100 },
  );
  t.ok(contended > 50 && exact > 0.7 * contended, `${exact} of ${contended} exact`);
  t.end();
});

t.test('jobs of one length whose slots are as long are always planned best', (t) => {
  let contended = 0;
  fc.assert(
    fc.property(sets({ isInterruptible: false, slotsMax: 1 }), (planned) => {
      const least = leastTogether(planned, 10 * minuteMs);
      if (least === undefined) return true;
      contended += 1;
      const { bound, work } = planWork(planned);
      t.ok(isKept(work, planned), spokenOf(work));
      return bound.isExact && Math.abs(bound.cost - least) < 1e-9;
    }),
    { numRuns: 60 },
  );
  t.ok(contended > 30, `${contended} contended`);
  t.end();
});

t.test('a hundred jobs that can be interrupted share few places', (t) => {
  const values = Array.from({ length: 48 }, (_, hour) => 200 + ((hour * 37) % 48));
  const work = Array.from({ length: 100 }, (_, index) =>
    job(index + 1, 'carbon', {
      isInterruptible: true,
      remainingMs: (20 + ((index * 13) % 90)) * minuteMs,
      deadlineMs: noonMs + (12 + ((index * 7) % 36)) * hourMs,
      powerWatts: 100 + ((index * 31) % 29) * 100,
    }),
  );
  const planned = input(work, [signal('carbon', values, { knownSlots: 1 })], { parallelMax: 6 });
  const { bound, work: plans } = planWork(planned);
  t.ok(bound.cost <= 1.005 * bound.lowerBound, `${bound.cost} is close to ${bound.lowerBound}`);
  t.ok(isKept(plans, planned));
  t.end();
});

t.test('what has just been gone on with stays, and others have the rest', (t) => {
  const both = { isInterruptible: true, deadlineMs: noonMs + 3 * hourMs };
  const work = [
    job(1, 'carbon', { ...both, state: 'running', startedMs: noonMs - 2 * minuteMs }),
    job(2, 'carbon', both),
  ];
  const known = [signal('carbon', [200, 100, 150], { knownSlots: 1 })];
  const plan = planWork(input(work, known, { parallelMax: 1 }));
  t.equal(spoken(plan.work[0]?.slots.slice(0, 1) ?? []), '12:00+3');
  t.ok(isKept(plan.work, input(work, known, { parallelMax: 1 })), spokenOf(plan.work));
  t.end();
});

/** Each runs as long as it must, before its deadline, and never more at once than may. */
function isKept(plans: readonly WorkPlan[], { work, parallelMax }: PlanInput): boolean {
  const slots = plans.flatMap((plan) => plan.slots);
  const isWhole = ({ slots: own }: WorkPlan, { remainingMs, deadlineMs }: PlannedWork): boolean =>
    own.reduce((sumMs, { startMs, endMs }) => sumMs + endMs - startMs, 0) === remainingMs &&
    own.every(({ endMs }, index) => endMs <= Math.min(deadlineMs, own[index + 1]?.startMs ?? Infinity));
  return (
    plans.every((plan, index) => work[index] !== undefined && isWhole(plan, work[index])) &&
    slots.every(
      ({ startMs }) =>
        slots.filter((other) => other.startMs <= startMs && startMs < other.endMs).length <= parallelMax,
    )
  );
}

function spokenOf(plans: readonly WorkPlan[]): string {
  return plans.map(({ id, slots }) => `${id}: ${spoken(slots)}`).join(', ');
}

function sets(of: { readonly isInterruptible: boolean; readonly slotsMax: number }): fc.Arbitrary<PlanInput> {
  const one = fc.record({
    slots: fc.integer({ min: 1, max: of.slotsMax }),
    slack: fc.integer({ min: 1, max: 4 }),
    powerWatts: fc.integer({ min: 100, max: 3_000 }),
  });
  return fc
    .record({
      jobs: fc.array(one, { minLength: 2, maxLength: 4 }),
      carbon: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 7, maxLength: 7 }),
      parallelMax: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ jobs, carbon, parallelMax }) => {
      const work = jobs.map(({ slots, slack, powerWatts }, index) =>
        job(index + 1, 'carbon', {
          powerWatts,
          isInterruptible: of.isInterruptible,
          remainingMs: slots * slotMs,
          deadlineMs: noonMs + (slots + slack) * slotMs,
        }),
      );
      return input(work, [signal('carbon', carbon, { slotMs, knownSlots: 0 })], { parallelMax });
    });
}
