import type { ErrorCode } from '../../core/errors.ts';

/** When a source may be asked. */
export interface Pace {
  readonly periodMs: number;
  readonly periodMsMin: number;
  /** Of requests, in 24 hours. */
  readonly requestsPerDay?: number;
}

export interface PaceFailure {
  readonly code: ErrorCode;
  /** Failures in a row that were of this sort, this one included. */
  readonly inRow: number;
  /** What the source asked for. */
  readonly retryAfterMs: number | undefined;
}

const minuteMs = 60_000;
const slowRetryMsMax = 15 * minuteMs;
const dayMs = 24 * 60 * minuteMs;
/** Whoever asks for more than a day is not believed. */
const retryAfterMsMax = dayMs;

/** What asking again soon makes no better, and a provider may hold against us. */
const slowCodes: ReadonlySet<ErrorCode> = new Set([
  'certificate_invalid',
  'rate_limited',
  'source_missing',
  'source_refused',
]);

export function isSlowFailure(code: ErrorCode): boolean {
  return slowCodes.has(code);
}

/** How long to wait after a failure until the source is asked again: from the failure on, in ms. */
export function retryDelayMs(pace: Pace, failure: PaceFailure): number {
  const { periodMs, periodMsMin, requestsPerDay = Infinity } = pace;
  const firstMs = Math.min(minuteMs, periodMs);
  const ownMs = isSlowFailure(failure.code)
    ? Math.min(slowRetryMsMax, firstMs * 2 ** Math.min(failure.inRow - 1, 20))
    : firstMs;
  const askedMs = Math.min(retryAfterMsMax, failure.retryAfterMs ?? 0);
  // A day without the internet must not use up the requests of the next.
  return Math.max(ownMs, askedMs, periodMsMin, Math.ceil(dayMs / requestsPerDay));
}

/** Periods without anything from a source after which that is told. */
export const silentPeriodsMax = 3;

export function isSilent(silentMs: number, periodMs: number): boolean {
  return silentMs >= silentPeriodsMax * periodMs;
}
