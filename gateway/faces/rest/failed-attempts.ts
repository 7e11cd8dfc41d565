import type { Clock, MonotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';

const windowMs = 60_000;
const addressesMax = 1_024;

/** Counts wrong tokens and codes by address: ten in a minute, then that address has to wait. */
export interface FailedAttempts {
  /** Errors: `rate_limited` when the address has used up its attempts. */
  check(address: string): void;
  count(address: string): void;
}

interface Attempts {
  readonly sinceMs: MonotonicMs;
  failures: number;
}

export function createFailedAttempts(clock: Clock): FailedAttempts {
  const byAddress = new Map<string, Attempts>();
  const current = (address: string): Attempts | undefined => {
    const attempts = byAddress.get(address);
    if (attempts === undefined || clock.monotonic() - attempts.sinceMs < windowMs) return attempts;
    byAddress.delete(address);
    return undefined;
  };
  return {
    check: (address) => {
      const attempts = current(address);
      if (attempts === undefined || attempts.failures < limits.failedAttemptsPerMinuteMax) return;
      const retryAfterSeconds = Math.ceil((attempts.sinceMs + windowMs - clock.monotonic()) / 1000);
      throw new GatewayError('rate_limited', 'too many wrong tokens or codes from this address', {
        hint: `try again in ${retryAfterSeconds} s`,
        facts: { retryAfterSeconds },
      });
    },
    count: (address) => {
      const attempts = current(address);
      if (attempts !== undefined) {
        attempts.failures += 1;
        return;
      }
      // The map keeps insertion order, so its first entry is the oldest window.
      const oldest = byAddress.size >= addressesMax ? byAddress.keys().next().value : undefined;
      if (oldest !== undefined) byAddress.delete(oldest);
      byAddress.set(address, { sinceMs: clock.monotonic(), failures: 1 });
    },
  };
}
