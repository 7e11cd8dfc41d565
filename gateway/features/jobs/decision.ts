import type { Interval } from '../../core/interval.ts';
import type { PlanReason, SignalMeans } from './plan/plan.ts';

/** Why a job waits, and what came of it: kept with it as JSON. */
export interface JobDecision {
  readonly decidedMs: number;
  readonly reason: PlanReason;
  readonly words: string;
  /** When it was, or is, expected to run. */
  readonly slots: readonly Interval[];
  readonly expected: SignalMeans;
  /** As it was when it was queued: the run at once that it is compared with. */
  readonly ifAtOnce: SignalMeans;
  /** What was remarked when it was taken: a time that comes twice, an estimate longer than the time left. */
  readonly warnings: readonly string[];
  /** Somebody has cancelled it while it ran: it is not tried again, however it ends. */
  readonly isCancelAsked?: true;
  /** Once it has run. */
  readonly saving: JobSaving | undefined;
}

/** Of a job that has run, beside the same run at once, and the best that could have been known. */
export interface JobSaving {
  readonly energyKwh: number;
  /** Nobody said what the job draws: `jobs.powerWatts` was taken. */
  readonly isPowerAssumed: boolean;
  /** undefined where the zone's hours are not all known. */
  readonly carbonGrams: Comparison | undefined;
  /** undefined where there is no tariff. */
  readonly microEuros: Comparison | undefined;
  /** Whether all hours up to the deadline are known as they were: it changes no more. */
  readonly isFinal: boolean;
}

export interface Comparison {
  readonly actual: number;
  readonly atOnce: number;
  /** Of the best start that was possible: never above `actual`. */
  readonly best: number;
}
