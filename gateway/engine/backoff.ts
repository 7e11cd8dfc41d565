import type { Random } from '../core/random.ts';

export interface BackoffPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const defaultBackoff: BackoffPolicy = { firstMs: 1_000, maxMs: 300_000 };

/**
 * How long to wait after the `failures`-th failure in a row (from 1): doubling up to the most, with a
 * jitter over its upper half, so that many who failed together do not come back together.
 */
export function backoffMs(policy: BackoffPolicy, failures: number, random: Random): number {
  const fullMs = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(failures - 1, 40));
  return fullMs / 2 + (random.next() * fullMs) / 2;
}
