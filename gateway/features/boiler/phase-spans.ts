import type { StoredPhase } from '../../storage/boiler-calls.ts';
import { minuteMs } from './boiler-minute.ts';
import type { Phase } from './phase.ts';

/** UTC epoch ms, on the minute; to is not in it. */
export interface PhaseRange {
  readonly fromMs: number;
  readonly toMs: number;
}

interface PhasedMinute {
  readonly startMs: number;
  readonly phase: Phase;
}

/** Fills a range with spans: minutes that are not there are not known. Minutes are in order, and within the range. */
export function spansOf(
  minutes: readonly PhasedMinute[],
  { fromMs, toMs }: PhaseRange,
): readonly StoredPhase[] {
  const spans: StoredPhase[] = [];
  let atMs = fromMs;
  for (const { startMs, phase } of minutes) {
    if (startMs > atMs) addSpan(spans, { startMs: atMs, endMs: startMs, phase: 'undefined' });
    atMs = startMs + minuteMs;
    addSpan(spans, { startMs, endMs: atMs, phase });
  }
  if (toMs > atMs) addSpan(spans, { startMs: atMs, endMs: toMs, phase: 'undefined' });
  return spans;
}

/** Neighbours of one phase become one. */
export function addSpan(spans: StoredPhase[], span: StoredPhase): void {
  const last = spans.at(-1);
  if (last?.phase === span.phase && last.endMs === span.startMs)
    spans[spans.length - 1] = { ...last, endMs: span.endMs };
  else spans.push(span);
}

/** What of spans lies in a range. */
export function clipSpans(
  spans: readonly StoredPhase[],
  { fromMs, toMs }: PhaseRange,
): readonly StoredPhase[] {
  return spans.flatMap(({ startMs, endMs, phase }) => {
    const clipped = { startMs: Math.max(startMs, fromMs), endMs: Math.min(endMs, toMs), phase };
    return clipped.startMs < clipped.endMs ? [clipped] : [];
  });
}
