import type { HistoryRow } from './api-types.ts';

/** How far a counter has come since a start. */
export interface EnergyCount {
  readonly energyKwh: number;
  /** Where the counter stands. */
  readonly lastKwh: number;
  /** From when it is counted: later than asked when nothing was read before. */
  readonly sinceMs: number;
}

/** A counter below this share of where it stood is a new meter; above, a small step back is noise. */
const newMeterShare = 0.5;

/**
 * Energy since `fromMs` by the differences of a counter's `last`. Windows before it give where the counter
 * stood; without any, counting starts with the first one's least. undefined when there is no window with a value.
 */
export function countRows(rows: readonly HistoryRow[], fromMs: number): EnergyCount | undefined {
  let count: EnergyCount | undefined;
  for (const row of rows) {
    if (row.last === null || row.last === undefined) continue;
    if (row.atMs < fromMs) count = { energyKwh: 0, lastKwh: row.last, sinceMs: fromMs };
    else if (count === undefined) count = startOf(row, row.last);
    else count = afterWindow(count, row, row.last);
  }
  return count;
}

/** The count with a newer state of the counter. */
export function countValue(count: EnergyCount, valueKwh: number): EnergyCount {
  const { energyKwh, lastKwh } = count;
  if (valueKwh >= lastKwh) {
    return { ...count, energyKwh: energyKwh + valueKwh - lastKwh, lastKwh: valueKwh };
  }
  // What a new meter counted before it was first read is not known.
  return isNewMeter(lastKwh, valueKwh) ? { ...count, lastKwh: valueKwh } : count;
}

function startOf(row: HistoryRow, lastKwh: number): EnergyCount {
  return { energyKwh: lastKwh - (row.min ?? lastKwh), lastKwh, sinceMs: row.atMs };
}

function afterWindow(count: EnergyCount, row: HistoryRow, lastKwh: number): EnergyCount {
  if (!isNewMeter(count.lastKwh, lastKwh)) return countValue(count, lastKwh);
  // The meter was changed within this window: up to its greatest with the old one, from its least with the new.
  const withOldKwh = Math.max(0, (row.max ?? 0) - count.lastKwh);
  const withNewKwh = lastKwh - (row.min ?? lastKwh);
  return { ...count, energyKwh: count.energyKwh + withOldKwh + withNewKwh, lastKwh };
}

function isNewMeter(beforeKwh: number, afterKwh: number): boolean {
  return afterKwh < beforeKwh * newMeterShare;
}
