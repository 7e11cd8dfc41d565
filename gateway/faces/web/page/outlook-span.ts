import type { Span } from './chart-ranges.ts';
import type { Job, Stretch } from './job-types.ts';
import { isOpen } from './job-start.ts';

const hourMs = 3_600_000;
const beforeMs = 3 * hourMs;
const aheadMsMin = 24 * hourMs;
const aheadMsMax = 72 * hourMs;

/** From a little before now to the deadline of the last job that waits, a day at least and three at most. */
export function outlookSpan(jobs: readonly Job[], nowMs: number): Span {
  const last = Math.max(0, ...jobs.filter(isOpen).map(({ deadlineMs }) => deadlineMs - nowMs));
  const aheadMs = Math.min(aheadMsMax, Math.max(aheadMsMin, last + hourMs));
  // Whole hours, so that the curves stand still between two of them.
  const floor = (atMs: number): number => Math.floor(atMs / hourMs) * hourMs;
  return { fromMs: floor(nowMs - beforeMs), toMs: floor(nowMs + aheadMs) };
}

/** Where in a span a stretch lies, as shares of it from 0 to 1; undefined when it lies outside. */
export function placeIn(
  { fromMs, toMs }: Span,
  { startMs, endMs }: Stretch,
): { readonly from: number; readonly to: number } | undefined {
  if (endMs <= fromMs || startMs >= toMs) return undefined;
  const share = (atMs: number): number => Math.min(1, Math.max(0, (atMs - fromMs) / (toMs - fromMs)));
  return { from: share(startMs), to: share(endMs) };
}
