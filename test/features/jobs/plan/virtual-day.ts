import assert from 'node:assert';
import type { PowerSignals } from '../../../../gateway/core/power-signal.ts';
import type { Plan, PlannedWork } from '../../../../gateway/features/jobs/plan/plan.ts';
import { planWork } from '../../../../gateway/features/jobs/plan/plan-work.ts';

/** Something new is known: all signals as they are from then on. */
export interface Revision {
  readonly atMs: number;
  readonly signals: PowerSignals;
}

export interface VirtualDay {
  readonly work: readonly PlannedWork[];
  /** Ascending; the first is at the start. */
  readonly revisions: readonly Revision[];
  readonly parallelMax: number;
}

export interface Lived {
  /** First start of each job. */
  readonly startedMs: ReadonlyMap<number, number>;
  readonly endedMs: ReadonlyMap<number, number>;
  /** How often jobs were held. */
  readonly holds: number;
  /** Jobs that ran beyond the limit before their latest start. */
  readonly overLimit: readonly number[];
}

/** Lives through a day as the desk does: plans when something is new or the plan says so, and does what it says. */
export function liveDay(day: VirtualDay, check: (plan: Plan, work: readonly PlannedWork[]) => void): Lived {
  const lived = {
    startedMs: new Map<number, number>(),
    endedMs: new Map<number, number>(),
    overLimit: [] as number[],
    holds: 0,
  };
  let { work } = day;
  for (let nowMs = day.revisions[0]?.atMs ?? Infinity; work.length > 0 && nowMs < Infinity;) {
    const plan = planAt(nowMs, work, day);
    check(plan, work);
    const before = new Map(work.map(({ id, state }) => [id, state]));
    work = work.map((each) => follow(each, plan, nowMs));
    const running = work.filter(({ state }) => state === 'running');
    for (const { id } of running) if (!lived.startedMs.has(id)) lived.startedMs.set(id, nowMs);
    lived.holds += work.filter(({ id, state }) => state === 'paused' && before.get(id) === 'running').length;
    if (running.length > day.parallelMax) {
      const begun = running.filter(({ id }) => before.get(id) !== 'running');
      lived.overLimit.push(...begun.filter((each) => nowMs < latestMs(each)).map(({ id }) => id));
    }
    const nextMs = Math.min(plan.nextMs, nextOf(day, running, nowMs));
    for (const { id, remainingMs } of running) {
      if (remainingMs <= nextMs - nowMs) lived.endedMs.set(id, nextMs);
    }
    work = goneOn(work, nextMs - nowMs);
    nowMs = nextMs;
  }
  return lived;
}

function planAt(nowMs: number, work: readonly PlannedWork[], { revisions, parallelMax }: VirtualDay): Plan {
  const revision = revisions.findLast(({ atMs }) => atMs <= nowMs);
  assert(revision !== undefined, 'a day begins with what is known');
  return planWork({ nowMs, zone: 'Europe/Paris', work, signals: revision.signals, parallelMax });
}

function nextOf({ revisions }: VirtualDay, running: readonly PlannedWork[], nowMs: number): number {
  const revisedMs = revisions.find(({ atMs }) => atMs > nowMs)?.atMs ?? Infinity;
  return Math.min(revisedMs, ...running.map(({ remainingMs }) => nowMs + remainingMs));
}

function goneOn(work: readonly PlannedWork[], passedMs: number): readonly PlannedWork[] {
  return work
    .map((each) => (each.state === 'running' ? { ...each, remainingMs: each.remainingMs - passedMs } : each))
    .filter(({ remainingMs }) => remainingMs > 0);
}

function latestMs({ deadlineMs, remainingMs }: PlannedWork): number {
  return deadlineMs - remainingMs;
}

function follow(work: PlannedWork, { work: plans }: Plan, nowMs: number): PlannedWork {
  const runsNow = plans.find(({ id }) => id === work.id)?.runsNow === true;
  if (runsNow) return work.state === 'running' ? work : { ...work, state: 'running', startedMs: nowMs };
  return work.state === 'running' ? { ...work, state: 'paused', startedMs: undefined } : work;
}
