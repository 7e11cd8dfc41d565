import type { ClockEvidence } from '../../core/machine-clock.ts';

/** The machine's clocks and their witnesses at one instant. */
export interface ClockSample extends ClockEvidence {
  /** What the wall clock says, UTC epoch ms. */
  readonly wallMs: number;
  readonly steadyMs: number;
}

/** The clock may be set by this much, either way, and is followed at once: drift, leap seconds, small corrections. */
export const followedMsMax = 600_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const nearMsMax = 366 * 24 * hourMs;
/** A hardware clock counts whole seconds, and is read while they go on. */
const hardwareMsMax = 2 * minuteMs;
/** Nobody ran this program before it was written. */
export const earliestMs = Date.UTC(2026, 0, 1);
/** The end of the year 9999. */
const latestMs = 253_402_300_799_999;

/**
 * What the wall clock claims.
 * - `near`: in a run, up to a year from the time so far; at a start, not before what is stored and up to a year after it
 * - `far`: further away, or before what is stored
 * - `impossible`: before this program was written, or beyond the year 9999
 */
export type ClockClaim = 'near' | 'far' | 'impossible';

/** What speaks for it; `silence` is that of a time service that is there and has not set the clock. */
export type ClockSupport = 'time_service' | 'hardware_clock' | 'nothing' | 'silence';

/**
 * How long the clock must have stood where it stands before it is believed. Two days are longer than the day
 * that a clock may be set wrong for by mistake, and leave time to see the line about it.
 */
export const waitMs: Readonly<Record<ClockClaim, Readonly<Record<ClockSupport, number>>>> = {
  near: { time_service: 0, hardware_clock: 0, nothing: 5 * minuteMs, silence: 48 * hourMs },
  far: { time_service: 0, hardware_clock: 48 * hourMs, nothing: 48 * hourMs, silence: 48 * hourMs },
  impossible: { time_service: Infinity, hardware_clock: Infinity, nothing: Infinity, silence: Infinity },
};

/** @param expectedMs what the time would be by the steady clock; of a start, the newest that is stored */
export function claimOf(wallMs: number, expectedMs: number | undefined, isStart: boolean): ClockClaim {
  if (!(wallMs >= earliestMs && wallMs <= latestMs)) return 'impossible';
  if (expectedMs === undefined) return 'near';
  const aheadMs = wallMs - expectedMs;
  if (aheadMs > nearMsMax) return 'far';
  return aheadMs < (isStart ? -followedMsMax : -nearMsMax) ? 'far' : 'near';
}

/** @param stoodMs for how long the clock has stood where it stands */
export function supportOf(sample: ClockSample, stoodMs: number): ClockSupport {
  const { wallMs, synchronizedMs, hardwareMs, hasTimeService } = sample;
  // Set since it stands there: what was set before a step says nothing of the time after it.
  if (
    synchronizedMs !== undefined &&
    synchronizedMs >= wallMs - stoodMs - minuteMs &&
    synchronizedMs <= wallMs + minuteMs
  ) {
    return 'time_service';
  }
  if (hardwareMs !== undefined && Math.abs(hardwareMs - wallMs) <= hardwareMsMax) return 'hardware_clock';
  return hasTimeService ? 'silence' : 'nothing';
}
