import type { Cancel } from './clock.ts';
import type { Quality } from './quality.ts';
import type { SaidText } from './said-text.ts';

/** A value as it goes to whoever watches: within a second of being read, stored or not yet. */
export interface LiveValue {
  readonly device: string;
  readonly quantity: string;
  readonly atMs: number;
  readonly value: number | null;
  readonly quality: Quality;
  /** Whether its commit has returned. */
  readonly stored: boolean;
}

export type LiveEvent =
  | { readonly type: 'readings'; readonly values: readonly LiveValue[] }
  | { readonly type: 'texts'; readonly values: readonly SaidText[] }
  | { readonly type: 'device'; readonly id: string; readonly state: string; readonly since: number }
  | { readonly type: 'source'; readonly id: string; readonly state: string; readonly since: number }
  | { readonly type: 'job'; readonly id: number; readonly state: string }
  | {
      readonly type: 'boiler';
      readonly phase: string;
      readonly since: number;
      /** Its minute is not closed yet. */
      readonly provisional: boolean;
    }
  /** What is kept of what it took, or how it is switched, has changed. */
  | { readonly type: 'server'; readonly news: 'energy' | 'switching' }
  | {
      readonly type: 'alert';
      readonly id: number;
      readonly rule: string;
      readonly subject: string;
      /** `alert`, `reminder`, `recovered`, `test`; `acknowledged`. */
      readonly kind: string;
    }
  | { readonly type: 'gateway'; readonly life: string; readonly link: string; readonly health: string };

/** Who wants to hear gets every event, in order, on the main thread; listeners must not block or throw. */
export interface LiveFeed {
  publish(event: LiveEvent): void;
  subscribe(listener: (event: LiveEvent) => void): Cancel;
}

export function createLiveFeed(): LiveFeed {
  const listeners = new Set<(event: LiveEvent) => void>();
  return {
    publish: (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
