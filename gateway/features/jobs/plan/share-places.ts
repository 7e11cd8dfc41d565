import type { Interval } from '../../../core/interval.ts';
import { chooseRunWithin, runAt, type RunChoice } from './choose-run.ts';
import { chooseStretches } from './choose-stretches.ts';
import { intersect, totalMs } from './interval-sets.ts';
import { Places } from './places.ts';
import { findStartSpans, wholeRuns } from './start-spans.ts';
import type { WorkFrame } from './work-frame.ts';

/** A job that may be moved, with the times that it would take if it were alone. */
export interface Contender {
  readonly frame: WorkFrame;
  readonly alone: RunChoice;
}

export interface Shared {
  readonly choices: ReadonlyMap<Contender, RunChoice>;
  /** Jobs for which there was no place before their latest start. */
  readonly overfull: number;
  readonly cost: number;
}

export interface Contest {
  readonly nowMs: number;
  readonly parallelMax: number;
  readonly contenders: readonly Contender[];
  /** Of jobs that keep theirs, whatever. */
  readonly taken: readonly Interval[];
}

/** How many jobs are placed anew in search of a better plan. */
const improvementsMax = 600;

/**
 * A plan for more jobs than there are places: each in turn takes the best that is left, in several orders, of which
 * one is that of the latest starts, and where not all find a place, the first; the best of these is improved by letting jobs that were displaced go before those
 * that displaced them. Pauses after each job.
 */
export function* sharePlaces(contest: Contest): Generator<undefined, Shared> {
  const orders = [byLatestStart, byEnergy, byRoom];
  let best: Shared | undefined;
  for (const order of orders) {
    const shared = yield* inTurn(contest, contest.contenders.toSorted(order));
    if (best === undefined || isBetter(shared, best)) best = shared;
  }
  if (best === undefined || best.overfull > 0) {
    const early = yield* inTurn(contest, contest.contenders.toSorted(byDeadline), true);
    if (best === undefined || isBetter(early, best)) best = early;
  }
  return yield* improve(contest, best);
}

/**
 * For a job whose best time is a makeshift, when there is no place then: the first at which there is one, or its latest
 * start. What cannot wait any longer is not asked.
 */
export function makeDo({ frame, alone }: Contender, places: Places, nowMs: number): RunChoice {
  const free = places.free({ startMs: nowMs, endMs: frame.work.deadlineMs });
  if (alone.why === 'now' || alone.why === 'last' || isFree(alone.slots, free)) return alone;
  const within = intersect(frame.allowed, free);
  if (frame.work.isInterruptible) return chooseStretches(frame, { within, nowMs });
  const first = alone.why === 'fullest' ? firstInside(frame, free) : undefined;
  return runAt(frame, first ?? frame.latestStartMs, first === undefined ? 'last' : 'fullest');
}

/** The first start in the times of the job from which a place is free for all of the run. */
function firstInside(frame: WorkFrame, free: readonly Interval[]): number | undefined {
  const { remainingMs } = frame.work;
  const starts = free.map(({ startMs, endMs }) => ({ startMs, endMs: endMs - remainingMs + 1 }));
  const inside = intersect(
    frame.allowed,
    starts.filter(({ startMs, endMs }) => startMs < endMs),
  );
  const open = intersect(inside, frame.gates.open);
  return open.find(({ startMs }) => startMs <= frame.latestStartMs)?.startMs;
}

export function isBetter(one: Shared, other: Shared): boolean {
  return one.overfull < other.overfull || (one.overfull === other.overfull && one.cost < other.cost - 1e-12);
}

/** The choice of one job among the times at which there is a place; undefined where there is none. */
function placeWithin({ frame, alone }: Contender, places: Places, nowMs: number): RunChoice | undefined {
  const [first] = alone.slots;
  const endMs = frame.work.deadlineMs;
  const free = places.free({ startMs: nowMs, endMs });
  const within = intersect(frame.allowed, free);
  if (first !== undefined && isFree(alone.slots, free)) return alone;
  if (!frame.work.isInterruptible) return chooseRunWithin(frame, within, { nowMs });
  const choice = chooseStretches(frame, { within, nowMs });
  return choice.why === 'best' && isFree(choice.slots, free) ? choice : undefined;
}

function placeEarly({ frame }: Contender, places: Places, nowMs: number): RunChoice | undefined {
  const free = places.free({ startMs: nowMs, endMs: frame.work.deadlineMs });
  const within = intersect(frame.allowed, free);
  if (frame.work.isInterruptible) return firstMoments(frame, within);
  const [first] = wholeRuns(frame, within).length > 0 ? findStartSpans(frame, within) : [];
  return first === undefined ? undefined : runAt(frame, Math.max(first.firstMs, nowMs), 'best');
}

/** The first moments in which a place is free, however dear; undefined where they are too few. */
function firstMoments(frame: WorkFrame, within: readonly Interval[]): RunChoice | undefined {
  const slots: Interval[] = [];
  let leftMs = frame.work.remainingMs;
  for (const { startMs, endMs } of intersect(within, frame.gates.open)) {
    if (leftMs <= 0) break;
    slots.push({ startMs, endMs: Math.min(endMs, startMs + leftMs) });
    leftMs -= endMs - startMs;
  }
  if (leftMs > 0) return undefined;
  const cost = slots.reduce((sum, { startMs, endMs }) => sum + frame.cost.of(startMs, endMs), 0);
  return { slots, cost, leastCost: cost, why: 'best' };
}

function isFree(slots: readonly Interval[], free: readonly Interval[]): boolean {
  return totalMs(intersect(slots, free)) === totalMs(slots);
}

/** `isEarly`: each where it is done soonest, so that as many as possible find a place at all. */
function* inTurn(
  contest: Contest,
  order: readonly Contender[],
  isEarly = false,
): Generator<undefined, Shared> {
  const places = new Places(contest.parallelMax);
  places.add(contest.taken);
  const choices = new Map<Contender, RunChoice>();
  for (const contender of order) {
    const place = isEarly ? placeEarly : placeWithin;
    const choice = place(contender, places, contest.nowMs) ?? atLatest(contender);
    places.add(choice.slots);
    choices.set(contender, choice);
    yield;
  }
  return sharedOf(choices);
}

function atLatest({ frame }: Contender): RunChoice {
  return runAt(frame, frame.latestStartMs, 'last');
}

function sharedOf(choices: ReadonlyMap<Contender, RunChoice>): Shared {
  let [overfull, cost] = [0, 0];
  for (const choice of choices.values()) {
    cost += choice.cost;
    if (choice.why === 'last') overfull += 1;
  }
  return { choices, overfull, cost };
}

function* improve(contest: Contest, first: Shared): Generator<undefined, Shared> {
  const places = new Places(contest.parallelMax);
  places.add(contest.taken);
  for (const { slots } of first.choices.values()) {
    places.add(slots);
    yield;
  }
  let best = first;
  const attempt = { places, nowMs: contest.nowMs, placingsLeft: improvementsMax };
  for (let hasImproved = true; hasImproved && attempt.placingsLeft > 0;) {
    hasImproved = false;
    for (const contender of displacedMost(best)) {
      const shared = yield* withFirst(attempt, best, contender);
      if (shared === best) continue;
      best = shared;
      hasImproved = true;
      break;
    }
  }
  return best;
}

function displacedMost({ choices }: Shared): readonly Contender[] {
  const lost = (contender: Contender): number => (choices.get(contender)?.cost ?? 0) - contender.alone.cost;
  const isLast = (contender: Contender): number => (choices.get(contender)?.why === 'last' ? 1 : 0);
  return [...choices.keys()]
    .filter((contender) => isLast(contender) > 0 || lost(contender) > 0)
    .toSorted((one, other) => isLast(other) - isLast(one) || lost(other) - lost(one));
}

interface Attempt {
  /** With all of the best plan in them. */
  readonly places: Places;
  readonly nowMs: number;
  placingsLeft: number;
}

/** The same plan, but that the job goes before all that are in the way of its best times; if that is no better, the same. */
function* withFirst(attempt: Attempt, known: Shared, contender: Contender): Generator<undefined, Shared> {
  const { places, nowMs } = attempt;
  const moved = [contender, ...inTheWay(contender, known)];
  if (moved.length > attempt.placingsLeft) return known;
  attempt.placingsLeft -= moved.length;
  const next = new Map(known.choices);
  for (const each of moved) places.remove(slotsOf(each, known.choices));
  for (const each of moved) {
    const choice = placeWithin(each, places, nowMs) ?? atLatest(each);
    places.add(choice.slots);
    next.set(each, choice);
    yield;
  }
  const shared = sharedOf(next);
  if (isBetter(shared, known)) return shared;
  for (const each of moved) places.remove(slotsOf(each, next));
  for (const each of moved) places.add(slotsOf(each, known.choices));
  return known;
}

function inTheWay(contender: Contender, { choices }: Shared): readonly Contender[] {
  const isInTheWay = (other: Contender): boolean =>
    other !== contender && intersect(slotsOf(other, choices), contender.alone.slots).length > 0;
  return [...choices.keys()].filter(isInTheWay).toSorted(byEnergy);
}

function slotsOf(contender: Contender, choices: Shared['choices']): readonly Interval[] {
  return choices.get(contender)?.slots ?? [];
}

function byLatestStart(one: Contender, other: Contender): number {
  return one.frame.latestStartMs - other.frame.latestStartMs || one.frame.work.id - other.frame.work.id;
}

function byDeadline(one: Contender, other: Contender): number {
  return one.frame.work.deadlineMs - other.frame.work.deadlineMs || byLatestStart(one, other);
}

function byEnergy(one: Contender, other: Contender): number {
  const energyOf = ({ frame }: Contender): number => frame.cost.kwhPerMs * frame.work.remainingMs;
  return energyOf(other) - energyOf(one) || byLatestStart(one, other);
}

/** Those first that have the least room to move. */
function byRoom(one: Contender, other: Contender): number {
  const roomOf = ({ frame }: Contender): number => totalMs(frame.allowed) / frame.work.remainingMs;
  return roomOf(one) - roomOf(other) || byLatestStart(one, other);
}
