import type { Clock } from '../../clock.ts';

export const browserClock: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** The time of day of this phone, which it has from its own network. */
export function wallMs(): number {
  return Date.now();
}
