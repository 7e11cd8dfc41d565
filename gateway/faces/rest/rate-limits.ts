import type { Clock, MonotonicMs } from '../../core/clock.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Principal, Scope } from '../../features/command.ts';

/** How much a request weighs: looking, telling devices, changing the gateway. */
export type RateClass = 'read' | 'control' | 'admin';

/** So many at once, and then so many a second. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export type Rates = Readonly<Record<RateClass, Rate>>;

/** Lets each principal ask so often, and no other pays for him. The owner's socket is not limited. */
export interface RateLimits {
  /** Errors: `rate_limited`; the first of a row names the principal in its facts, for one audit line. */
  take(principal: Principal, rateClass: RateClass): void;
}

interface Bucket {
  tokens: number;
  filledMs: MonotonicMs;
  isExhausted: boolean;
}

export const defaultRates: Rates = {
  read: { perSecond: 20, burst: limits.readBurst },
  control: { perSecond: 1, burst: limits.controlBurst },
  admin: { perSecond: 5 / 60, burst: limits.adminBurst },
};

/** What a route counts as, unless it says so itself. */
export function rateClassOf(method: string, scope: Scope | 'open'): RateClass {
  if (method === 'GET' || method === 'HEAD' || scope === 'read' || scope === 'open') return 'read';
  return scope === 'admin' || scope === 'provision' ? 'admin' : 'control';
}

/** Token buckets, full at first. */
export function createRateLimits(clock: Clock, rates: Rates = defaultRates): RateLimits {
  const buckets = new Map<string, Bucket>();

  const fill = (bucket: Bucket, { perSecond, burst }: Rate): void => {
    const nowMs = clock.monotonic();
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.filledMs) / 1_000) * perSecond);
    bucket.filledMs = nowMs;
  };
  const bucketOf = (key: string, { burst }: Rate): Bucket => {
    const known = buckets.get(key);
    const bucket = known ?? { tokens: burst, filledMs: clock.monotonic(), isExhausted: false };
    // The one that was used longest ago is first, and full again by now or soon.
    buckets.delete(key);
    buckets.set(key, bucket);
    const oldest = buckets.keys().next().value;
    if (buckets.size > limits.rateBucketsMax && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  };

  return {
    take: (principal, rateClass) => {
      if (principal.kind === 'local') return;
      const rate = rates[rateClass];
      const bucket = bucketOf(`${principal.id} ${rateClass}`, rate);
      fill(bucket, rate);
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        bucket.isExhausted = false;
        return;
      }
      const isFirst = !bucket.isExhausted;
      bucket.isExhausted = true;
      const retryAfterSeconds = Math.ceil((1 - bucket.tokens) / rate.perSecond);
      throw new GatewayError('rate_limited', 'this is asked too often', {
        hint: `ask again in ${retryAfterSeconds} s, and no more often than that`,
        facts: { retryAfterSeconds, reason: rateClass, ...(isFirst && { principal: principal.id }) },
      });
    },
  };
}
