import type { Clock } from './clock.ts';

/** The clock of the machine, that never goes back. What waits for its time keeps the process alive. */
export const realClock: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
