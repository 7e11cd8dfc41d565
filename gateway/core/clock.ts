/** UTC epoch milliseconds. May step back or forward when the clock is set. */
export type WallMs = number & { readonly __brand: 'wall' };

/** Milliseconds since an arbitrary start. Never steps, never goes back. Intervals and time-outs use it. */
export type MonotonicMs = number & { readonly __brand: 'monotonic' };

/** What time it is. Nobody else asks the system; tests and the simulation own theirs. */
export interface Clock {
  wall(): WallMs;
  monotonic(): MonotonicMs;
}

/** Cancels what it came from; calling it twice, or after it fired, does nothing. */
export type Cancel = () => void;

/** The engine's only sources of later work. `system/` gives the real one, `sim/` the virtual one. */
export interface Alarm {
  /** Calls back once, at or shortly after `atMs` on the monotonic clock. */
  at(atMs: MonotonicMs, callback: () => void): Cancel;
  /** Calls back after the input and output that is ready now has been served. */
  nextTurn(callback: () => void): Cancel;
}

export function wallMs(value: number): WallMs {
  return value as WallMs;
}

export function monotonicMs(value: number): MonotonicMs {
  return value as MonotonicMs;
}
