import { wordsFor } from './api-problem.ts';
import type { PageTime } from './browser-time.ts';

export interface AskingParts {
  readonly time: Pick<PageTime, 'every'>;
  readonly periodMs: () => number;
  /** Asks, and shows what it is told. */
  readonly load: () => Promise<void>;
  /** What went wrong, in words; empty when nothing did. */
  readonly tell: (words: string) => void;
  /** Nobody looks. */
  readonly isHidden: () => boolean;
}

/** Asks again and again. */
export interface Asking {
  /** At once; while an answer is on its way, as soon as that has come. */
  start(): void;
  stop(): void;
}

/** One question at a time: a gateway that is slow is not asked again while it answers. */
export function createAsking({ time, periodMs, load, tell, isHidden }: AskingParts): Asking {
  let isAsking = false;
  let isWanted = false;
  let stop = (): void => undefined;
  const refresh = async (): Promise<void> => {
    if (isHidden() || isAsking) return;
    isAsking = true;
    isWanted = false;
    try {
      await load();
      tell('');
    } catch (error) {
      tell(`These may be old: ${wordsFor(error)}`);
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
