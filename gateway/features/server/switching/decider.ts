import type { NewServerOrder, StoredServerOrder } from '../../../storage/server-calls.ts';
import { parseOrderReason, reasonOfWish, type OrderReason } from './order-reason.ts';
import type { PolicyWish } from './switching-policy.ts';
import type { UpsReason } from './ups-rule.ts';

/** An order that is to be given, by nobody who asked. */
export interface Decision extends Pick<NewServerOrder, 'wanted' | 'by'> {
  readonly cause: 'policy' | 'ups';
  readonly reason: OrderReason;
}

type Known = Pick<StoredServerOrder, 'wanted' | 'cause' | 'reason' | 'state'>;

/** A clock that is set back by no more than this comes to an hour of switching twice: it counts once. */
const setBackMsMax = 3_600_000;

/**
 * The instant to decide by: where the clock was set back a little since the last decision, that of the decision, so that
 * an hour of switching that comes again switches nothing.
 */
export function decidingMs(nowMs: number, decidedMs: number | undefined): number {
  if (decidedMs === undefined || decidedMs <= nowMs || decidedMs - nowMs > setBackMsMax) return nowMs;
  return decidedMs;
}

/**
 * What the policy wanted when it was last heard: with each order it is written down. Before the first one the server is
 * taken to be wanted on.
 */
export function policyBefore(orders: readonly Known[]): 'on' | 'off' {
  for (const { reason } of orders) {
    const { policy = null } = parseOrderReason(reason) ?? {};
    if (policy !== null) return policy;
  }
  return 'on';
}

/**
 * Pure: the order that the policy gives now. Only where it wants something else than before: what a person has ordered
 * since then stays. undefined: none.
 * @param orders newest first
 */
export function decideByPolicy(wish: PolicyWish | undefined, orders: readonly Known[]): Decision | undefined {
  if (wish === undefined || wish.wanted === policyBefore(orders)) return undefined;
  return { wanted: wish.wanted, cause: 'policy', by: 'policy', reason: reasonOfWish(wish) };
}

/**
 * Pure: what the policy has ordered in an earlier life and the server did not follow, once more: what kept it from that may
 * have been put right meanwhile. undefined: there is no such order, or something was ordered since.
 * @param orders newest first
 */
export function decideAnew(wish: PolicyWish | undefined, orders: readonly Known[]): Decision | undefined {
  const [newest] = orders;
  if (wish === undefined || newest?.cause !== 'policy' || newest.state !== 'failed') return undefined;
  if (newest.wanted !== wish.wanted) return undefined;
  return { wanted: wish.wanted, cause: 'policy', by: 'policy', reason: reasonOfWish(wish) };
}

/** The order that the UPS gives. What the policy wanted before it is not forgotten. */
export function decideByUps(
  reason: UpsReason,
  facts: Pick<OrderReason, 'runtimeS' | 'chargePercent' | 'batteryMs'>,
  orders: readonly Known[],
): Decision {
  return {
    wanted: 'off',
    cause: 'ups',
    by: 'ups',
    reason: { ...facts, reason, policy: policyBefore(orders) },
  };
}

/** Whether the UPS has the last word, and the server is off because of it. */
export function isHeldByUps(orders: readonly Known[]): boolean {
  const [newest] = orders;
  return newest?.cause === 'ups' && newest.state !== 'unneeded';
}

/** Pure: the mains are back. Where the server was shut down because of them it comes on again, if it is to be on. */
export function decideAfterMains(
  wish: PolicyWish | undefined,
  orders: readonly Known[],
): Decision | undefined {
  if (!isHeldByUps(orders) || wish?.wanted === 'off') return decideByPolicy(wish, orders);
  const facts: OrderReason = wish === undefined ? { reason: 'mains-back', policy: null } : reasonOfWish(wish);
  return { wanted: 'on', cause: 'policy', by: 'policy', reason: { ...facts, reason: 'mains-back' } };
}
