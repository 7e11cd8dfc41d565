import type { ShiftCase } from './shift-runs.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * The experiment of Wiesner et al. (Let's wait awhile, Middleware 2021): a job of half an hour that is due at 01:00 UTC
 * each day of 365 and may start so many hours earlier or later, but not before the year.
 */
export function nightlyCases(yearStartMs: number, windowHours: number): readonly ShiftCase[] {
  return Array.from({ length: 365 }, (_, day) => {
    const dueMs = yearStartMs + day * dayMs + hourMs;
    return {
      firstMs: Math.max(yearStartMs, dueMs - windowHours * hourMs),
      lastMs: dueMs + windowHours * hourMs,
      lengthMs: hourMs / 2,
    };
  });
}
