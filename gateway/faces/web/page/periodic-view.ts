import { wordsFor } from './api-problem.ts';
import type { PageTime } from './browser-time.ts';
import { setText } from './make-element.ts';

/** A view that asks now and every few seconds while it is open. */
export interface PeriodicView {
  start(): void;
  stop(): void;
}

const periodMs = 5_000;

/** `load` asks and shows; when it fails, `message` says that what is shown may be old. */
export function createPeriodicView(
  message: Element,
  time: PageTime,
  load: () => Promise<void>,
): PeriodicView {
  const refresh = async (): Promise<void> => {
    if (document.hidden) return;
    try {
      await load();
      setText(message, '');
    } catch (error) {
      setText(message, `These may be old: ${wordsFor(error)}`);
    }
  };
  let stop = (): void => undefined;
  return {
    start: () => {
      stop();
      void refresh();
      stop = time.every(periodMs, () => void refresh());
    },
    stop: () => stop(),
  };
}
