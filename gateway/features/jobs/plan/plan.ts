import type { Interval } from '../../../core/interval.ts';
import type { PowerSignals } from '../../../core/power-signal.ts';
import type { When } from '../when.ts';

/** What the planner knows of a job that has not ended. All times are UTC epoch ms. */
export interface PlannedWork {
  readonly id: number;
  readonly when: When;
  readonly queuedMs: number;
  readonly deadlineMs: number;
  /** What is left of it, by its estimate; at least 1. */
  readonly remainingMs: number;
  /** What it draws, W: the weight of its cost. */
  readonly powerWatts: number;
  readonly isInterruptible: boolean;
  /** `paused` and `running` have begun; one that runs and cannot be interrupted keeps its place. */
  readonly state: 'waiting' | 'running' | 'paused';
  /** When it was started or gone on with last; absent while it waits or is held. */
  readonly startedMs?: number | undefined;
}

export interface PlanInput {
  readonly nowMs: number;
  /** Of the site: windows are in its time. */
  readonly zone: string;
  readonly work: readonly PlannedWork[];
  readonly signals: PowerSignals;
  /** So many run at once; a job that would start too late because of it starts all the same. */
  readonly parallelMax: number;
}

/** Why a job does what it does now. */
export type PlanReason =
  /** It has begun and cannot be interrupted. */
  | 'running'
  /** All that it waits for holds, and no time to come is better. */
  | 'best_now'
  /** deadline − estimate is reached, whatever else. */
  | 'latest_start'
  /** A better time comes. */
  | 'better_later'
  /** Something that must hold does not, now. */
  | 'condition'
  /** What it goes by is not known; it starts at its latest start if that stays so. */
  | 'unknown'
  /** Others run, as many as may. */
  | 'limit';

export interface WorkPlan {
  readonly id: number;
  /** Whether it should run now: start, go on, or be gone on with. */
  readonly runsNow: boolean;
  readonly reason: PlanReason;
  /** For people, with the numbers: what it waits for, and why. */
  readonly words: string;
  /** When it is expected to run: one stretch, or several of one that can be interrupted. Their lengths are what is left. */
  readonly slots: readonly Interval[];
  /** deadline − what is left. It runs from then on at the latest. */
  readonly latestStartMs: number;
  /** Mean over the slots, and over as long from now; undefined where it is not known for all of that. */
  readonly expected: SignalMeans;
  readonly ifNow: SignalMeans;
}

export interface SignalMeans {
  readonly carbonGramsPerKwh: number | undefined;
  readonly priceMicroEurosPerKwh: number | undefined;
}

/** What the plan costs, in its own units (docs/jobs.md), beside the least that any plan could. */
export interface PlanBound {
  readonly cost: number;
  /** No plan within the limit costs less. */
  readonly lowerBound: number;
  readonly isExact: boolean;
}

export interface Plan {
  readonly work: readonly WorkPlan[];
  readonly bound: PlanBound;
  /** When to plan again at the latest, though nothing new is known. */
  readonly nextMs: number;
}
