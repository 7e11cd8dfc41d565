import type { Quality } from '../../core/quality.ts';

/** The latest value of a series, and when it was said last. */
export interface SeenValue {
  readonly device: string;
  readonly quantity: string;
  readonly value: number | null;
  readonly quality: Quality;
  /** UTC epoch ms. */
  readonly toldMs: number;
}

/** A device or a source that is configured. */
export interface SeenThing {
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly state: string;
  /** undefined: it is not read, so nobody knows. */
  readonly periodMs: number | undefined;
  /** Switched off by people: it may be silent. */
  readonly isDisabled: boolean;
  /** Of a source that may bring something besides values: how long it has brought nothing at all. */
  readonly broughtNothingMs: number | undefined;
}

export interface SeenTrouble {
  readonly subject: string;
  readonly status: 'ok' | 'degraded' | 'failing';
  readonly message: string;
}

/** What rules of the configuration look at. Never waits. */
export interface WatchedHome {
  values(): readonly SeenValue[];
  things(): readonly SeenThing[];
  troubles(): readonly SeenTrouble[];
}
