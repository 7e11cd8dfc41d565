/**
 * What a plan of 1 000 jobs costs in processor time, beside a naive one, and how long the event loop is held by a step
 * of it: with a place for each, with a place for 50, when all can be interrupted, and of six of them on one place; and
 * of how many sets that share places, drawn at random, the plan is known to be the best.
 * `node dist/bench/plan-jobs.js [--jobs 1000] [--rounds 15] [--seed 1] [--sets 30]`
 */
import type { PowerSignal, PowerSignals, SignalKind } from '../gateway/core/power-signal.ts';
import type { Plan, PlanInput, PlannedWork } from '../gateway/features/jobs/plan/plan.ts';
import { planSteps, planWork } from '../gateway/features/jobs/plan/plan-work.ts';
import { SeededRandom } from '../modbus-sim/random.ts';
import { naivePlan } from './carbon/naive-plan.ts';
import { readCarbonFile } from './carbon/read-carbon-file.ts';
import { cpuMs, median, numberArgument, percentile, print, printAim } from './measure.ts';

const hourMs = 3_600_000;
const nowMs = Date.parse('2020-03-02T10:17:31Z');
/** A task computes for so long at most. */
const stepMsAim = 10;

const jobs = numberArgument('jobs', 1_000);
const rounds = numberArgument('rounds', 15);
const sets = numberArgument('sets', 30);
const random = new SeededRandom(`plan jobs ${numberArgument('seed', 1)}`);
const signals = signalsOf(readCarbonFile('test/features/jobs/fixtures/carbon/gb-2020.csv.gz'));
const many = Array.from({ length: jobs }, (_, index) => randomJob(index + 1));

const naiveMs = measureNaive();
report('places_for_all', many, jobs);
report('few_places', many, Math.max(1, Math.floor(jobs / 50)));
report(
  'interruptible',
  many.map((work) => ({ ...work, isInterruptible: true })),
  jobs,
);
report('six_on_one', many.slice(0, 6), 1);
for (const [size, places] of [
  [4, 1],
  [6, 1],
  [6, 2],
  [8, 2],
  [8, 3],
] as const)
  reportSets(
    `${size}_on_${places}`,
    places,
    Array.from({ length: size }, () => randomJob),
  );
reportSets(
  '20_interruptible_on_3',
  3,
  Array.from({ length: 20 }, () => (id: number) => ({ ...randomJob(id), isInterruptible: true })),
);

function report(name: string, work: readonly PlannedWork[], parallelMax: number): void {
  const input: PlanInput = { nowMs, zone: 'Europe/London', signals, work, parallelMax };
  const [plans, steps] = [[] as number[], [] as number[]];
  let bound = { cost: 0, lowerBound: 0, isExact: false };
  for (let round = 0; round < rounds + 2; round += 1) {
    const generator = planSteps(input);
    let planMs = 0;
    for (let isDone = false; !isDone;) {
      const beganMs = cpuMs();
      const step = generator.next();
      const stepMs = cpuMs() - beganMs;
      planMs += stepMs;
      if (round >= 2) steps.push(stepMs);
      isDone = step.done === true;
      if (step.done === true) ({ bound } = step.value);
    }
    if (round >= 2) plans.push(planMs);
  }
  const label = `plan_jobs.${name}`;
  print(`${label}.jobs`, work.length, 'jobs');
  print(`${label}.plan_median`, median(plans), 'ms');
  print(`${label}.plan_p99`, percentile(plans, 0.99), 'ms');
  if (work.length === jobs) print(`${label}.to_naive`, median(plans) / naiveMs, 'x');
  printAim(`${label}.step_p99`, percentile(steps, 0.99), 'ms', percentile(steps, 0.99) <= stepMsAim);
  print(`${label}.above_lower_bound`, 100 * (bound.cost / bound.lowerBound - 1), '%');
}

/** Of sets for which there is a plan within the limit: how many are exact, and how far the others are from the bound. */
function reportSets(name: string, parallelMax: number, draw: readonly ((id: number) => PlannedWork)[]): void {
  const [times, gaps] = [[] as number[], [] as number[]];
  let exact = 0;
  while (times.length < sets) {
    const work = draw.map((one, index) => one(index + 1));
    const beganMs = cpuMs();
    const plan = planWork({ nowMs, zone: 'Europe/London', signals, work, parallelMax });
    const planMs = cpuMs() - beganMs;
    if (!keepsLimit(plan, parallelMax)) continue;
    times.push(planMs);
    gaps.push(100 * (plan.bound.cost / plan.bound.lowerBound - 1));
    exact += plan.bound.isExact ? 1 : 0;
  }
  const label = `plan_jobs.sets.${name}`;
  print(`${label}.exact`, (100 * exact) / sets, '%');
  print(`${label}.above_lower_bound_max`, Math.max(...gaps), '%');
  print(`${label}.plan_median`, median(times), 'ms');
  print(`${label}.plan_max`, Math.max(...times), 'ms');
}

function keepsLimit({ work }: Plan, parallelMax: number): boolean {
  const slots = work.flatMap((plan) => plan.slots);
  return slots.every(
    ({ startMs }) =>
      slots.filter((other) => other.startMs <= startMs && startMs < other.endMs).length <= parallelMax,
  );
}

function measureNaive(): number {
  const input: PlanInput = { nowMs, zone: 'Europe/London', signals, work: many, parallelMax: jobs };
  const times: number[] = [];
  for (let round = 0; round < rounds + 2; round += 1) {
    const beganMs = cpuMs();
    naivePlan(input);
    if (round >= 2) times.push(cpuMs() - beganMs);
  }
  print('plan_jobs.naive_median', median(times), 'ms');
  print('plan_jobs.naive_p99', percentile(times, 0.99), 'ms');
  return median(times);
}

function randomJob(id: number): PlannedWork {
  const remainingMs = random.integer(5, 240) * 60_000;
  return {
    id,
    when: [{ kind: 'carbon' }],
    queuedMs: nowMs,
    deadlineMs: nowMs + remainingMs + random.integer(0, 44) * hourMs,
    remainingMs,
    powerWatts: random.integer(50, 3_000),
    isInterruptible: false,
    state: 'waiting',
  };
}

function signalsOf(slots: PowerSignal['slots']): PowerSignals {
  const none = (kind: SignalKind): PowerSignal => ({ kind, slots: [], unknown: 'there is no source' });
  const left = slots.filter(({ startMs, endMs }) => endMs > nowMs && startMs < nowMs + 52 * hourMs);
  return {
    carbon: { kind: 'carbon', slots: left, unknown: undefined },
    price: none('price'),
    surplus: none('surplus'),
    red: none('red'),
    own_export: none('own_export'),
  };
}
