import type { StampingClock } from '../../core/machine-clock.ts';

/** Until when somebody is left alone, by both clocks; it can be kept. */
export interface WaitUntil {
  /** UTC epoch ms. */
  readonly notBeforeMs: number;
  /** By the steady clock, and what that counts from. */
  readonly notBefore?: { readonly timeline: string; readonly steadyMs: number };
}

/** Nobody is left alone for longer. */
const waitMsMax = 24 * 3_600_000;

export function waitUntil(clock: StampingClock, waitMs: number): WaitUntil {
  const restMs = Math.min(waitMs, waitMsMax);
  return {
    notBeforeMs: Math.ceil(clock.wall() + restMs),
    notBefore: { timeline: clock.timeline, steadyMs: Math.ceil(clock.steady() + restMs) },
  };
}

/**
 * How much of it is left, in ms; 0 when it is over. A machine that has not started anew knows it exactly, whatever its
 * wall clock was set to meanwhile; after that a clock that was set back says nothing.
 */
export function restMs(clock: StampingClock, { notBeforeMs, notBefore }: WaitUntil): number {
  const leftMs =
    notBefore?.timeline === clock.timeline ? notBefore.steadyMs - clock.steady() : notBeforeMs - clock.wall();
  // What was waited for is rounded up.
  return leftMs > 0 && leftMs <= waitMsMax + 1 ? leftMs : 0;
}
