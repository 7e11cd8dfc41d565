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

/**
 * The best plan for a few jobs that cannot be interrupted (branch and bound), or undefined where that takes too long.
 * Exact: in a best plan runs that touch can only be moved together, so one of them begins or ends where a value
 * changes, a span ends or a run is that cannot be moved. Jobs are placed in every order, each at such an instant or
 * beside one that is placed already.
 */
export function* searchPlans(contest: Contest, known: Shared): Generator<undefined, Shared | undefined> {
  const { contenders } = contest;
  if (contenders.length > contendersMax || known.overfull > 0) return undefined;
  if (contenders.some(({ frame }) => frame.work.isInterruptible)) return undefined;
  const places = new Places(contest.parallelMax);
  places.add(contest.taken);
  const search: Search = { contest, places, chosen: new Map(), best: known, stepsLeft: stepsMax };
  yield* extend(search, 0);
  return search.stepsLeft > 0 ? search.best : undefined;
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
      if (cost + choice.cost + others >= search.best.cost - 1e-12) break;
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
