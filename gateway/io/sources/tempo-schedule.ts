import { addDays, frenchInstantMs, tempoDayAt, tempoDayInterval } from '../../core/tempo-day.ts';

const minuteMs = 60_000;
const failurePauseMs = 10 * minuteMs;
const pauseMsMax = 30 * minuteMs;

/** What the next question depends on. Times are UTC epoch ms. */
export interface TempoAsking {
  /** Undefined before the first. */
  readonly lastAskedMs: number | undefined;
  /** Rounds in which nobody answered, since somebody last did. */
  readonly failures: number;
  readonly isTodayKnown: boolean;
  readonly isTomorrowKnown: boolean;
}

/** From when on it is worth asking for tomorrow’s colour: RTE has published at 10:40 at the earliest. */
export function tempoPublicationMs(nowMs: number): number {
  return frenchInstantMs(tempoDayAt(nowMs), 10, 40);
}

/**
 * When the providers are asked next: at 06:00, when the day changes, at 11:05, when tomorrow’s colour is final, at
 * 12:05, and every 30 minutes from then on, until it is known; and at 20:05 in any case, so that what is corrected in
 * the afternoon is known before the evening is switched.
 */
export function nextTempoAskMs(asking: TempoAsking, nowMs: number): number {
  const { lastAskedMs, failures, isTodayKnown, isTomorrowKnown } = asking;
  // A clock that was set back knows nothing of when it asked.
  if (lastAskedMs === undefined || lastAskedMs > nowMs) return nowMs;
  if (failures > 0) return lastAskedMs + Math.min(pauseMsMax, failures * failurePauseMs);
  if (!isTodayKnown) return lastAskedMs + pauseMsMax;
  const today = tempoDayAt(nowMs);
  const { startMs } = tempoDayInterval(today);
  if (lastAskedMs < startMs) return startMs;
  if (lastAskedMs < frenchInstantMs(today, 11)) return frenchInstantMs(today, 11, 5);
  const [laterMs, lastMs] = [frenchInstantMs(today, 12, 5), frenchInstantMs(today, 20, 5)];
  if (isTomorrowKnown) return lastAskedMs < lastMs ? lastMs : tempoDayInterval(addDays(today, 1)).startMs;
  const nextMs = lastAskedMs + pauseMsMax;
  if (lastAskedMs < laterMs) return laterMs;
  return lastAskedMs < lastMs ? Math.min(nextMs, lastMs) : nextMs;
}
