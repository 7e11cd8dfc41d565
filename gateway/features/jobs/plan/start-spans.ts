import type { Interval } from '../../../core/interval.ts';
import { overlapMs } from './interval-sets.ts';
import type { WorkFrame } from './work-frame.ts';

/** From `firstMs` to `lastMs`, both of them in it: a job may start at any of these instants. */
export interface StartSpan {
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * When the job may start and run through, ascending: whole within the times that are given, while its gates are open,
 * and not after its latest start. Where it fits nowhere whole: inside of them, as early as most of it fits, or, where
 * it must wait for a gate, as soon as that opens.
 */
export function findStartSpans(frame: WorkFrame, within: readonly Interval[]): readonly StartSpan[] {
  const whole = wholeRuns(frame, within);
  if (whole.length > 0) return openSpans(whole, frame.gates.open);
  const inside = within.map(({ startMs, endMs }) => ({ firstMs: startMs, lastMs: endMs - 1 }));
  const started = clipped(inside, frame.latestStartMs);
  return frame.gates.terms.length > 0
    ? openSpans(started, frame.gates.open)
    : fullest(started, frame, within);
}

/** Starts of runs that fit whole, whatever the gates. */
export function wholeRuns(frame: WorkFrame, within: readonly Interval[]): readonly StartSpan[] {
  const { remainingMs } = frame.work;
  const whole = within.map(({ startMs, endMs }) => ({ firstMs: startMs, lastMs: endMs - remainingMs }));
  return clipped(whole, frame.latestStartMs);
}

function clipped(spans: readonly StartSpan[], latestStartMs: number): readonly StartSpan[] {
  return spans
    .map(({ firstMs, lastMs }) => ({ firstMs, lastMs: Math.min(lastMs, latestStartMs) }))
    .filter(({ firstMs, lastMs }) => firstMs <= lastMs);
}

function openSpans(spans: readonly StartSpan[], open: readonly Interval[]): readonly StartSpan[] {
  return spans.flatMap(({ firstMs, lastMs }) =>
    open
      .map(({ startMs, endMs }) => ({
        firstMs: Math.max(firstMs, startMs),
        lastMs: Math.min(lastMs, endMs - 1),
      }))
      .filter((span) => span.firstMs <= span.lastMs),
  );
}

/** The start, of those where one of the times begins or the latest, from which most of the run is within them. */
function fullest(
  spans: readonly StartSpan[],
  { work }: WorkFrame,
  within: readonly Interval[],
): readonly StartSpan[] {
  let best: StartSpan | undefined;
  let bestMs = 0;
  for (const { firstMs } of spans) {
    const fitsMs = overlapMs(within, { startMs: firstMs, endMs: firstMs + work.remainingMs });
    if (fitsMs > bestMs) [best, bestMs] = [{ firstMs, lastMs: firstMs }, fitsMs];
  }
  return best === undefined ? [] : [best];
}
