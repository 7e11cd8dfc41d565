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
  /** For what was just changed: asks after whatever is on its way, and ends when that is shown, or told not to come. */
  anew(): Promise<void>;
}

/** One question at a time: a gateway that is slow is not asked again while it answers, and no answer overtakes another. */
export function createAsking({ time, periodMs, load, tell, isHidden }: AskingParts): Asking {
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let isWanted = false;
  let stop = (): void => undefined;
  const loadAndTell = async (): Promise<void> => {
    try {
      await load();
      tell('');
    } catch (error) {
      tell(`These may be old: ${wordsFor(error)}`);
    }
    current = undefined;
  };
  const ask = async (): Promise<void> => {
    isWanted = false;
    current = loadAndTell();
    await current;
  };
  const refresh = async (): Promise<void> => {
    if (isHidden() || current !== undefined || next !== undefined) return;
    await ask();
    // Somebody asked for it meanwhile.
    if (isWanted) await refresh();
  };
  const askNext = async (): Promise<void> => {
    do await current;
    while (current !== undefined);
    next = undefined;
    await ask();
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
    anew: () => (next ??= askNext()),
  };
}
