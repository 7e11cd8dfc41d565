import { candidateStarts } from './best-start.ts';
import { runAt, type RunChoice } from './choose-run.ts';
import { intersect } from './interval-sets.ts';
import { Places } from './places.ts';
import { isBetter, type Contender, type Contest, type Shared } from './share-places.ts';
import { findStartSpans, wholeRuns } from './start-spans.ts';

const contendersMax = 7;
const stepsMax = 4_000;

interface Search {
  readonly contest: Contest;
  readonly places: Places;
  readonly chosen: Map<Contender, RunChoice>;
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
export function* searchPlans(contest: Contest, known: Shared): Generator<undefined, Searched> {
  const { contenders } = contest;
  const isHard =
    contenders.length > contendersMax || contenders.some(({ frame }) => frame.work.isInterruptible);
  if (isHard) return { shared: known, isComplete: false };
  const places = new Places(contest.parallelMax);
  places.add(contest.taken);
  const search: Search = { contest, places, chosen: new Map(), best: known, stepsLeft: stepsMax };
  yield* extend(search, 0);
  return { shared: search.best, isComplete: search.stepsLeft > 0 };
}

function* extend(search: Search, cost: number): Generator<undefined> {
  const { contest, chosen } = search;
  const open = contest.contenders.filter((contender) => !chosen.has(contender));
  if (open.length === 0) {
    const found = { choices: new Map(chosen), overfull: 0, cost };
    if (isBetter(found, search.best)) search.best = found;
    return;
  }
  const rest = open.reduce((sum, { alone }) => sum + alone.leastCost, 0);
  for (const contender of open) {
    const others = rest - contender.alone.leastCost;
    for (const choice of placings(search, contender)) {
      if (cost + choice.cost + others >= costToBeat(search)) break;
      search.stepsLeft -= 1;
      if (search.stepsLeft <= 0) return;
      search.places.add(choice.slots);
      chosen.set(contender, choice);
      yield;
      yield* extend(search, cost + choice.cost);
      chosen.delete(contender);
      search.places.remove(choice.slots);
    }
  }
}

/** A plan within the limit is better than any that is not. */
function costToBeat({ best }: Search): number {
  return best.overfull > 0 ? Infinity : best.cost - 1e-12;
}

/** The cheapest first. */
function placings({ contest, places, chosen }: Search, { frame }: Contender): readonly RunChoice[] {
  const { nowMs } = contest;
  const free = places.free({ startMs: nowMs, endMs: frame.work.deadlineMs });
  const within = intersect(frame.allowed, free);
  if (wholeRuns(frame, within).length === 0) return [];
  const edges = [...chosen.values()].flatMap(({ slots }) =>
    slots.flatMap((each) => [each.startMs, each.endMs]),
  );
  const starts = new Map<number, number>();
  for (const { startMs, cost } of candidateStarts(frame, {
    spans: findStartSpans(frame, within),
    nowMs,
    edges,
  })) {
    starts.set(startMs, Math.min(cost, starts.get(startMs) ?? Infinity));
  }
  return [...starts]
    .map(([startMs, cost]) => ({ ...runAt(frame, startMs, 'best'), cost }))
    .toSorted((one, other) => one.cost - other.cost);
}
