import type { MonotonicMs } from '../../core/clock.ts';

/** For whom a control is set; whoever stands first may take it from those behind. */
export const sources = ['user', 'grid', 'optimiser'] as const;

export type Source = (typeof sources)[number];

/** Somebody's wish that a control have a value, until its lease ends. */
export interface Claim {
  readonly source: Source;
  /** Who: `local`, `token:ID`. */
  readonly principal: string;
  readonly value: number;
  readonly untilMs: MonotonicMs;
}

/** An order to set a control, as it was asked for. */
export interface WantedSetPoint {
  readonly source: Source;
  readonly principal: string;
  readonly value: number;
  readonly leaseMs: number;
  /** Its lease begins then. */
  readonly askedMs: MonotonicMs;
}

/** A limit serves several: each source has a claim of its own, and the lowest keeps them all. */
export interface ClaimRule {
  readonly isLimit: boolean;
}

export function ranksBelow(source: Source, other: Source): boolean {
  return sources.indexOf(source) > sources.indexOf(other);
}

/** Those whose lease has not ended. */
export function liveClaims(claims: readonly Claim[], nowMs: MonotonicMs): readonly Claim[] {
  return claims.filter(({ untilMs }) => untilMs > nowMs);
}

/** The claim that a new one of this source has to respect: none for limits, which are never loosened by one. */
export function blockingClaim(
  claims: readonly Claim[],
  source: Source,
  { isLimit }: ClaimRule,
): Claim | undefined {
  return isLimit ? undefined : claims.find((claim) => ranksBelow(source, claim.source));
}

/** With the new claim in place of those that it takes over. */
export function withClaim(claims: readonly Claim[], added: Claim, { isLimit }: ClaimRule): readonly Claim[] {
  return isLimit ? [...claims.filter(({ source }) => source !== added.source), added] : [added];
}

/** The one that the device has to follow: the lowest, and of equal ones the one that lasts longest. */
export function effectiveClaim(claims: readonly Claim[]): Claim | undefined {
  let effective: Claim | undefined;
  for (const claim of claims) {
    if (effective === undefined || claim.value < effective.value) effective = claim;
    else if (claim.value === effective.value && claim.untilMs > effective.untilMs) effective = claim;
  }
  return effective;
}
