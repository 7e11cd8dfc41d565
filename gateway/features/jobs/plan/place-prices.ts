import { bestStart } from './best-start.ts';
import { chooseStretches } from './choose-stretches.ts';
import type { Interval } from '../../../core/interval.ts';
import { Places } from './places.ts';
import type { Contender, Contest } from './share-places.ts';
import { findStartSpans } from './start-spans.ts';
import { ValueCurve } from './value-curve.ts';

/** How many times a job is placed, all rounds together: what the bound may cost. */
const placementsMax = 4_000;
const roundsMax = 80;
/** Prices change with the runs of so few jobs, and else only with the values. */
const finePricesMax = 30;

interface PricedStretch extends Interval {
  /** By kWh of a mean value and ms. */
  price: number;
  /** Places that are left to the contenders. */
  readonly room: number;
}

/** What no plan within the limit costs less than, and how that is known. */
export interface CostBound {
  readonly cost: number;
  /** What a place costs; undefined: nothing. */
  readonly price: ValueCurve | undefined;
  /** What each job costs at least, its place paid. A plan is above the bound by as much as its jobs are above these. */
  readonly least: ReadonlyMap<Contender, number>;
}

/**
 * Lagrangian relaxation: each job pays for its place what the rush for it makes it worth, and is then alone; what all
 * pay at their best, less what all places are worth, bounds every plan from below, whatever the prices are. They rise
 * where too many come and fall where places are left (subgradient, with Polyak's step). Pauses after each job.
 */
export function* boundCost(contest: Contest, planCost: number): Generator<undefined, CostBound> {
  let bound = unpriced(contest);
  const stretches = pricedStretches(contest);
  const rounds = Math.min(roundsMax, Math.floor(placementsMax / contest.contenders.length));
  let [eagerness, stale] = [1, 0];
  for (let round = 0; round < rounds && planCost - bound.cost > 1e-9; round += 1) {
    const { demand, ...found } = yield* priced(contest, stretches);
    if (found.cost > bound.cost) [bound, stale] = [found, 0];
    else stale += 1;
    if (stale >= 4) [eagerness, stale] = [eagerness / 2, 0];
    adjust(stretches, demand, eagerness * Math.max(planCost - found.cost, 0));
  }
  return bound;
}

function unpriced({ contenders }: Contest): CostBound {
  const least = new Map(contenders.map((contender) => [contender, contender.alone.leastCost]));
  return { cost: [...least.values()].reduce((sum, cost) => sum + cost, 0), price: undefined, least };
}

/** Stretches over which neither the value nor the room changes, nor, of few jobs, who would be there if alone. */
function pricedStretches(contest: Contest): PricedStretch[] {
  const taken = new Places(contest.parallelMax);
  taken.add(contest.taken);
  const times = new Set(taken.steps().map(({ startMs }) => startMs));
  const curves = new Set(contest.contenders.flatMap(({ frame }) => frame.cost.curves));
  for (const curve of curves) for (const atMs of curve.times) times.add(atMs);
  if (contest.contenders.length <= finePricesMax) {
    const alone = contest.contenders.flatMap(({ alone: { slots } }) => slots);
    for (const { startMs, endMs } of alone) times.add(startMs).add(endMs);
  }
  const lastMs = Math.max(...contest.contenders.map(({ frame }) => frame.work.deadlineMs));
  const sorted = [...times, contest.nowMs, lastMs]
    .filter((atMs) => atMs >= contest.nowMs && atMs <= lastMs)
    .toSorted((one, other) => one - other);
  const steps = taken.steps();
  let step = -1;
  return [...new Set(sorted)].slice(0, -1).map((startMs, index, starts) => {
    while ((steps[step + 1]?.startMs ?? Infinity) <= startMs) step += 1;
    const room = Math.max(0, contest.parallelMax - (steps[step]?.count ?? 0));
    return { startMs, endMs: starts[index + 1] ?? lastMs, price: 0, room };
  });
}

interface Priced extends CostBound {
  /** Jobs in each stretch, as a mean over it. */
  readonly demand: Float64Array;
}

function* priced(contest: Contest, stretches: readonly PricedStretch[]): Generator<undefined, Priced> {
  const slots = stretches.map(({ startMs, endMs, price }) => ({
    startMs,
    endMs,
    value: price,
    basis: 'known' as const,
  }));
  const price = new ValueCurve({ kind: 'price', slots, unknown: undefined }, contest.nowMs);
  const demand = new Float64Array(stretches.length);
  const least = new Map<Contender, number>();
  let cost = 0;
  for (const stretch of stretches) cost -= stretch.price * stretch.room * (stretch.endMs - stretch.startMs);
  for (const contender of contest.contenders) {
    const choice = pricedChoice(contender, price, contest.nowMs);
    cost += choice.cost;
    least.set(contender, choice.cost);
    for (const slot of choice.slots) addDemand(demand, stretches, slot);
    yield;
  }
  return { cost, price, least, demand };
}

function pricedChoice(
  { frame, alone }: Contender,
  price: ValueCurve,
  nowMs: number,
): { readonly cost: number; readonly slots: readonly Interval[] } {
  if (frame.work.isInterruptible) {
    const choice = chooseStretches(frame, { within: frame.allowed, nowMs, price });
    return { cost: choice.leastCost, slots: choice.slots };
  }
  const spans = findStartSpans(frame, frame.allowed);
  const best = bestStart(frame, { spans, nowMs, price });
  if (best === undefined) return { cost: alone.leastCost, slots: alone.slots };
  return {
    cost: best.cost,
    slots: [{ startMs: best.startMs, endMs: best.startMs + frame.work.remainingMs }],
  };
}

function addDemand(demand: Float64Array, stretches: readonly PricedStretch[], slot: Interval): void {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stretches[middle]?.endMs ?? Infinity) <= slot.startMs) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < stretches.length; index += 1) {
    const stretch = stretches[index];
    if (stretch === undefined || stretch.startMs >= slot.endMs) return;
    const sharedMs = Math.min(stretch.endMs, slot.endMs) - Math.max(stretch.startMs, slot.startMs);
    demand[index] = (demand[index] ?? 0) + sharedMs / (stretch.endMs - stretch.startMs);
  }
}

function adjust(stretches: readonly PricedStretch[], demand: Float64Array, gap: number): void {
  let norm = 0;
  for (const [index, { startMs, endMs, room, price }] of stretches.entries()) {
    const excess = (demand[index] ?? 0) - room;
    if (excess > 0 || price > 0) norm += excess * excess * (endMs - startMs);
  }
  if (norm === 0) return;
  for (const [index, stretch] of stretches.entries()) {
    const excess = (demand[index] ?? 0) - stretch.room;
    stretch.price = Math.max(0, stretch.price + (gap / norm) * excess);
  }
}
