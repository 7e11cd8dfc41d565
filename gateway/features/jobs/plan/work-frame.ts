import type { Interval } from '../../../core/interval.ts';
import type { When } from '../when.ts';
import { intersect } from './interval-sets.ts';
import type { PlannedWork } from './plan.ts';
import type { PlanScene } from './plan-scene.ts';
import { RunCost } from './run-cost.ts';
import { findStartGates, type GateTerm, type StartGates } from './start-gates.ts';

/** One job, and what bounds its times. */
export interface WorkFrame {
  readonly work: PlannedWork;
  readonly latestStartMs: number;
  /** From a little before now to the deadline, within the windows and outside of red days. */
  readonly allowed: readonly Interval[];
  readonly gates: StartGates;
  /** When it may start for the sake of the values that it goes by; without such values always. */
  readonly outlook: readonly Interval[];
  readonly cost: RunCost;
}

export function frameWork(work: PlannedWork, scene: PlanScene, takenWatts: number): WorkFrame {
  const left = { startMs: scene.nowMs, endMs: Math.min(work.deadlineMs, scene.range.endMs) };
  const isOpen = work.state === 'running';
  const gateTerms = isOpen ? [] : work.when.filter(isGate);
  const values = (['carbon', 'price'] as const).filter((kind) =>
    work.when.some((term) => term.kind === kind),
  );
  const curves = values.map((kind) => scene.curve(kind));
  const outlooks = values.map((kind) => scene.outlook(kind, left.endMs));
  return {
    work,
    latestStartMs: work.deadlineMs - work.remainingMs,
    allowed: allowedTimes(work.when, scene, { startMs: scene.range.startMs, endMs: left.endMs }),
    gates: findStartGates(gateTerms, scene, takenWatts),
    outlook: outlooks.reduce(intersect, [scene.range]),
    cost: new RunCost(curves, left, work.powerWatts),
  };
}

function isGate(term: When[number]): term is GateTerm {
  return term.kind === 'surplus' || term.kind === 'own_export';
}

function allowedTimes(when: When, scene: PlanScene, range: Interval): readonly Interval[] {
  let allowed: readonly Interval[] = range.startMs < range.endMs ? [range] : [];
  for (const term of when) {
    if (term.kind === 'window') allowed = intersect(allowed, scene.window(term));
    if (term.kind === 'not_red') allowed = intersect(allowed, scene.notRed());
  }
  return allowed;
}
