import type { Interval } from '../../../core/interval.ts';
import { bestStart, type StartSearch } from './best-start.ts';
import { findStartSpans, wholeRuns } from './start-spans.ts';
import type { WorkFrame } from './work-frame.ts';

/** When one job runs, and why then. */
export interface RunChoice {
  readonly slots: readonly Interval[];
  readonly cost: number;
  /** No choice of times costs less; less than `cost` only where interruptions were not worth it. */
  readonly leastCost: number;
  readonly why:
    /** It is the best that there is. */
    | 'best'
    /** It fits nowhere whole. */
    | 'fullest'
    /** It goes by what is not known, and this is the last time that it may. */
    | 'unknown'
    /** Its gates are not expected to open before, or no time is allowed: its latest start. */
    | 'last'
    /** Its latest start is reached, or it runs and cannot be interrupted. */
    | 'now';
}

/** The best single run of a job that has all places for itself. */
export function chooseRun(frame: WorkFrame, nowMs: number): RunChoice {
  const { allowed, cost, gates, latestStartMs } = frame;
  if (nowMs >= latestStartMs) return runAt(frame, nowMs, 'now');
  const spans = findStartSpans(frame, allowed);
  const last = spans.at(-1);
  if (last === undefined) return runAt(frame, latestStartMs, 'last');
  if (wholeRuns(frame, allowed).length === 0) {
    return runAt(frame, Math.max(nowMs, spans[0]?.firstMs ?? nowMs), 'fullest');
  }
  const best = bestStart(frame, { spans, nowMs });
  if (best !== undefined) return runAt(frame, best.startMs, 'best');
  const isWaiting = cost.hasTerms && gates.terms.length > 0;
  return isWaiting
    ? runAt(frame, latestStartMs, 'unknown')
    : runAt(frame, Math.max(nowMs, last.lastMs), 'unknown');
}

export function runAt(frame: WorkFrame, startMs: number, why: RunChoice['why']): RunChoice {
  const endMs = startMs + frame.work.remainingMs;
  const cost = frame.cost.of(startMs, endMs);
  return { slots: [{ startMs, endMs }], cost, leastCost: cost, why };
}

/** The best single run within times at which there is a place; undefined where there is none. */
export function chooseRunWithin(
  frame: WorkFrame,
  within: readonly Interval[],
  search: Omit<StartSearch, 'spans'>,
): RunChoice | undefined {
  if (wholeRuns(frame, within).length === 0) return undefined;
  const best = bestStart(frame, { ...search, spans: findStartSpans(frame, within) });
  return best === undefined ? undefined : { ...runAt(frame, best.startMs, 'best'), leastCost: best.cost };
}
