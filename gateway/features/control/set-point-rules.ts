import type { MonotonicMs } from '../../core/clock.ts';
import { formatDuration } from '../../core/duration.ts';
import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { ControlDefinition } from '../../io/drivers/index.ts';
import type { Claim } from './claims.ts';

/** Milliseconds; the device's own timer is not to end before the lease. */
function leaseMsMaxOf({ revertTimer }: ControlDefinition): number {
  return Math.min(limits.leaseMsMax, revertTimer === undefined ? Infinity : revertTimer.maxS * 1_000);
}

/** Of a set point that comes without one. */
export function defaultLeaseMs(definition: ControlDefinition): number {
  return Math.min(limits.leaseMsDefault, leaseMsMaxOf(definition));
}

/** `subject` is the device and the control, for people. Errors: `control_refused`. */
export function checkLease(subject: string, definition: ControlDefinition, leaseMs: number): void {
  const maxMs = leaseMsMaxOf(definition);
  if (leaseMs >= limits.leaseMsMin && leaseMs <= maxMs) return;
  const range = `${formatDuration(limits.leaseMsMin)} to ${formatDuration(maxMs)}`;
  throw refusal(
    subject,
    `a lease cannot last ${leaseMs} ms`,
    `give ${range}, and renew it while it is needed`,
  );
}

/** Between two different set points. `sinceMs`: how long ago the last one came. Errors: `control_refused`. */
export function checkInterval(subject: string, { minIntervalMs }: ControlDefinition, sinceMs: number): void {
  const waitS = Math.ceil((minIntervalMs - sinceMs) / 1_000);
  if (waitS <= 0) return;
  throw refusal(
    subject,
    `it may change once in ${formatDuration(minIntervalMs)}, and did less than that ago`,
    `try again in ${waitS} s`,
    { retryAfterSeconds: waitS },
  );
}

/** Share of a year's writes that set points leave to what puts the device back. */
const revertShare = 0.1;

/** What set points may use up of a year's writes: the rest is for reverts, which are never refused. */
function setPointWritesMax({ writesPerYearMax }: ControlDefinition): number {
  return Math.floor(writesPerYearMax * (1 - revertShare));
}

/** `used`: this year so far; `writes`: those to come. Errors: `control_refused`. */
export function checkBudget(
  subject: string,
  definition: ControlDefinition,
  { used, writes }: { readonly used: number; readonly writes: number },
): void {
  if (used + writes <= setPointWritesMax(definition)) return;
  const { writesPerYearMax } = definition;
  throw refusal(
    subject,
    `${used} of the ${writesPerYearMax} writes that the device's memory bears in a year are used up`,
    'the rest is kept to put it back; it can be set again next year (UTC)',
    { used, writesPerYearMax },
  );
}

export function heldBy(
  subject: string,
  { source, principal, untilMs }: Claim,
  nowMs: MonotonicMs,
): GatewayError {
  const leftS = Math.ceil((untilMs - nowMs) / 1_000);
  return refusal(
    subject,
    `it is held for ${source} by ${principal}`,
    `that lease ends in ${leftS} s, unless it is renewed`,
    { source, holder: principal, retryAfterSeconds: leftS },
  );
}

export function refusal(
  subject: string,
  why: string,
  hint: string,
  facts: Readonly<Record<string, string | number>> = {},
): GatewayError {
  return new GatewayError('control_refused', `${subject} cannot be set: ${why}`, { hint, facts });
}

/** Register writes of one set point, without retries. */
export function writesOf({ set, revertTimer }: ControlDefinition): number {
  return set.length + (revertTimer === undefined ? 0 : 1);
}
