import { createAsking, type Asking } from './asking.ts';
import type { PageTime } from './browser-time.ts';
import { setText } from './make-element.ts';

/** A view that asks now and every few seconds while it is open. */
export type PeriodicView = Asking;

const usualPeriodMs = 5_000;

/**
 * `load` asks and shows; when it fails, `message` says that what is shown may be old. What a deed of somebody has written
 * there stays until the view is left, or until there is something to say of that.
 */
export function createPeriodicView(
  message: Element,
  time: PageTime,
  load: () => Promise<void>,
  periodMs: () => number = () => usualPeriodMs,
): PeriodicView {
  let told = '';
  const asking = createAsking({
    ...{ time, load, periodMs },
    tell: (words) => {
      if (words !== '' || message.textContent === told) setText(message, words);
      told = words;
    },
    isHidden: () => document.hidden,
  });
  return {
    ...asking,
    stop: () => {
      asking.stop();
      setText(message, '');
    },
  };
}
