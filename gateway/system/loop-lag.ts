import type { Alarm, Cancel, Clock } from '../core/clock.ts';
import { monotonicMs } from '../core/clock.ts';

/** How late things come now because the process is busy. */
export interface LoopLag {
  /** Of the last half second or so. */
  lagMs(): number;
  stop: Cancel;
}

const lookMs = 250;

/** Looks four times a second how late an alarm rings. Alarms do not keep the process alive. */
export function watchLoopLag({ clock, alarm }: { readonly clock: Clock; readonly alarm: Alarm }): LoopLag {
  let dueMs = clock.monotonic() + lookMs;
  let lastMs = 0;
  let cancel: Cancel;
  const look = (): void => {
    lastMs = Math.max(0, clock.monotonic() - dueMs);
    dueMs = clock.monotonic() + lookMs;
    cancel = alarm.at(monotonicMs(dueMs), look);
  };
  cancel = alarm.at(monotonicMs(dueMs), look);
  return {
    // While the process is busy nobody looks: what is overdue by now counts as well.
    lagMs: () => Math.max(lastMs, clock.monotonic() - dueMs),
    stop: () => cancel(),
  };
}
