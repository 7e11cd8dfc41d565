import fc from 'fast-check';
import t from 'tap';
import '../../../property-seed.ts';
import type { PowerSignals } from '../../../../gateway/core/power-signal.ts';
import type { WhenTerm } from '../../../../gateway/features/jobs/when.ts';
import type { Plan, PlannedWork } from '../../../../gateway/features/jobs/plan/plan.ts';
import { job, hourMs, minuteMs, noonMs, signal, signals } from './plan-inputs.ts';
import { liveDay, type VirtualDay } from './virtual-day.ts';

t.test('whatever is known, and when, no job starts late or twice, and the limit holds', (t) => {
  let [days, holds, waits] = [0, 0, 0];
  fc.assert(
    fc.property(virtualDay(), (day) => {
      const lived = liveDay(day, checkPlan);
      days += 1;
      holds += lived.holds;
      for (const { id, deadlineMs, remainingMs } of day.work) {
        const startedMs = lived.startedMs.get(id) ?? Infinity;
        if (startedMs > noonMs) waits += 1;
        if (startedMs > Math.max(noonMs, deadlineMs - remainingMs)) return false;
        if ((lived.endedMs.get(id) ?? Infinity) > Math.max(deadlineMs, noonMs + remainingMs)) return false;
      }
      return lived.overLimit.length === 0;
    }),
    { numRuns: 150 },
  );
  t.ok(days >= 150 && holds > 10 && waits > 50, `${days} days, ${holds} holds, ${waits} waits`);
  t.end();
});

t.test('a job starts when it was planned to, if nothing new is known', (t) => {
  // Where values are weighed against each other, or stand for some that are not known, their means change with time.
  const oneValue = plannedJob(1)
    .filter(({ when }) => when.filter(isValue).length <= 1)
    .map((work) => ({ ...work, isInterruptible: false }));
  const one = fc.record({ work: oneValue, known: knownSignals({ isWhole: true }) });
  let waited = 0;
  fc.assert(
    fc.property(one, ({ work, known }) => {
      let first: Plan | undefined;
      const revisions = [{ atMs: noonMs, signals: known }];
      const lived = liveDay({ work: [work], revisions, parallelMax: 1 }, (plan) => (first ??= plan));
      const planned = first?.work[0];
      if (planned === undefined) return false;
      // What is closed may open before, and what is not known may become so.
      if (planned.reason !== 'better_later' && planned.reason !== 'best_now') return true;
      if (!planned.runsNow) waited += 1;
      return lived.startedMs.get(1) === planned.slots[0]?.startMs;
    }),
    { numRuns: 200 },
  );
  t.ok(waited > 10, `${waited} waited`);
  t.end();
});

/** What holds of every plan. */
function checkPlan({ work: plans, bound, nextMs }: Plan, work: readonly PlannedWork[]): void {
  for (const [index, plan] of plans.entries()) {
    const { id, remainingMs, deadlineMs, isInterruptible, state } = work[index] ?? job(0, 'carbon');
    const lengthMs = plan.slots.reduce((sumMs, { startMs, endMs }) => sumMs + endMs - startMs, 0);
    assertThat(plan.id === id, 'plans come in the order of the work');
    assertThat(lengthMs === remainingMs, `${id}: the slots are as long as what is left`);
    assertThat(
      plan.slots.every(({ endMs }, at) => endMs < (plan.slots[at + 1]?.startMs ?? Infinity)),
      'they ascend',
    );
    assertThat(plan.slots.length === 1 || isInterruptible, `${id}: only what may be held is`);
    assertThat(plan.latestStartMs === deadlineMs - remainingMs, `${id}: its latest start`);
    assertThat(plan.words.length > 0 && plan.words.length < 500, `${id}: it has words`);
    assertThat(
      plan.runsNow || state !== 'running' || isInterruptible,
      `${id}: what runs and cannot be held runs on`,
    );
    assertThat(
      plan.runsNow === ['running', 'best_now', 'latest_start'].includes(plan.reason),
      `${id}: its reason`,
    );
    assertThat(plan.runsNow || (plan.slots[0]?.startMs ?? 0) < nextMs + 30 * hourMs, `${id}: it is planned`);
  }
  assertThat(
    bound.lowerBound <= bound.cost && (!bound.isExact || bound.lowerBound === bound.cost),
    'its bound',
  );
  assertThat(Number.isInteger(nextMs), 'it says when to plan again');
}

function assertThat(condition: boolean, what: string): void {
  if (!condition) throw new RangeError(what);
}

function virtualDay(): fc.Arbitrary<VirtualDay> {
  const later = fc.record({ minutes: fc.integer({ min: 1, max: 1_400 }), known: knownSignals() });
  return fc
    .record({
      work: fc
        .integer({ min: 1, max: 6 })
        .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => plannedJob(index + 1)))),
      first: knownSignals(),
      later: fc.uniqueArray(later, { maxLength: 6, selector: ({ minutes }) => minutes }),
      parallelMax: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ work, first, later: revised, parallelMax }) => ({
      work,
      parallelMax,
      revisions: [
        { atMs: noonMs, signals: first },
        ...revised
          .toSorted((one, other) => one.minutes - other.minutes)
          .map(({ minutes, known }) => ({ atMs: noonMs + minutes * minuteMs, signals: known })),
      ],
    }));
}

function plannedJob(id: number): fc.Arbitrary<PlannedWork> {
  const whens = [
    'surplus',
    'carbon',
    'price',
    'carbon and price',
    'own-export:500',
    'not-red',
    'carbon and not-red',
  ];
  const windows = ['window:15:00-20:00', 'carbon and window:22:00-06:00', 'surplus and window:14:00-18:00'];
  return fc
    .record({
      when: fc.constantFrom(...whens, ...windows),
      length: fc.integer({ min: 1, max: 300 }),
      slack: fc.integer({ min: -30, max: 1_200 }),
      powerWatts: fc.integer({ min: 10, max: 3_000 }),
      isInterruptible: fc.boolean(),
    })
    .map(({ when, length, slack, powerWatts, isInterruptible }) =>
      job(id, when, {
        powerWatts,
        isInterruptible,
        remainingMs: length * minuteMs,
        deadlineMs: noonMs + Math.max(1, length + slack) * minuteMs,
      }),
    );
}

function isValue({ kind }: WhenTerm): boolean {
  return kind === 'carbon' || kind === 'price';
}

/** Of up to a day, with gaps, or none at all; or else of two days. */
function knownSignals({ isWhole = false } = {}): fc.Arbitrary<PowerSignals> {
  const values = (min: number, max: number): fc.Arbitrary<(number | undefined)[]> =>
    isWhole
      ? fc.array(fc.integer({ min, max }), { minLength: 192, maxLength: 192 })
      : fc.array(fc.option(fc.integer({ min, max }), { nil: undefined, freq: 8 }), { maxLength: 48 });
  return fc
    .record({
      carbon: values(1, 60),
      price: values(-20, 100),
      surplus: values(-5, 5),
      red: values(0, 1),
      own: values(0, 2_000),
      slotMinutes: fc.constantFrom(15, 30, 60),
    })
    .map(({ carbon, price, surplus, red, own, slotMinutes }) => {
      const slotMs = slotMinutes * minuteMs;
      return signals(
        signal('carbon', carbon, { slotMs, knownSlots: 1 }),
        signal('price', price, { slotMs }),
        signal('surplus', surplus, { slotMs, knownSlots: 20 }),
        signal('red', red, { slotMs: 6 * hourMs, fromMs: noonMs - 7 * hourMs }),
        signal('own_export', own, { slotMs: 15 * minuteMs }),
      );
    });
}
