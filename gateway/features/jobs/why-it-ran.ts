import type { RunTrigger } from '../../storage/job-calls.ts';
import type { JobDecision } from './decision.ts';
import type { PlanReason } from './plan/plan.ts';

/** The newest plan says why a run began where it went by one of these; by others it would not have begun yet. */
const reasonsToBegin: Readonly<Record<RunTrigger, readonly PlanReason[]>> = {
  policy: ['best_now', 'latest_start'],
  retry: ['best_now', 'latest_start'],
  // Latest starts need no plan: the newest says what was waited for until then.
  deadline: ['best_now', 'latest_start', 'condition', 'unknown'],
  manual: [],
};

/**
 * Why a run began when it did, for people: `the zone produces 120 MW more than it consumes`. null where there is nothing
 * to say but the trigger, or no plan is kept.
 */
export function whyItRan(trigger: RunTrigger, decision: JobDecision | undefined): string | null {
  if (decision === undefined || !reasonsToBegin[trigger].includes(decision.reason)) return null;
  const { words } = decision;
  const at = words.indexOf(': ');
  return at < 0 ? null : words.slice(at + 2);
}
