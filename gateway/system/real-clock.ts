import { monotonicMs, wallMs } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';

/** The machine's clocks. The monotonic one starts with the process. */
export const realClock: Clock = {
  wall: () => wallMs(Date.now()),
  monotonic: () => monotonicMs(performance.now()),
};
