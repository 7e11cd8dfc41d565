import type { JobDecision } from './decision.ts';
import type { OpenJob } from './open-job.ts';
import type { WorkPlan } from './plan/plan.ts';

/** A planned start that moves by less is no news for the disk. */
const startMovedMs = 15 * 60_000;
/** Between two writes of one job's decision; and of many jobs' together, so that a thousand wear a card no more than ten. */
const betweenWritesMs = 10 * 60_000;
const betweenAnyMs = 60_000;

/** What a plan means for a job. What it is compared with stays as it was at first. */
export function decisionOf(job: OpenJob, plan: WorkPlan, decidedMs: number): JobDecision {
  return {
    decidedMs,
    reason: plan.reason,
    words: plan.words,
    slots: plan.slots,
    expected: plan.expected,
    ifAtOnce: job.decision?.ifAtOnce ?? plan.ifNow,
    warnings: job.warnings,
    ...(job.isCancelAsked && { isCancelAsked: true as const }),
    saving: undefined,
  };
}

/** When it was written last, and how many jobs there are of which it could be written. */
export interface Written {
  readonly sinceMs: number;
  readonly jobsOpen: number;
}

/** Whether it is to be written anew: a card must not wear because a forecast trembles. */
export function isNews(
  before: JobDecision | undefined,
  now: JobDecision,
  { sinceMs, jobsOpen }: Written,
): boolean {
  if (before === undefined) return true;
  if (sinceMs < Math.max(betweenWritesMs, jobsOpen * betweenAnyMs)) return false;
  if (before.reason !== now.reason || (before.slots.length === 0) !== (now.slots.length === 0)) return true;
  const movedMs = (now.slots[0]?.startMs ?? 0) - (before.slots[0]?.startMs ?? 0);
  return Math.abs(movedMs) >= startMovedMs;
}

/** Of a job that was run before it was looked at. */
export function unplanned(decidedMs: number): JobDecision {
  const unknown = { carbonGramsPerKwh: undefined, priceMicroEurosPerKwh: undefined };
  return {
    ...{ decidedMs, reason: 'running', words: 'it was started before it was planned' },
    ...{ slots: [], expected: unknown, ifAtOnce: unknown, warnings: [], saving: undefined },
  };
}
