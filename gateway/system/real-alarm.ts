import assert from 'node:assert';
import type { Alarm, Clock } from '../core/clock.ts';

/** setTimeout takes a signed 32-bit number, and calls at once for anything longer. */
const delayMsMax = 2 ** 31 - 1;

/** Alarms on Node's timers. They keep the process alive until they fire or are cancelled. */
export function createRealAlarm(clock: Clock): Alarm {
  return {
    at: (atMs, callback) => {
      assert(!Number.isNaN(atMs), 'an alarm needs a time');
      let timer = setTimeout(ring, delayUntil(atMs));
      // Node rounds delays, so that a timer can be up to a millisecond early; and long ones come in parts.
      function ring(): void {
        if (clock.monotonic() >= atMs) callback();
        else timer = setTimeout(ring, delayUntil(atMs));
      }
      return () => clearTimeout(timer);
    },
    nextTurn: (callback) => {
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    },
  };

  function delayUntil(atMs: number): number {
    return Math.min(Math.max(0, Math.ceil(atMs - clock.monotonic())), delayMsMax);
  }
}
