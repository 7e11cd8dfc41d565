import { createAsking, type Asking } from './asking.ts';
import type { PageTime } from './browser-time.ts';
import { setText } from './make-element.ts';

/** A view that asks now and every few seconds while it is open. */
export type PeriodicView = Asking;

const usualPeriodMs = 5_000;

/** `load` asks and shows; when it fails, `message` says that what is shown may be old. */
export function createPeriodicView(
  message: Element,
  time: PageTime,
  load: () => Promise<void>,
  periodMs: () => number = () => usualPeriodMs,
): PeriodicView {
  return createAsking({
    ...{ time, load, periodMs },
    tell: (words) => setText(message, words),
    isHidden: () => document.hidden,
  });
}
