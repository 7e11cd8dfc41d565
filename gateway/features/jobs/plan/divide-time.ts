import type { Interval } from '../../../core/interval.ts';
import { runAt, type RunChoice } from './choose-run.ts';
import { chooseStretches } from './choose-stretches.ts';
import { intersect, isWithin, joined, totalMs } from './interval-sets.ts';
import { layOut } from './lay-out.ts';
import { Places } from './places.ts';
import type { Contender, Contest, Shared } from './share-places.ts';
import { findStartSpans } from './start-spans.ts';
import { cellRate, needOf, timeCells, type TimeCell, type TimeNeed } from './time-cells.ts';
import { solveTransport, type Transport } from './transport.ts';

export interface DividedTime {
  /** What all cost at least, if each may be interrupted at any moment: no plan within the limit is below it. */
  readonly leastCost: number;
  /** A plan by it; undefined: some would be interrupted that cannot be. */
  readonly shared: Shared | undefined;
}

/**
 * The best that there is for jobs that can all be interrupted, and for those of one length where values change in the
 * same rhythm: what each job runs in each stretch of time is brought there at the least cost, none longer than the
 * stretch and all together no longer than its places have room for; that makes a plan (see `layOut`). undefined:
 * there is no such division, or other jobs are among them.
 */
export function* divideTime(contest: Contest): Generator<undefined, DividedTime | undefined> {
  if (!isDivisible(contest)) return undefined;
  const needs: TimeNeed[] = [];
  for (const contender of contest.contenders.toSorted(byState)) {
    needs.push(needOf(contender, contest.nowMs));
    yield;
  }
  const cells = timeCells(contest, needs);
  if (cells === undefined || !areWhole(cells, needs)) return undefined;
  const transport = yield* transportOf(needs, cells, contest.nowMs);
  const amounts = yield* solveTransport(transport);
  if (amounts === undefined) return undefined;
  const laid = layOut(amounts, needs.length, cells);
  const slots = needs.map(({ kept }, row) => joined([...kept, ...(laid[row] ?? [])]));
  const leastCost = needs.reduce((sum, { contender }, row) => sum + costOf(contender, slots[row] ?? []), 0);
  return { leastCost, shared: yield* settle(contest, needs, slots) };
}

/** One rhythm: nothing shorter than a run changes, but for the stretch that it is now. */
function isDivisible({ contenders }: Contest): boolean {
  const [first] = contenders;
  if (contenders.every(({ frame }) => frame.work.isInterruptible)) return true;
  return contenders.every(
    ({ frame: { work } }) => !work.isInterruptible && work.remainingMs === first?.frame.work.remainingMs,
  );
}

/** Whole milliseconds, so that sums are exact. */
function areWhole(cells: readonly TimeCell[], needs: readonly TimeNeed[]): boolean {
  return (
    cells.every(({ startMs, endMs }) => Number.isInteger(startMs) && Number.isInteger(endMs)) &&
    needs.every(({ contender }) => Number.isInteger(contender.frame.work.remainingMs))
  );
}

/** Those that run go first, so that of equal plans they are in the one that is taken. */
function byState(one: Contender, other: Contender): number {
  const isOff = ({ frame }: Contender): number => (frame.work.state === 'running' ? 0 : 1);
  return isOff(one) - isOff(other) || one.frame.latestStartMs - other.frame.latestStartMs;
}

function* transportOf(
  needs: readonly TimeNeed[],
  cells: readonly TimeCell[],
  nowMs: number,
): Generator<undefined, Transport> {
  const rates = new Float64Array(needs.length * cells.length);
  for (const [row, need] of needs.entries()) {
    for (const [column, cell] of cells.entries())
      rates[row * cells.length + column] = cellRate(need, cell, nowMs);
    yield;
  }
  const shares = Float64Array.from(cells, ({ startMs, endMs }) => endMs - startMs);
  const rooms = shares.map((share, column) => share * (cells[column]?.room ?? 0));
  const left = ({ contender, kept }: TimeNeed): number => contender.frame.work.remainingMs - totalMs(kept);
  return { needs: Float64Array.from(needs, left), rooms, shares, rates };
}

function costOf({ frame }: Contender, slots: readonly Interval[]): number {
  return slots.reduce((sum, { startMs, endMs }) => sum + frame.cost.of(startMs, endMs), 0);
}

/** Each in turn as is the rule for one that has what the others leave, which is at least what it was given. */
function* settle(
  contest: Contest,
  needs: readonly TimeNeed[],
  slots: readonly (readonly Interval[])[],
): Generator<undefined, Shared | undefined> {
  const places = new Places(contest.parallelMax);
  places.add(contest.taken);
  for (const each of slots) places.add(each);
  const choices = new Map<Contender, RunChoice>();
  let cost = 0;
  for (const [row, { contender }] of needs.entries()) {
    const given = slots[row] ?? [];
    places.remove(given);
    const choice = settled(contender, given, { places, nowMs: contest.nowMs });
    if (choice === undefined) return undefined;
    places.add(choice.slots);
    choices.set(contender, choice);
    cost += choice.cost;
    yield;
  }
  return { choices, overfull: 0, cost };
}

interface Others {
  readonly places: Places;
  readonly nowMs: number;
}

function settled(
  { frame }: Contender,
  given: readonly Interval[],
  { places, nowMs }: Others,
): RunChoice | undefined {
  if (!frame.work.isInterruptible) return asOneRun(frame, given);
  const free = places.free({ startMs: nowMs, endMs: frame.work.deadlineMs });
  const choice = chooseStretches(frame, { within: intersect(frame.allowed, free), nowMs });
  const isFree = totalMs(intersect(choice.slots, free)) === totalMs(choice.slots);
  return choice.why === 'best' && isFree ? choice : undefined;
}

function asOneRun(frame: Contender['frame'], given: readonly Interval[]): RunChoice | undefined {
  const [run] = given;
  if (run === undefined || given.length > 1 || !isWithin(frame.outlook, run.startMs)) return undefined;
  const isStart = findStartSpans(frame, frame.allowed).some(
    ({ firstMs, lastMs }) => firstMs <= run.startMs && run.startMs <= lastMs,
  );
  return isStart ? runAt(frame, run.startMs, 'best') : undefined;
}
