import type { PageTime } from './browser-time.ts';

/** The gateway's wall clock, seen from here: the browser's own may be wrong, and ages must not be. */
export interface GatewayClock {
  nowMs(): number;
  /** Takes the gateway's time from an answer that just came, cut to the second; NaN is no time. */
  take(serverMs: number): void;
}

/** Smaller differences come from the cut to seconds and the way of the answer, so they are no news. */
const differenceMsMin = 1_500;

export function createGatewayClock(time: PageTime): GatewayClock {
  let offsetMs = 0;
  return {
    nowMs: () => time.nowMs() + offsetMs,
    take: (serverMs) => {
      const seenMs = serverMs + 500 - time.nowMs();
      if (Math.abs(seenMs - offsetMs) >= differenceMsMin) offsetMs = seenMs;
    },
  };
}
