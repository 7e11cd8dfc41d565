import type { Interval } from '../../../core/interval.ts';
import { signalAt, signalKinds } from '../../../core/power-signal.ts';
import { chooseRun, runAt, type RunChoice } from './choose-run.ts';
import { chooseStretches } from './choose-stretches.ts';
import { boundCost } from './place-prices.ts';
import { Places } from './places.ts';
import { PlanScene } from './plan-scene.ts';
import type { Plan, PlanBound, PlanInput, PlannedWork, WorkPlan } from './plan.ts';
import { describeWork } from './describe-work.ts';
import { divideTime, type DividedTime } from './divide-time.ts';
import { startsAt, type Draft } from './draft.ts';
import { searchPlans } from './search-plans.ts';
import { isBetter, makeDo, sharePlaces, type Contender, type Contest, type Shared } from './share-places.ts';
import { frameWork, type WorkFrame } from './work-frame.ts';

/** What has just been started is not in the mean of the export yet. */
const exportMeanMs = 5 * 60_000;
const nextMsMax = 3_600_000;
/** What is left of a run that has taken as long as it said, and goes on. */
const overdueMs = 1;
const jobsBetweenPauses = 4;
/** Costs are the same where only rounding tells them apart. */
const roundingShare = 1e-9;

/** When all of the work runs, in the order that it was given in. See docs/jobs.md for what is best. */
export function planWork(input: PlanInput): Plan {
  const steps = planSteps(input);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same, with pauses between which a few jobs are looked at: some milliseconds of work on a small machine. */
export function* planSteps(input: PlanInput): Generator<undefined, Plan> {
  const jobs = planJobByJob(input);
  for (let looked = 1; ; looked += 1) {
    const step = jobs.next();
    if (step.done === true) return step.value;
    if (looked % jobsBetweenPauses === 0) yield;
  }
}

function* planJobByJob(input: PlanInput): Generator<undefined, Plan> {
  const scene = new PlanScene(input);
  const drafts = yield* draftAlone(scene);
  const bound = yield* shareOut(scene, drafts);
  const work: WorkPlan[] = [];
  for (const { id } of input.work) {
    const draft = drafts.get(id);
    if (draft !== undefined) work.push(describeWork(draft, scene));
    yield;
  }
  return { work, bound, nextMs: nextOf(work, scene) };
}

/** Each as if it were alone, the most urgent first: what it draws at once is taken off the export for the next. */
function* draftAlone(scene: PlanScene): Generator<undefined, Map<number, Draft>> {
  const drafts = new Map<number, Draft>();
  let takenWatts = 0;
  for (const work of scene.input.work) if (isNew(work, scene.nowMs)) takenWatts += work.powerWatts;
  for (const work of scene.input.work.toSorted(byUrgency)) {
    const frame = frameWork(work, scene, takenWatts);
    const alone = chooseAlone(frame, scene.nowMs);
    drafts.set(work.id, { frame, alone, choice: alone });
    if (work.state !== 'running' && startsAt(alone, scene.nowMs)) takenWatts += work.powerWatts;
    yield;
  }
  return drafts;
}

function isNew({ state, startedMs }: PlannedWork, nowMs: number): boolean {
  return state === 'running' && startedMs !== undefined && nowMs - startedMs < exportMeanMs;
}

function byUrgency(one: PlannedWork, other: PlannedWork): number {
  const latestMs = ({ deadlineMs, remainingMs }: PlannedWork): number => deadlineMs - remainingMs;
  return latestMs(one) - latestMs(other) || one.id - other.id;
}

function chooseAlone(frame: WorkFrame, nowMs: number): RunChoice {
  const { work, allowed } = frame;
  if (work.isInterruptible) return chooseStretches(frame, { within: allowed, nowMs });
  return work.state === 'waiting' ? chooseRun(frame, nowMs) : runAt(frame, nowMs, 'now');
}

/** Moves jobs for which there is no place when they would run best. */
function* shareOut(scene: PlanScene, drafts: ReadonlyMap<number, Draft>): Generator<undefined, PlanBound> {
  const places = new Places(scene.input.parallelMax);
  const all = [...drafts.values()];
  for (const { alone } of all) {
    places.add(alone.slots);
    yield;
  }
  const leastCost = all.reduce((sum, { alone }) => sum + alone.leastCost, 0);
  const movable = all.filter(({ alone }) => alone.why === 'best');
  if (places.overfull().length === 0) return boundOf(costOf(all), leastCost);
  const fixed = all.filter(({ alone }) => alone.why !== 'best');
  const contest = {
    nowMs: scene.nowMs,
    parallelMax: scene.input.parallelMax,
    contenders: movable,
    taken: yield* settleFixed(fixed, scene),
  };
  if (movable.length === 0) return boundOf(costOf(all), leastCost);
  const { shared, least } = yield* contested(contest);
  for (const [contender, choice] of shared.choices) setChoice(contender, choice, drafts);
  const fixedCost = costOf(fixed);
  return boundOf(shared.cost + fixedCost, least + fixedCost);
}

/** What must run, or has no best time, goes before the others: the most urgent first. */
function* settleFixed(fixed: readonly Draft[], scene: PlanScene): Generator<undefined, readonly Interval[]> {
  const places = new Places(scene.input.parallelMax);
  const isMust = ({ alone }: Draft): boolean => alone.why === 'now';
  for (const draft of [...fixed.filter(isMust), ...fixed.filter((each) => !isMust(each))]) {
    draft.choice = makeDo(draft, places, scene.nowMs);
    places.add(draft.choice.slots);
    yield;
  }
  return fixed.flatMap(({ choice }) => choice.slots);
}

function costOf(drafts: readonly Draft[]): number {
  return drafts.reduce((sum, { choice }) => sum + choice.cost, 0);
}

function* contested(
  contest: Contest,
): Generator<undefined, { readonly shared: Shared; readonly least: number }> {
  const divided = yield* divideTime(contest);
  if (divided?.shared !== undefined && isClosed(divided.shared.cost, divided.leastCost)) {
    return { shared: divided.shared, least: divided.leastCost };
  }
  const shared = bestOf(yield* sharePlaces(contest), divided);
  if (divided !== undefined && contest.contenders.every(({ frame }) => frame.work.isInterruptible)) {
    return { shared, least: divided.leastCost };
  }
  const bound = yield* boundCost(contest, shared.cost);
  if (shared.overfull === 0 && isClosed(shared.cost, bound.cost)) return { shared, least: bound.cost };
  const searched = yield* searchPlans(contest, shared, bound);
  return { shared: searched.shared, least: searched.isComplete ? searched.shared.cost : bound.cost };
}

/** A plan that costs less than any division begins jobs while nothing is known, as those need not. */
function bestOf(one: Shared, divided: DividedTime | undefined): Shared {
  if (divided?.shared === undefined) return one;
  const isTooEarly = !isClosed(divided.leastCost, one.cost);
  return isTooEarly || isBetter(divided.shared, one) ? divided.shared : one;
}

function setChoice({ frame }: Contender, choice: RunChoice, drafts: ReadonlyMap<number, Draft>): void {
  const draft = drafts.get(frame.work.id);
  if (draft !== undefined) draft.choice = choice;
}

function isClosed(cost: number, leastCost: number): boolean {
  return cost - leastCost <= roundingShare * Math.max(1, Math.abs(cost));
}

/** A plan that must leave the limit may cost less than any within it. */
function boundOf(cost: number, leastCost: number): PlanBound {
  const isExact = isClosed(cost, leastCost);
  return { cost, lowerBound: isExact ? cost : Math.min(cost, leastCost), isExact };
}

/** The next instant at which something is planned, becomes due, or changes its value. */
function nextOf(plans: readonly WorkPlan[], { input, nowMs }: PlanScene): number {
  let nextMs = nowMs + nextMsMax;
  const consider = (atMs: number): void => {
    if (atMs > nowMs && atMs < nextMs) nextMs = atMs;
  };
  for (const plan of plans) momentsOf(plan).forEach(consider);
  for (const kind of signalKinds) {
    const { slots } = input.signals[kind];
    consider(signalAt(input.signals[kind], nowMs)?.endMs ?? Infinity);
    consider(slots.find(({ startMs }) => startMs > nowMs)?.startMs ?? Infinity);
  }
  for (const { startedMs } of input.work) consider((startedMs ?? -Infinity) + exportMeanMs);
  return Math.ceil(nextMs);
}

/** What runs comes no nearer to its latest start, and when it ends that is told: it is not planned anew each moment. */
function momentsOf({ runsNow, reason, latestStartMs, slots }: WorkPlan): readonly number[] {
  const latestMs = runsNow ? [] : [latestStartMs];
  if (reason === 'running' || reason === 'limit') return latestMs;
  return [
    ...latestMs,
    ...slots.flatMap(({ startMs, endMs }) => (endMs - startMs > overdueMs ? [startMs, endMs] : [startMs])),
  ];
}
