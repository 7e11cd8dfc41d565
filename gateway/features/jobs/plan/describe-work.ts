import type { Interval } from '../../../core/interval.ts';
import { isWithin } from './interval-sets.ts';
import type { PlanReason, SignalMeans, WorkPlan } from './plan.ts';
import type { PlanScene } from './plan-scene.ts';
import { startsAt, type Draft } from './draft.ts';
import { findStartSpans } from './start-spans.ts';
import type { ValueCurve } from './value-curve.ts';
import { wordsOf } from './plan-words.ts';

/** What is planned for a job, and why, in words and numbers. */
export function describeWork(draft: Draft, scene: PlanScene): WorkPlan {
  const { frame, choice } = draft;
  const { work, latestStartMs } = frame;
  const runsNow = startsAt(choice, scene.nowMs);
  const reason = runsNow ? reasonToRun(draft) : reasonToWait(draft, scene);
  const atOnce = [{ startMs: scene.nowMs, endMs: scene.nowMs + work.remainingMs }];
  const [expected, ifNow] = [meansOver(choice.slots, scene), meansOver(atOnce, scene)];
  const words = wordsOf({ draft, reason, runsNow, expected, ifNow }, scene);
  return { id: work.id, runsNow, reason, words, slots: choice.slots, latestStartMs, expected, ifNow };
}

function reasonToRun({ frame: { work }, choice }: Draft): PlanReason {
  if (work.state !== 'waiting' && !work.isInterruptible) return 'running';
  return choice.why === 'best' || choice.why === 'fullest' ? 'best_now' : 'latest_start';
}

function reasonToWait({ frame, alone, choice }: Draft, { nowMs }: PlanScene): PlanReason {
  if (startsAt(alone, nowMs)) return 'limit';
  if (frame.gates.shut !== undefined) return 'condition';
  if (frame.gates.unknown !== undefined) return 'unknown';
  if (!mayStartAt(frame, nowMs)) return 'condition';
  return choice.why === 'unknown' ? 'unknown' : 'better_later';
}

function mayStartAt(frame: Draft['frame'], nowMs: number): boolean {
  if (frame.work.isInterruptible) {
    return isWithin(frame.allowed, nowMs);
  }
  return findStartSpans(frame, frame.allowed).some(
    ({ firstMs, lastMs }) => firstMs <= nowMs && nowMs <= lastMs,
  );
}

function meansOver(slots: readonly Interval[], scene: PlanScene): SignalMeans {
  return {
    carbonGramsPerKwh: meanOver(slots, scene.curve('carbon')),
    priceMicroEurosPerKwh: meanOver(slots, scene.curve('price')),
  };
}

function meanOver(slots: readonly Interval[], curve: ValueCurve): number | undefined {
  let [sum, lengthMs] = [0, 0];
  for (const { startMs, endMs } of slots) {
    const mean = curve.mean(startMs, endMs);
    if (mean === undefined) return undefined;
    sum += mean * (endMs - startMs);
    lengthMs += endMs - startMs;
  }
  return lengthMs === 0 ? undefined : sum / lengthMs;
}
