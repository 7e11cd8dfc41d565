import fc from 'fast-check';
import t from 'tap';
import '../../../property-seed.ts';
import { signalKinds, type PowerSignal } from '../../../../gateway/core/power-signal.ts';
import type { PlannedWork, PlanInput } from '../../../../gateway/features/jobs/plan/plan.ts';
import { planWork } from '../../../../gateway/features/jobs/plan/plan-work.ts';
import { hourMs, input, job, minuteMs, noonMs, signal, spoken } from './plan-inputs.ts';

interface PolicyCase {
  readonly title: string;
  readonly work: PlannedWork;
  readonly known?: readonly PowerSignal[];
  readonly at?: Partial<PlanInput>;
  /** Reason, times as `13:00+60` in UTC, words. */
  readonly plan: readonly [reason: string, slots: string, words: RegExp];
}

const day = 12 * hourMs;
const falling = [180, 170, 160, 41, 90, 95, 100, 105, 110, 115, 120, 125];

const cases: readonly PolicyCase[] = [
  {
    title: 'carbon waits for the lowest mean',
    work: job(1, 'carbon'),
    known: [signal('carbon', falling, { knownSlots: 1 })],
    plan: ['better_later', '15:00+60', /^waits for 16:00: 41 g\/kWh then, 180 g\/kWh now$/],
  },
  {
    title: 'what is better by little is said so precisely that it shows',
    work: job(1, 'carbon'),
    known: [signal('carbon', [26.1, 26, 25.8, 26], { knownSlots: 1 })],
    plan: ['better_later', '14:00+60', /^waits for 15:00: 25.8 g\/kWh then, 26.1 g\/kWh now$/],
  },
  {
    title: 'carbon starts at once when nothing better comes',
    work: job(1, 'carbon'),
    known: [signal('carbon', [...falling].reverse().fill(20, 0, 1), { knownSlots: 1 })],
    plan: ['best_now', '12:00+60', /^starts now: 20 g\/kWh, and no time before 2026-11-23 01:00 is better$/],
  },
  {
    title: 'of equal times the earliest is taken',
    work: job(1, 'carbon'),
    known: [signal('carbon', [50, 40, 60, 40], { knownSlots: 1 })],
    plan: ['better_later', '13:00+60', /40 g\/kWh then/],
  },
  {
    title: 'a run may begin within a slot',
    work: job(1, 'carbon', { remainingMs: 90 * minuteMs }),
    known: [signal('carbon', [90, 50, 10, 90, 90, 90], { knownSlots: 1 })],
    plan: ['better_later', '13:30+90', /23 g\/kWh then/],
  },
  {
    title: 'carbon without any data waits for its latest start',
    work: job(1, 'carbon'),
    plan: [
      'unknown',
      '23:00+60',
      /^starts at 2026-11-23 00:00 at the latest: the carbon intensity of the zone is not known \(there is no source\)$/,
    ],
  },
  {
    title: 'carbon that knows nothing but now waits',
    work: job(1, 'carbon'),
    known: [signal('carbon', [100])],
    plan: ['unknown', '23:00+60', /is not known for long enough/],
  },
  {
    title: 'carbon within a window and without data starts at the last time that the window leaves',
    work: job(1, 'carbon and window:14:00-16:00'),
    plan: ['condition', '14:00+60', /^starts at 15:00 at the latest/],
  },
  {
    title: 'price may be negative',
    work: job(1, 'price'),
    known: [signal('price', [100_000, -20_000, -50_000, 0])],
    plan: ['better_later', '14:00+60', /^waits for 15:00: -0.0500 €\/kWh then, 0.1000 €\/kWh now$/],
  },
  {
    title: 'carbon and price are added, each by its mean',
    work: job(1, 'carbon and price', { deadlineMs: noonMs + 3 * hourMs }),
    known: [
      signal('carbon', [300, 100, 200], { knownSlots: 1 }),
      signal('price', [200_000, 300_000, 100_000]),
    ],
    plan: [
      'better_later',
      '14:00+60',
      /200 g\/kWh and 0.1000 €\/kWh then, 300 g\/kWh and 0.2000 €\/kWh now$/,
    ],
  },
  {
    title: 'surplus starts when it is measured',
    work: job(1, 'surplus'),
    known: [signal('surplus', [1_520])],
    plan: ['best_now', '12:00+60', /^starts now: the zone produces 1520 MW more than it consumes$/],
  },
  {
    title: 'surplus is strict',
    work: job(1, 'surplus'),
    known: [signal('surplus', [0])],
    plan: [
      'condition',
      '23:00+60',
      /^starts at 2026-11-23 00:00 at the latest: the zone produces as much as it consumes$/,
    ],
  },
  {
    title: 'surplus that is only forecast for now does not count',
    work: job(1, 'surplus'),
    known: [signal('surplus', [900, -5, 30], { knownSlots: 0 })],
    plan: ['unknown', '14:00+60', /^waits for 15:00: the production .* is not known/],
  },
  {
    title: 'surplus waits for the time it is forecast for',
    work: job(1, 'surplus'),
    known: [signal('surplus', [-900, -5, 30], { knownSlots: 1 })],
    plan: ['condition', '14:00+60', /^waits for 15:00: the zone produces 900 MW less than it consumes$/],
  },
  {
    title: 'own export starts with as many watts as are asked for',
    work: job(1, 'own-export:1500'),
    known: [signal('own_export', [1_500])],
    plan: ['best_now', '12:00+60', /^starts now: the house gives 1500 W to the grid/],
  },
  {
    title: 'own export waits with one watt less',
    work: job(1, 'own-export:1500'),
    known: [signal('own_export', [1_499])],
    plan: ['condition', '23:00+60', /the house gives 1499 W to the grid, and 1500 W are waited for$/],
  },
  {
    title: 'power that is bought is not told as export',
    work: job(1, 'own-export:1500'),
    known: [signal('own_export', [-300])],
    plan: [
      'condition',
      '23:00+60',
      /: the house takes 300 W from the grid, and 1500 W to it are waited for$/,
    ],
  },
  {
    title: 'a house that takes nearly nothing takes nothing',
    work: job(1, 'own-export:1500'),
    known: [signal('own_export', [-0.3])],
    plan: ['condition', '23:00+60', /: the house gives 0 W to the grid, and 1500 W are waited for$/],
  },
  {
    title: 'not-red waits for the end of a red day',
    work: job(1, 'not-red', { deadlineMs: noonMs + day + hourMs }),
    known: [signal('red', [1, 1, 1, 0])],
    plan: ['condition', '15:00+60', /^waits for 16:00: by not-red it may not start before/],
  },
  {
    title: 'not-red does not begin what would run into a red day',
    work: job(1, 'not-red', { remainingMs: 2 * hourMs }),
    known: [signal('red', [0, 1, 0, 0])],
    plan: ['condition', '14:00+120', /^waits for 15:00/],
  },
  {
    title: 'a day whose colour is not known is not red',
    work: job(1, 'not-red'),
    plan: ['best_now', '12:00+60', /^starts now: not-red allows it$/],
  },
  {
    title: 'a window is in the time of the site',
    work: job(1, 'window:22:00-06:00'),
    plan: ['condition', '21:00+60', /^waits for 22:00: by window:22:00-06:00 it may not start before/],
  },
  {
    title: 'carbon chooses within the window',
    work: job(1, 'carbon and window:15:00-18:00'),
    known: [signal('carbon', [10, 90, 80, 70, 60, 50, 40], { knownSlots: 1 })],
    plan: ['condition', '16:00+60', /^waits for 17:00/],
  },
  {
    title: 'a job that is longer than its window starts as early as most of it fits',
    work: job(1, 'window:14:00-15:00', { remainingMs: 3 * hourMs }),
    plan: ['condition', '13:00+180', /^waits for 14:00/],
  },
  {
    title: 'a job whose window is never open starts at its latest start',
    work: job(1, 'window:03:00-04:00'),
    plan: [
      'condition',
      '23:00+60',
      /^starts at 2026-11-23 00:00 at the latest: until then window:03:00-04:00 leaves no time for it$/,
    ],
  },
  {
    title: 'a job starts at its latest start, whatever is known',
    work: job(1, 'surplus and carbon and window:03:00-04:00', { deadlineMs: noonMs + hourMs }),
    known: [signal('surplus', [-5]), signal('carbon', [9, 1], { knownSlots: 1 })],
    plan: ['latest_start', '12:00+60', /^starts now: it must be done by 14:00$/],
  },
  {
    title: 'a job that is longer than the time left starts at once',
    work: job(1, 'carbon', { remainingMs: 3 * day }),
    plan: ['latest_start', '12:00+2160', /^starts now/],
  },
  {
    title: 'a job of months waits as any other',
    work: job(1, 'carbon', { remainingMs: 60 * 2 * day, deadlineMs: noonMs + 70 * 2 * day }),
    plan: ['unknown', '12:00+86400', /^starts at 2026-12-02 13:00 at the latest/],
  },
  {
    title: 'a job that is due in a year starts when its window opens',
    work: job(1, 'window:22:00-06:00', { deadlineMs: noonMs + 365 * 2 * day }),
    plan: ['condition', '21:00+60', /^waits for 22:00/],
  },
  {
    title: 'an interruptible job takes the cheapest moments',
    work: job(1, 'carbon', { isInterruptible: true, remainingMs: 2 * hourMs }),
    known: [signal('carbon', [180, 20, 170, 160, 30, 150, 150, 150, 150, 150, 150, 150], { knownSlots: 1 })],
    plan: ['better_later', '13:00+60 16:00+60', /25 g\/kWh then/],
  },
  {
    title: 'an interruptible job is not interrupted for less than a hundredth',
    work: job(1, 'carbon', { isInterruptible: true, remainingMs: 2 * hourMs }),
    known: [signal('carbon', [200, 100, 101, 99, 200, 98.5, 200, 200, 200, 200], { knownSlots: 1 })],
    plan: ['better_later', '14:00+120', /100 g\/kWh then/],
  },
  {
    title: 'an interruptible job is held while its window is shut',
    work: job(1, 'window:12:00-14:00', {
      isInterruptible: true,
      remainingMs: 2 * hourMs,
      deadlineMs: noonMs + 26 * hourMs,
    }),
    plan: ['best_now', '12:00+60 11:00+60', /^starts now: window:12:00-14:00 allows it$/],
  },
  {
    title: 'an interruptible job that has just been gone on with is not held again',
    work: job(1, 'carbon', {
      isInterruptible: true,
      state: 'running',
      startedMs: noonMs - 2 * minuteMs,
    }),
    known: [signal('carbon', [200, 100, 100, 100], { knownSlots: 1 })],
    plan: ['best_now', '12:00+3 13:00+57', /^goes on/],
  },
  {
    title: 'an interruptible job is held while better moments come',
    work: job(1, 'carbon', { isInterruptible: true, state: 'running', startedMs: noonMs - hourMs }),
    known: [signal('carbon', [200, 100, 100, 100], { knownSlots: 1 })],
    plan: ['better_later', '13:00+60', /^waits for 14:00/],
  },
  {
    title: 'an interruptible job that is held goes on at its latest start',
    work: job(1, 'carbon', { isInterruptible: true, state: 'paused', remainingMs: day }),
    plan: ['latest_start', '12:00+720', /^goes on now: it must be done by/],
  },
  {
    title: 'a job that has begun runs on',
    work: job(1, 'surplus', { state: 'running' }),
    known: [signal('surplus', [-5])],
    plan: ['running', '12:00+60', /^runs, and cannot be interrupted$/],
  },
];

for (const { title, work, known = [], at = {}, plan } of cases) {
  t.test(title, (t) => {
    const [reason, slots, words] = plan;
    const [planned] = planWork(input([work], known, at)).work;
    t.equal(planned?.reason, reason);
    t.equal(spoken(planned?.slots ?? []), slots);
    t.match(planned?.words, words);
    t.equal(planned?.runsNow, planned?.slots[0]?.startMs === noonMs);
    t.equal(planned?.latestStartMs, work.deadlineMs - work.remainingMs);
    t.end();
  });
}

t.test('two jobs are not started by the same watts', (t) => {
  const both = [job(1, 'own-export:1000'), job(2, 'own-export:1000')];
  const reasons = (watts: number, work = both): readonly string[] =>
    planWork(input(work, [signal('own_export', [watts])])).work.map(({ reason }) => reason);
  t.strictSame(reasons(1_999), ['best_now', 'condition']);
  t.strictSame(reasons(2_000), ['best_now', 'best_now']);
  const running = job(3, 'carbon', { state: 'running', startedMs: noonMs - 4 * minuteMs });
  const [, second] = planWork(input(both, [signal('own_export', [1_500])])).work;
  const draws = both[0]?.powerWatts ?? 0;
  t.match(
    second?.words,
    new RegExp(`1500 W to the grid, of which jobs that have just started take ${draws} W`),
  );
  t.strictSame(reasons(1_999, [running, job(1, 'own-export:1000')]), ['running', 'condition']);
  const before = { ...running, startedMs: noonMs - 5 * minuteMs };
  t.strictSame(reasons(1_999, [before, job(1, 'own-export:1000')]), ['running', 'best_now']);
  t.end();
});

t.test('what is expected is the mean over the run, and over as long from now', (t) => {
  const known = [signal('carbon', falling, { knownSlots: 1 }), signal('price', [100_000, 300_000])];
  const [planned] = planWork(input([job(1, 'carbon')], known)).work;
  t.strictSame(planned?.expected, { carbonGramsPerKwh: 41, priceMicroEurosPerKwh: undefined });
  t.strictSame(planned?.ifNow, { carbonGramsPerKwh: 180, priceMicroEurosPerKwh: 100_000 });
  t.end();
});

t.test('of more jobs than places the others wait, and one whose latest start comes does not', (t) => {
  const known = [signal('surplus', [1, 1, 1, 1])];
  const work = [
    job(1, 'surplus', { state: 'running' }),
    job(2, 'surplus', { deadlineMs: noonMs + 3 * hourMs }),
    job(3, 'surplus', { deadlineMs: noonMs + 4 * hourMs }),
    job(4, 'surplus', { deadlineMs: noonMs + hourMs }),
  ];
  const plan = planWork(input(work, known, { parallelMax: 2 }));
  const said = plan.work.map(({ id, reason, slots }) => `${id} ${reason} ${spoken(slots)}`);
  t.strictSame(said.slice(0, 2), ['1 running 12:00+60', '2 limit 13:00+60']);
  t.match(plan.work[1]?.words, /^waits for 14:00: 2 may run at once/);
  t.equal(plan.work[3]?.reason, 'latest_start');
  t.equal(plan.work[3]?.runsNow, true);
  t.end();
});

t.test('a plan that comes a second late does what was planned', (t) => {
  const late = (seconds: number, work: PlannedWork, known: PowerSignal): string | undefined =>
    planWork(input([work], [known], { nowMs: noonMs + 3 * hourMs + seconds * 1_000 })).work[0]?.reason;
  const twice = signal('carbon', [50, 50, 50, 40, 50, 50, 40, 50, 50, 50, 50, 50], { knownSlots: 1 });
  t.equal(late(1.2, job(1, 'carbon'), twice), 'best_now');
  t.equal(late(60, job(1, 'carbon'), twice), 'better_later', 'a minute late the next is better');
  const window = job(1, 'window:16:00-17:00', { deadlineMs: noonMs + 40 * hourMs });
  t.equal(late(1.2, window, twice), 'best_now');
  t.equal(late(60, window, twice), 'condition');
  t.end();
});

t.test('no input is so odd that a plan fails', (t) => {
  const instant = fc.oneof(
    fc.integer({ min: -3, max: 30 }).map((hours) => noonMs + hours * hourMs),
    fc.nat(),
  );
  const slot = fc.record({
    startMs: instant,
    endMs: instant,
    value: fc.oneof(fc.double(), fc.integer({ min: -9, max: 9 })),
    basis: fc.constantFrom('known' as const, 'forecast' as const),
  });
  const slots = fc
    .array(slot, { maxLength: 6 })
    .map((all) => all.toSorted((one, other) => one.startMs - other.startMs));
  const some = fc.record({
    when: fc.constantFrom(
      'surplus',
      'carbon',
      'price and carbon',
      'own-export:5',
      'not-red',
      'carbon and window:22:00-22:00',
    ),
    deadlineMs: instant,
    remainingMs: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 900 * hourMs })),
    powerWatts: fc.integer({ min: 0, max: 1e6 }),
    isInterruptible: fc.boolean(),
    state: fc.constantFrom('waiting' as const, 'running' as const, 'paused' as const),
  });
  const inputs = fc.record({
    jobs: fc.array(some, { maxLength: 5 }),
    slots,
    parallelMax: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(inputs, ({ jobs, slots: given, parallelMax }) => {
      const work = jobs.map(({ when, ...rest }, index) => job(index + 1, when, rest));
      const known = signalKinds.map((kind) => ({ kind, slots: given, unknown: undefined }));
      const plan = planWork(input(work, known, { parallelMax }));
      const isDueStarted = plan.work.every((each) => each.latestStartMs > noonMs || each.runsNow);
      return plan.work.length === work.length && isDueStarted && plan.nextMs > noonMs;
    }),
    { numRuns: 200 },
  );
  t.end();
});

t.test('the plan is looked at again when something changes', (t) => {
  const next = (work: PlannedWork, ...known: readonly PowerSignal[]): number =>
    (planWork(input([work], known)).nextMs - noonMs) / minuteMs;
  t.equal(next(job(1, 'carbon')), 60, 'an hour later at the latest');
  t.equal(next(job(1, 'carbon', { deadlineMs: noonMs + 70 * minuteMs })), 10, 'its latest start');
  t.equal(next(job(1, 'window:13:20-16:00')), 20, 'its window opens');
  t.equal(next(job(1, 'surplus'), signal('surplus', [-1, 1], { slotMs: 15 * minuteMs })), 15, 'a new slot');
  t.equal(
    next(job(1, 'carbon', { state: 'running', remainingMs: 1 })),
    60,
    'not the end of what runs too long',
  );
  t.equal(planWork(input([], [])).work.length, 0);
  t.end();
});
