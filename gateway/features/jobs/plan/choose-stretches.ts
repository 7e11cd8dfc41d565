import type { Interval } from '../../../core/interval.ts';
import { chooseRunWithin, runAt, type RunChoice } from './choose-run.ts';
import { intersect, joined, overlapMs, totalMs, without } from './interval-sets.ts';
import { lengthenShort, type CostPiece } from './lengthen-short.ts';
import type { ValueCurve } from './value-curve.ts';
import type { WorkFrame } from './work-frame.ts';

/** A job is held and gone on with only where that saves so much of its energy at the mean value. */
const gainShareMin = 0.01;
/** Rates this close, in parts of the mean value, are the same. */
const roundingShare = 1e-9;
const stretchMsMin = 5 * 60_000;

/** When an interruptible job may run besides what its frame says. */
export interface StretchSearch {
  readonly within: readonly Interval[];
  readonly nowMs: number;
  readonly price?: ValueCurve | undefined;
}

/**
 * The best set of stretches of a job that can be interrupted: the cheapest moments that are left to it, known ones
 * first, and of those that are not known the latest. A stretch is at least five minutes long, unless the job is
 * shorter. What does not fit into its times runs before its deadline.
 */
export function chooseStretches(frame: WorkFrame, search: StretchSearch): RunChoice {
  const { nowMs } = search;
  const { remainingMs } = frame.work;
  if (nowMs >= frame.latestStartMs) return runAt(frame, nowMs, 'now');
  const usable = usableTimes(frame, search);
  const pieces = costPieces(frame, usable, search);
  const kept = keptStretch(frame, usable, nowMs);
  const taken = takeCheapest(pieces, kept, remainingMs);
  const missingMs = remainingMs - totalMs(taken);
  const least = costOf(frame, taken, search.price);
  if (missingMs > 0) return completed(frame, taken, nowMs);
  const shortestMs = Math.min(stretchMsMin, remainingMs);
  const slots = lengthenShort(
    taken,
    pieces,
    ({ startMs, endMs }) => endMs - startMs < shortestMs && !runsOn(frame, startMs, nowMs),
  );
  const cost = costOf(frame, slots, search.price);
  const single =
    frame.cost.hasTerms && kept.length === 0 ? chooseRunWithin(frame, usable, search) : undefined;
  const gainMin = gainShareMin * remainingMs * frame.cost.kwhPerMs;
  if (single !== undefined && slots.length > 1 && single.leastCost - cost < gainMin) {
    return { ...single, leastCost: least };
  }
  const isKnown = slots.some(
    (slot) => overlapMs(frame.outlook, slot) > 0 || runsOn(frame, slot.startMs, nowMs),
  );
  return { slots, cost: costOf(frame, slots), leastCost: least, why: isKnown ? 'best' : 'unknown' };
}

/** What is left of the given times once the gates have opened. */
export function usableTimes(
  { gates, work }: WorkFrame,
  { within, nowMs }: StretchSearch,
): readonly Interval[] {
  const opens = gates.open.find(({ endMs }) => endMs > nowMs);
  if (opens === undefined) return [];
  return intersect(within, [{ startMs: Math.max(nowMs, opens.startMs), endMs: work.deadlineMs }]);
}

/** A stretch that has begun is not given up before it is worth it. */
export function keptStretch(
  { work }: WorkFrame,
  usable: readonly Interval[],
  nowMs: number,
): readonly Interval[] {
  if (work.state !== 'running' || work.startedMs === undefined) return [];
  const endMs = Math.min(work.startedMs + stretchMsMin, nowMs + work.remainingMs);
  return endMs <= nowMs ? [] : intersect(usable, [{ startMs: nowMs, endMs }]);
}

function costPieces(
  frame: WorkFrame,
  usable: readonly Interval[],
  { price, nowMs }: StretchSearch,
): readonly CostPiece[] {
  const curves = price === undefined ? frame.cost.curves : [...frame.cost.curves, price];
  return usable.flatMap((interval) => {
    const cuts = curves.flatMap((curve) => [...curve.timesFrom(interval.startMs + 1, interval.endMs - 1)]);
    const edges = [interval.startMs, ...new Set(cuts.toSorted((one, other) => one - other)), interval.endMs];
    return edges.slice(1).map((endMs, index) => {
      const startMs = edges[index] ?? interval.startMs;
      const cost = frame.cost.of(startMs, endMs) + (price?.integral(startMs, endMs) ?? 0);
      const rate = evenRate(cost / (endMs - startMs), frame.cost.kwhPerMs);
      const isKnown = overlapMs(frame.outlook, { startMs, endMs }) > 0 || runsOn(frame, startMs, nowMs);
      return { startMs, endMs, rate, isKnown };
    });
  });
}

/** Of moments that cost the same the earliest are taken: rounding must not tell them apart. */
function evenRate(rate: number, kwhPerMs: number): number {
  const step = roundingShare * kwhPerMs;
  return Math.round(rate / step) * step;
}

/**
 * Whether a stretch goes on with one that has begun: then it may be short, and is not given up because it is not known
 * what comes, which counts as the mean.
 */
export function runsOn({ work }: WorkFrame, startMs: number, nowMs: number): boolean {
  return work.state === 'running' && startMs === nowMs;
}

function takeCheapest(
  pieces: readonly CostPiece[],
  kept: readonly Interval[],
  lengthMs: number,
): readonly Interval[] {
  const taken = [...kept];
  let leftMs = lengthMs - totalMs(kept);
  for (const piece of pieces.toSorted(byCost)) {
    for (const free of without(piece, kept)) {
      if (leftMs <= 0) return joined(taken);
      const part = partOf(free, { lengthMs: leftMs, isLate: !piece.isKnown, taken });
      leftMs -= part.endMs - part.startMs;
      taken.push(part);
    }
  }
  return joined(taken);
}

function byCost(one: CostPiece, other: CostPiece): number {
  if (one.isKnown !== other.isKnown) return one.isKnown ? -1 : 1;
  if (!one.isKnown) return other.startMs - one.startMs;
  return one.rate - other.rate || one.startMs - other.startMs;
}

interface PartWanted {
  readonly lengthMs: number;
  readonly isLate: boolean;
  readonly taken: readonly Interval[];
}

/** As much of the interval as is wanted, where it goes on with what is taken. */
function partOf(free: Interval, { lengthMs, isLate, taken }: PartWanted): Interval {
  if (lengthMs >= free.endMs - free.startMs) return free;
  const follows = taken.some(({ endMs }) => endMs === free.startMs);
  const precedes = taken.some(({ startMs }) => startMs === free.endMs);
  if (isLate || (precedes && !follows)) return { startMs: free.endMs - lengthMs, endMs: free.endMs };
  return { startMs: free.startMs, endMs: free.startMs + lengthMs };
}

/** What its times have no room for runs as late as can be. */
function completed(frame: WorkFrame, taken: readonly Interval[], nowMs: number): RunChoice {
  let slots = taken;
  let leftMs = frame.work.remainingMs - totalMs(taken);
  for (const free of without({ startMs: nowMs, endMs: frame.work.deadlineMs }, taken).toReversed()) {
    const startMs = Math.max(free.startMs, free.endMs - leftMs);
    slots = joined([...slots, { startMs, endMs: free.endMs }]);
    leftMs -= free.endMs - startMs;
    if (leftMs <= 0) break;
  }
  const cost = costOf(frame, slots);
  return { slots, cost, leastCost: cost, why: taken.length > 0 ? 'fullest' : 'last' };
}

function costOf(frame: WorkFrame, slots: readonly Interval[], price?: ValueCurve): number {
  return slots.reduce(
    (sum, { startMs, endMs }) => sum + frame.cost.of(startMs, endMs) + (price?.integral(startMs, endMs) ?? 0),
    0,
  );
}
