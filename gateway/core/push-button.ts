import type { Cancel } from './clock.ts';

/** A hand on the gateway. `press` when it goes down, `release` when it comes up; bounces are not told. */
export type ButtonEdge = 'press' | 'release';

/** The button of the machine. */
export interface PushButton {
  /** Calls back with each edge, with the time of the monotonic clock, from now on. */
  onEdge(listener: (edge: ButtonEdge, atMs: number) => void): Cancel;
  /** Undefined while it can be seen; otherwise why not, and what to do, for the health lines. */
  problem(): { readonly message: string; readonly hint: string } | undefined;
  close(): void;
}
