import type { Interval } from '../../../core/interval.ts';
import { joined } from './interval-sets.ts';
import type { TimeCell } from './time-cells.ts';

/**
 * When each runs of whom it is known how long it runs in each cell (`amounts`, row by row): within a cell one after
 * the other on the first place until that is full, then on the next (McNaughton 1959). Nobody runs twice at once, as
 * nobody has more of a cell than its length. Who runs before a cell comes first in it, and who runs after it last.
 */
export function layOut(
  amounts: Float64Array,
  rows: number,
  cells: readonly TimeCell[],
): readonly (readonly Interval[])[] {
  const laid = Array.from({ length: rows }, (): Interval[] => []);
  for (const [column, cell] of cells.entries()) {
    const amountOf = (row: number, of = column): number => amounts[row * cells.length + of] ?? 0;
    const here = [...laid.keys()].filter((row) => amountOf(row) > 0);
    const runsAfter = (row: number): boolean =>
      cells[column + 1]?.startMs === cell.endMs && amountOf(row, column + 1) > 0;
    const runsBefore = (row: number): boolean => laid[row]?.at(-1)?.endMs === cell.startMs;
    const order = here.toSorted(
      (one, other) =>
        Number(runsBefore(other)) - Number(runsBefore(one)) ||
        Number(runsAfter(one)) - Number(runsAfter(other)),
    );
    const fillsAlone = here.length <= cell.room;
    let atMs = 0;
    for (const row of order) {
      const lengthMs = amountOf(row);
      const isLate = fillsAlone && runsAfter(row) && !runsBefore(row);
      const fromMs = fillsAlone ? (isLate ? cell.endMs - cell.startMs - lengthMs : 0) : atMs;
      laid[row]?.push(...wrapped(fromMs, lengthMs, cell));
      atMs += lengthMs;
    }
  }
  return laid.map(joined);
}

/** `fromMs` counts through all places of the cell, one after the other. */
function wrapped(fromMs: number, lengthMs: number, { startMs, endMs }: Interval): readonly Interval[] {
  const placeMs = endMs - startMs;
  const first = startMs + (fromMs % placeMs);
  const untilMs = first + lengthMs;
  if (untilMs <= endMs) return [{ startMs: first, endMs: untilMs }];
  return [
    { startMs, endMs: untilMs - placeMs },
    { startMs: first, endMs },
  ];
}
