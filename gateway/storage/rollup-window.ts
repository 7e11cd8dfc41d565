import { qualityCode } from '../core/quality.ts';

const goodCode = qualityCode('good');
const estimatedCode = qualityCode('estimated');

/** What a rollup table holds of one window of one series. Without a good value the numbers are null. */
export interface RollupTotals {
  min: number | null;
  max: number | null;
  sum: number | null;
  last: number | null;
  /** Time of `last` after the window's start. */
  lastOffsetMs: number | null;
  n: number;
  bad: number;
}

export function emptyTotals(): RollupTotals {
  return { min: null, max: null, sum: null, last: null, lastOffsetMs: null, n: 0, bad: 0 };
}

/** One reading, with its place in the window. Readings of a window are added in the order of their times. */
export interface WindowReading {
  readonly offsetMs: number;
  readonly value: number;
  readonly quality: number;
}

/** Good and estimated values count; suspect and missing ones, and what is no number, are bad. */
export function addReading(totals: RollupTotals, { offsetMs, value, quality }: WindowReading): void {
  if ((quality !== goodCode && quality !== estimatedCode) || !Number.isFinite(value)) {
    totals.bad += 1;
    return;
  }
  // SQLite has no −0: a window computed on the spot must equal the stored one.
  const number = value + 0;
  addValues(totals, { min: number, max: number, sum: number, n: 1 });
  if (totals.lastOffsetMs === null || offsetMs >= totals.lastOffsetMs) {
    totals.last = number;
    totals.lastOffsetMs = offsetMs;
  }
}

/** Adds a finer window that starts `offsetMs` after this one, later than all that are in. */
export function addWindow(totals: RollupTotals, finer: Readonly<RollupTotals>, offsetMs: number): void {
  totals.bad += finer.bad;
  if (finer.n === 0) return;
  addValues(totals, finer);
  totals.last = finer.last;
  totals.lastOffsetMs = offsetMs + (finer.lastOffsetMs ?? 0);
}

function addValues(
  totals: RollupTotals,
  { min, max, sum, n }: Pick<Readonly<RollupTotals>, 'min' | 'max' | 'sum' | 'n'>,
): void {
  totals.min = Math.min(totals.min ?? Infinity, min ?? Infinity);
  totals.max = Math.max(totals.max ?? -Infinity, max ?? -Infinity);
  // A sum beyond all numbers is null for good: its window has no mean.
  const added = totals.n === 0 ? sum : totals.sum === null || sum === null ? null : totals.sum + sum;
  totals.sum = added !== null && Number.isFinite(added) ? added : null;
  totals.n += n;
}

/** The mean, kept between the extremes that rounding may carry it beyond. */
export function meanOf({ min, max, sum, n }: Readonly<RollupTotals>): number | null {
  if (sum === null || min === null || max === null || n === 0) return null;
  return Math.min(max, Math.max(min, sum / n));
}
