import { monotonicMs, type Clock, type MonotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { NewestEntries } from '../../core/newest-entries.ts';

const windowMs = 60_000;
/** After that long without a wrong one an address is as good as new. */
const forgottenMs = 2 * limits.failedAttemptsWaitMsMax;
const addressesMax = 1_024;

/**
 * Counts wrong tokens, signatures and codes by address: ten in a minute, then that address has to wait for a minute, the
 * next time for two, and so on up to an hour.
 */
export interface FailedAttempts {
  /** Errors: `rate_limited` when the address has used up its attempts. */
  check(address: string): void;
  count(address: string): void;
}

interface Attempts {
  sinceMs: MonotonicMs;
  lastMs: MonotonicMs;
  failures: number;
  waitsUntilMs: MonotonicMs;
  /** For the next time. */
  waitMs: number;
}

export function createFailedAttempts(clock: Clock): FailedAttempts {
  const byAddress = new NewestEntries<Attempts>(addressesMax);

  const known = (address: string): Attempts | undefined => {
    const attempts = byAddress.get(address);
    return attempts !== undefined && clock.monotonic() - attempts.lastMs < forgottenMs ? attempts : undefined;
  };
  const started = (address: string): Attempts => {
    const nowMs = clock.monotonic();
    const attempts = { sinceMs: nowMs, lastMs: nowMs, failures: 0, waitsUntilMs: nowMs, waitMs: windowMs };
    byAddress.set(address, attempts);
    return attempts;
  };

  return {
    check: (address) => {
      const nowMs = clock.monotonic();
      const leftMs = (known(address)?.waitsUntilMs ?? nowMs) - nowMs;
      if (leftMs <= 0) return;
      const retryAfterSeconds = Math.ceil(leftMs / 1000);
      throw new GatewayError('rate_limited', 'too many wrong tokens, signatures or codes from this address', {
        hint: `try again in ${retryAfterSeconds} s`,
        facts: { retryAfterSeconds, reason: 'address' },
      });
    },
    count: (address) => {
      const attempts = known(address) ?? started(address);
      const nowMs = clock.monotonic();
      const isNewWindow = nowMs - attempts.sinceMs >= windowMs;
      if (isNewWindow) attempts.sinceMs = nowMs;
      attempts.failures = isNewWindow ? 1 : attempts.failures + 1;
      attempts.lastMs = nowMs;
      if (attempts.failures < limits.failedAttemptsPerMinuteMax) return;
      attempts.failures = 0;
      attempts.waitsUntilMs = monotonicMs(nowMs + attempts.waitMs);
      attempts.waitMs = Math.min(attempts.waitMs * 2, limits.failedAttemptsWaitMsMax);
    },
  };
}
