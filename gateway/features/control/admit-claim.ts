import { isLimitControl } from '../../core/control.ts';
import type { MonotonicMs } from '../../core/clock.ts';
import { checkSetPoint, type ControlDefinition } from '../../io/drivers/index.ts';
import { blockingClaim, liveClaims, withClaim, type Claim } from './claims.ts';
import type { PendingRevert } from './pending-revert.ts';
import { checkLease, heldBy, refusal } from './set-point-rules.ts';

/** A control as a new claim finds it. */
export interface Admission {
  /** The device and the control, for people. */
  readonly subject: string;
  readonly definition: ControlDefinition;
  /** Of the device; undefined when it is gone. */
  readonly deviceState: string | undefined;
  readonly revert: PendingRevert | undefined;
  readonly claims: readonly Claim[];
  readonly nowMs: MonotonicMs;
}

/** The claims as they will be. Errors: `control_refused`, with whatever speaks against the new one. */
export function admitClaim(admission: Admission, claim: Claim, leaseMs: number): readonly Claim[] {
  const { subject, definition, revert, claims, nowMs } = admission;
  checkSetPoint(definition, claim.value);
  checkLease(subject, definition, leaseMs);
  if (claim.untilMs <= nowMs) throw refusal(subject, 'the lease ended before its turn came', 'try again');
  const deviceState = admission.deviceState ?? 'unknown';
  if (!['unseen', 'up', 'suspect'].includes(deviceState)) {
    const hint = 'it is probed, and can be controlled once it answers';
    throw refusal(subject, `the device is ${deviceState}`, hint);
  }
  if (revert !== undefined) throw beingPutBack(subject, revert);
  const rule = { isLimit: isLimitControl(definition.name) };
  const live = liveClaims(claims, nowMs);
  const holder = blockingClaim(live, claim.source, rule);
  if (holder !== undefined) throw heldBy(subject, holder, nowMs);
  return withClaim(live, claim, rule);
}

function beingPutBack(subject: string, { cause, error }: PendingRevert): Error {
  return refusal(subject, `it is being put back, because ${cause.why}`, error ?? 'try again in a moment');
}
