import type { PlanInput, PlannedWork } from '../../../../gateway/features/jobs/plan/plan.ts';
import { signalAt, type PowerSignals } from '../../../../gateway/core/power-signal.ts';

/** Tries every start, step by step of time: slow, and with nothing of the planner in it. */

export interface Tried {
  readonly startMs: number;
  readonly cost: number;
  /** Whether all of the run is known. */
  readonly isWhole: boolean;
}

const kwhPerWattMs = 1 / 1_000 / 3_600_000;

/** All starts that the docs allow for a job of `carbon` and `price`, with what they cost. */
export function triedStarts(
  work: PlannedWork,
  { nowMs, signals }: PlanInput,
  stepMs: number,
): readonly Tried[] {
  const tried: Tried[] = [];
  for (let startMs = nowMs; startMs <= work.deadlineMs - work.remainingMs; startMs += stepMs) {
    const run = tryRun(work, { startMs, signals, nowMs }, stepMs);
    if (run !== undefined) tried.push(run);
  }
  return tried;
}

interface TriedRun {
  readonly startMs: number;
  readonly nowMs: number;
  readonly signals: PowerSignals;
}

/** undefined: its start is not known. What is not known later counts as the mean of what is. */
function tryRun(work: PlannedWork, { startMs, nowMs, signals }: TriedRun, stepMs: number): Tried | undefined {
  let cost = 0;
  let isWhole = true;
  for (const { kind } of work.when) {
    if (kind !== 'carbon' && kind !== 'price') continue;
    const left = valuesBetween(signals, kind, { startMs: nowMs, endMs: work.deadlineMs, stepMs });
    const known = left.filter((value) => value !== undefined);
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const size = known.reduce((sum, value) => sum + Math.abs(value), 0) / known.length;
    const run = valuesBetween(signals, kind, { startMs, endMs: startMs + work.remainingMs, stepMs });
    if (run[0] === undefined) return undefined;
    if (run.includes(undefined)) isWhole = false;
    const sum = run.reduce<number>((total, value) => total + (value ?? mean), 0);
    cost += (work.powerWatts * kwhPerWattMs * stepMs * sum) / (size > 0 ? size : 1);
  }
  return { startMs, cost, isWhole };
}

interface Steps {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

function valuesBetween(
  signals: PowerSignals,
  kind: 'carbon' | 'price',
  { startMs, endMs, stepMs }: Steps,
): readonly (number | undefined)[] {
  const values: (number | undefined)[] = [];
  for (let atMs = startMs; atMs < endMs; atMs += stepMs) values.push(signalAt(signals[kind], atMs)?.value);
  return values;
}

/** The least that jobs which cannot be interrupted cost together within the limit; undefined: it cannot be kept. */
export function leastTogether(planned: PlanInput, stepMs: number): number | undefined {
  const starts = planned.work.map((work) => triedStarts(work, planned, stepMs));
  const running = new Map<number, number>();
  let least: number | undefined;
  const place = (index: number, cost: number): void => {
    const work = planned.work[index];
    if (work === undefined) {
      if (least === undefined || cost < least) least = cost;
      return;
    }
    for (const tried of starts[index] ?? []) {
      const steps = stepsOf(tried.startMs, work.remainingMs, stepMs);
      if (steps.some((atMs) => (running.get(atMs) ?? 0) >= planned.parallelMax)) continue;
      for (const atMs of steps) running.set(atMs, (running.get(atMs) ?? 0) + 1);
      place(index + 1, cost + tried.cost);
      for (const atMs of steps) running.set(atMs, (running.get(atMs) ?? 0) - 1);
    }
  };
  place(0, 0);
  return least;
}

/** The least that jobs of `carbon` which can be interrupted cost within the limit, each in whole slots. */
export function leastInSlots(planned: PlanInput, slotMs: number): number | undefined {
  const place = (index: number, taken: readonly number[]): number | undefined => {
    const work = planned.work[index];
    if (work === undefined) return 0;
    let least: number | undefined;
    const last = (work.deadlineMs - planned.nowMs) / slotMs;
    const free = Array.from({ length: last }, (_, slot) => slot).filter(
      (slot) => taken.filter((each) => each === slot).length < planned.parallelMax,
    );
    for (const chosen of subsets(free, work.remainingMs / slotMs)) {
      const rest = place(index + 1, [...taken, ...chosen]);
      if (rest === undefined) continue;
      const cost = rest + costOfSlots(work, planned, { chosen, slotMs });
      if (least === undefined || cost < least) least = cost;
    }
    return least;
  };
  return place(0, []);
}

interface ChosenSlots {
  readonly chosen: readonly number[];
  readonly slotMs: number;
}

function costOfSlots(
  work: PlannedWork,
  { nowMs, signals }: PlanInput,
  { chosen, slotMs }: ChosenSlots,
): number {
  const left = { startMs: nowMs, endMs: work.deadlineMs, stepMs: slotMs };
  const values = valuesBetween(signals, 'carbon', left).map((value) => value ?? Number.NaN);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sum = chosen.reduce((total, slot) => total + (values[slot] ?? Number.NaN), 0);
  return (work.powerWatts * kwhPerWattMs * slotMs * sum) / mean;
}

function* subsets(of: readonly number[], size: number): Generator<readonly number[]> {
  if (size === 0) yield [];
  else {
    for (const [index, first] of of.entries()) {
      for (const rest of subsets(of.slice(index + 1), size - 1)) yield [first, ...rest];
    }
  }
}

function stepsOf(startMs: number, lengthMs: number, stepMs: number): readonly number[] {
  return Array.from({ length: Math.round(lengthMs / stepMs) }, (_, index) => startMs + index * stepMs);
}
