import { wordsFor } from './api-problem.ts';
import type { PageTime } from './browser-time.ts';
import { setText } from './make-element.ts';

/** A view that asks now and every few seconds while it is open. */
export interface PeriodicView {
  /** Asks at once; while an answer is on its way, as soon as that has come. */
  start(): void;
  stop(): void;
}

const usualPeriodMs = 5_000;

/**
 * `load` asks and shows; when it fails, `message` says that what is shown may be old. One question at a time: a gateway
 * that is slow is not asked again while it answers.
 */
export function createPeriodicView(
  message: Element,
  time: PageTime,
  load: () => Promise<void>,
  periodMs: () => number = () => usualPeriodMs,
): PeriodicView {
  let isAsking = false;
  let isWanted = false;
  let stop = (): void => undefined;
  const refresh = async (): Promise<void> => {
    if (document.hidden || isAsking) return;
    isAsking = true;
    isWanted = false;
    try {
      await load();
      setText(message, '');
    } catch (error) {
      setText(message, `These may be old: ${wordsFor(error)}`);
    }
    isAsking = false;
    again();
  };
  // Somebody asked for it meanwhile.
  const again = (): void => {
    if (isWanted) void refresh();
  };
  return {
    start: () => {
      stop();
      isWanted = true;
      void refresh();
      stop = time.every(periodMs(), () => void refresh());
    },
    stop: () => {
      isWanted = false;
      stop();
    },
  };
}
