import assert from 'node:assert';

/** From `startMs` (in it) to `endMs` (not in it). */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

/** The last point of the epoch grid of `stepMs` at or before `atMs`. */
export function gridFloor(atMs: number, stepMs: number): number {
  assert(stepMs > 0, `a grid step must be positive, not ${stepMs}`);
  return Math.floor(atMs / stepMs) * stepMs;
}

/** The first point of the epoch grid of `stepMs` strictly after `atMs`. */
export function nextGridPoint(atMs: number, stepMs: number): number {
  return gridFloor(atMs, stepMs) + stepMs;
}
