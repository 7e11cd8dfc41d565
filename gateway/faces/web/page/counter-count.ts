import type { HistoryRow } from './api-types.ts';

/** How far a counter has come since a start. */
export interface CounterCount {
  readonly amount: number;
  /** Where the counter stands. */
  readonly last: number;
  /** From when it is counted: later than asked when nothing was read before. */
  readonly sinceMs: number;
}

/** A counter below this share of where it stood is a new meter; above, a small step back is noise. */
const newMeterShare = 0.5;

/**
 * What was counted since `fromMs` by the differences of a counter's `last`. Windows before it give where the counter
 * stood; without any, counting starts with the first one's least. undefined when there is no window with a value.
 */
export function countRows(rows: readonly HistoryRow[], fromMs: number): CounterCount | undefined {
  let count: CounterCount | undefined;
  for (const row of rows) {
    if (row.last === null || row.last === undefined) continue;
    if (row.atMs < fromMs) count = { amount: 0, last: row.last, sinceMs: fromMs };
    else if (count === undefined) count = startOf(row, row.last);
    else count = afterWindow(count, row, row.last);
  }
  return count;
}

/** The count with a newer state of the counter. */
export function countValue(count: CounterCount, value: number): CounterCount {
  const { amount, last } = count;
  if (value >= last) {
    return { ...count, amount: amount + value - last, last: value };
  }
  // What a new meter counted before it was first read is not known.
  return isNewMeter(last, value) ? { ...count, last: value } : count;
}

function startOf(row: HistoryRow, last: number): CounterCount {
  return { amount: last - (row.min ?? last), last, sinceMs: row.atMs };
}

function afterWindow(count: CounterCount, row: HistoryRow, last: number): CounterCount {
  if (!isNewMeter(count.last, last)) return countValue(count, last);
  // The meter was changed within this window: up to its greatest with the old one, from its least with the new.
  const withOld = Math.max(0, (row.max ?? 0) - count.last);
  const withNew = last - (row.min ?? last);
  return { ...count, amount: count.amount + withOld + withNew, last };
}

function isNewMeter(before: number, after: number): boolean {
  return after < before * newMeterShare;
}
