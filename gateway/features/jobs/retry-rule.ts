/** Backoff of tries: a minute, then twice that, up to an hour. */
const firstMs = 60_000;
const lastMs = 3_600_000;

/** A run has ended badly, or was cut. Times are UTC epoch ms. */
export interface FailedTry {
  /** Runs so far, this one among them. */
  readonly attempts: number;
  readonly retries: number;
  readonly endedMs: number;
  /** deadline − estimate. */
  readonly latestStartMs: number;
  readonly nowMs: number;
}

/**
 * When the job may be tried again, at the latest start at the latest; undefined when it has failed for good: no
 * retries are left, or the latest start is over. Pure.
 */
export function nextTryMs({
  attempts,
  retries,
  endedMs,
  latestStartMs,
  nowMs,
}: FailedTry): number | undefined {
  if (attempts > retries || latestStartMs < nowMs) return undefined;
  const waitMs = Math.min(lastMs, firstMs * 2 ** Math.min(attempts - 1, 16));
  // A clock that was set back must not lengthen the wait.
  return Math.min(Math.min(endedMs, nowMs) + waitMs, latestStartMs);
}
