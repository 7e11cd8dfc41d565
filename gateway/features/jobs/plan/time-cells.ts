import type { Interval } from '../../../core/interval.ts';
import { keptStretch, runsOn, usableTimes } from './choose-stretches.ts';
import { isWithin, overlapMs } from './interval-sets.ts';
import { Places } from './places.ts';
import type { Contender, Contest } from './share-places.ts';
import { findStartSpans } from './start-spans.ts';

/** Time over which no value, no place and nobody's times change. */
export interface TimeCell extends Interval {
  /** Places that are left to the contenders. */
  readonly room: number;
}

/** What a contender needs of the time that is left. */
export interface TimeNeed {
  readonly contender: Contender;
  /** Where it may run, ascending. */
  readonly times: readonly Interval[];
  /** What it runs in any case. */
  readonly kept: readonly Interval[];
}

export function needOf(contender: Contender, nowMs: number): TimeNeed {
  const { frame } = contender;
  if (frame.work.isInterruptible) {
    const times = usableTimes(frame, { within: frame.allowed, nowMs });
    return { contender, times, kept: keptStretch(frame, times, nowMs) };
  }
  const spans = findStartSpans(frame, frame.allowed);
  // Spans of starts ascend, and so do the times that their runs take.
  const times: Interval[] = [];
  for (const { firstMs, lastMs } of spans) {
    const startMs = Math.max(firstMs, nowMs, times.at(-1)?.endMs ?? nowMs);
    const endMs = Math.max(lastMs, nowMs) + frame.work.remainingMs;
    if (startMs < endMs) times.push({ startMs, endMs });
  }
  return { contender, times, kept: [] };
}

/** Where somebody may run and a place is left, ascending; undefined where more runs already than may. */
export function timeCells(contest: Contest, needs: readonly TimeNeed[]): readonly TimeCell[] | undefined {
  const { nowMs, parallelMax } = contest;
  const taken = new Places(parallelMax);
  taken.add(contest.taken);
  for (const { kept } of needs) taken.add(kept);
  if (needs.some(({ kept }) => kept.length > 0) && taken.overfull().length > 0) return undefined;
  const steps = taken.steps();
  const times = [nowMs, ...steps.map(({ startMs }) => startMs), ...timesOf(needs)];
  const sorted = [...new Set(times)].filter((atMs) => atMs >= nowMs).toSorted((one, other) => one - other);
  let step = -1;
  return sorted.slice(0, -1).flatMap((startMs, index) => {
    while ((steps[step + 1]?.startMs ?? Infinity) <= startMs) step += 1;
    const room = parallelMax - (steps[step]?.count ?? 0);
    const isUsed = room > 0 && needs.some((need) => isWithin(need.times, startMs));
    return isUsed ? [{ startMs, endMs: sorted[index + 1] ?? startMs, room }] : [];
  });
}

/** At which somebody's times begin or end, or a value changes. */
function timesOf(needs: readonly TimeNeed[]): readonly number[] {
  const curves = new Set(needs.flatMap(({ contender }) => contender.frame.cost.curves));
  const edges = needs.flatMap((need) => need.times.flatMap(({ startMs, endMs }) => [startMs, endMs]));
  return [...edges, ...[...curves].flatMap((curve) => [...curve.times])];
}

/** Cost of a millisecond of the job in the cell; Infinity where it may not run. */
export function cellRate({ contender, times, kept }: TimeNeed, cell: Interval, nowMs: number): number {
  const { startMs, endMs } = cell;
  const { frame } = contender;
  if (!isWithin(times, startMs) || isWithin(kept, startMs)) return Infinity;
  const isKnown = overlapMs(frame.outlook, cell) > 0 || runsOn(frame, startMs, nowMs);
  // Of what is not known nothing is taken as long as there is something known.
  if (frame.work.isInterruptible && !isKnown) return Infinity;
  return frame.cost.of(startMs, endMs) / (endMs - startMs);
}
