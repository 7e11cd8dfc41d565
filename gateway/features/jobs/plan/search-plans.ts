import { bestStart, eachStart } from './best-start.ts';
import { runAt, type RunChoice } from './choose-run.ts';
import { intersect } from './interval-sets.ts';
import type { CostBound } from './place-prices.ts';
import { Places } from './places.ts';
import { isBetter, type Contender, type Contest, type Shared } from './share-places.ts';
import { findStartSpans, wholeRuns } from './start-spans.ts';

const contendersMax = 8;
const stepsMax = 1_000;
/** What is better by less is the same. */
const roundingKwh = 1e-10;

interface Search {
  readonly contest: Contest;
  readonly bound: CostBound;
  readonly places: Places;
  readonly chosen: Map<Contender, RunChoice>;
  /** What has been placed before, in another order. */
  readonly seen: Set<string>;
  best: Shared;
  stepsLeft: number;
}

export interface Searched {
  readonly shared: Shared;
  /** Nothing is left that could be better. */
  readonly isComplete: boolean;
}

/**
 * The best plan for a few jobs that cannot be interrupted, from one that is known (branch and bound), as far as it
 * does not take too long. In a best plan runs that touch can only be moved together, so one of them begins or ends
 * where a value changes, a span ends or a run is that cannot be moved. Jobs are placed in every order, each at such an
 * instant or beside one that is placed already.
 */
export function* searchPlans(
  contest: Contest,
  known: Shared,
  bound: CostBound,
): Generator<undefined, Searched> {
  const { contenders } = contest;
  const isHard =
    contenders.length > contendersMax || contenders.some(({ frame }) => frame.work.isInterruptible);
  if (isHard) return { shared: known, isComplete: false };
  const places = new Places(contest.parallelMax);
  places.add(contest.taken);
  const search: Search = {
    contest,
    bound,
    places,
    chosen: new Map(),
    seen: new Set(),
    best: known,
    stepsLeft: stepsMax,
  };
  yield* extend(search, bound.cost);
  return { shared: search.best, isComplete: search.stepsLeft > 0 };
}

/** `leastCost`: of all plans with what has been placed, as if the places of the others were free. */
function* extend(search: Search, leastCost: number): Generator<undefined> {
  const { contest, chosen } = search;
  const open = contest.contenders.filter((contender) => !chosen.has(contender));
  if (open.length === 0) {
    const cost = [...chosen.values()].reduce((sum, choice) => sum + choice.cost, 0);
    const found = { choices: new Map(chosen), overfull: 0, cost };
    if (isBetter(found, search.best)) search.best = found;
    return;
  }
  const prospects = open.map((contender) => prospectOf(search, contender));
  // What is placed has taken the best times of some of the others.
  const reachable = prospects.reduce((sum, { leastLoss }) => sum + leastLoss, leastCost);
  if (reachable >= costToBeat(search)) return;
  for (const { contender, leastLoss, placings } of prospects) {
    for (const { choice, loss } of placings) {
      if (reachable - leastLoss + loss >= costToBeat(search)) break;
      if (!isNews(search, contender, choice)) continue;
      search.stepsLeft -= 1;
      if (search.stepsLeft <= 0) return;
      search.places.add(choice.slots);
      chosen.set(contender, choice);
      yield;
      yield* extend(search, leastCost + loss);
      chosen.delete(contender);
      search.places.remove(choice.slots);
    }
  }
}

function isNews({ chosen, seen }: Search, contender: Contender, choice: RunChoice): boolean {
  const placed = [...chosen, [contender, choice] as const];
  const key = placed.map(([{ frame }, { slots }]) => `${frame.work.id}@${slots[0]?.startMs ?? 0}`).sort();
  const text = key.join(' ');
  if (seen.has(text)) return false;
  seen.add(text);
  return true;
}

/** A plan within the limit is better than any that is not. */
function costToBeat({ best }: Search): number {
  return best.overfull > 0 ? Infinity : best.cost - roundingKwh;
}

interface Placing {
  readonly choice: RunChoice;
  /** How much more it costs than the best, places paid. */
  readonly loss: number;
}

/** Where a job may still go. */
interface Prospect {
  readonly contender: Contender;
  /** Wherever it goes among what is free; Infinity: nowhere. */
  readonly leastLoss: number;
  /** Those that lose least first. */
  readonly placings: readonly Placing[];
}

function prospectOf(search: Search, contender: Contender): Prospect {
  const { contest, places, chosen, bound } = search;
  const { frame } = contender;
  const { nowMs } = contest;
  const free = places.free({ startMs: nowMs, endMs: frame.work.deadlineMs });
  const within = intersect(frame.allowed, free);
  const isAnywhere = wholeRuns(frame, within).length > 0;
  const spans = isAnywhere ? findStartSpans(frame, within) : [];
  const least = bound.least.get(contender) ?? 0;
  const cheapest = bestStart(frame, { spans, nowMs, price: bound.price });
  const leastLoss = cheapest === undefined ? Infinity : Math.max(0, cheapest.cost - least);
  const lossMax = costToBeat(search) - bound.cost;
  if (leastLoss >= lossMax) return { contender, leastLoss, placings: [] };
  const edges = [...chosen.values()].flatMap(({ slots }) =>
    slots.flatMap((each) => [each.startMs, each.endMs]),
  );
  const starts = new Map<number, number>();
  eachStart(frame, { spans, nowMs, edges }, (startMs, cost) => {
    starts.set(startMs, Math.min(cost, starts.get(startMs) ?? Infinity));
  });
  const placings: Placing[] = [];
  for (const [startMs, cost] of starts) {
    const paid = bound.price?.integral(startMs, startMs + frame.work.remainingMs) ?? 0;
    const loss = Math.max(leastLoss, cost + paid - least);
    if (loss < lossMax) placings.push({ choice: { ...runAt(frame, startMs, 'best'), cost }, loss });
  }
  return { contender, leastLoss, placings: placings.toSorted((one, other) => one.loss - other.loss) };
}
