import type { Cancel } from '../../core/clock.ts';

/** Tells who has something open that a token or a key was removed, or others that one was made. */
export interface RegisterWatch {
  tell(): void;
  subscribe(listener: () => void): Cancel;
}

export function createRegisterWatch(): RegisterWatch {
  const listeners = new Set<() => void>();
  return {
    tell: () => {
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
