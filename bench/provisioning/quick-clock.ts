import type { Clock } from '../../ble/clock.ts';

/** Time that passes faster than it does, so that a phone that waits does not wait long. */
export function quickClock(speed: number): Clock {
  return {
    nowMs: () => performance.now() * speed,
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs / speed);
      return () => clearTimeout(timer);
    },
  };
}
