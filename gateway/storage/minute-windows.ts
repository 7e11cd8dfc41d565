import { gridFloor } from '../core/interval.ts';
import { blockMs } from './block-store.ts';
import type { ReadingColumn } from './reading-column.ts';
import { minuteMs } from './rollup-level.ts';
import { addReading, emptyTotals, type RollupTotals } from './rollup-window.ts';

export interface MinuteTotals {
  readonly startMs: number;
  readonly totals: RollupTotals;
}

/** The wanted minutes that a sorted column has readings of. */
export function minutesOf(column: ReadingColumn, wanted: ReadonlySet<number>): readonly MinuteTotals[] {
  const minutes: MinuteTotals[] = [];
  let current: MinuteTotals | undefined;
  for (let index = 0; index < column.length; index += 1) {
    const atMs = column.timeAt(index);
    const startMs = gridFloor(atMs, minuteMs);
    if (!wanted.has(startMs)) continue;
    if (current?.startMs !== startMs) minutes.push((current = { startMs, totals: emptyTotals() }));
    addReading(current.totals, {
      offsetMs: atMs - startMs,
      value: column.valueAt(index),
      quality: column.qualityAt(index),
    });
  }
  return minutes;
}

/** Sorted starts of minutes, those of one block together: they are read together. */
export function byBlock(minuteStarts: readonly number[]): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  for (const startMs of minuteStarts) {
    const block = gridFloor(startMs, blockMs);
    const group = groups.get(block);
    if (group === undefined) groups.set(block, [startMs]);
    else group.push(startMs);
  }
  return [...groups.values()];
}

/** The span of such a group. */
export function spanOfMinutes(starts: readonly number[]): { startMs: number; endMs: number } {
  return { startMs: starts[0] ?? 0, endMs: (starts.at(-1) ?? 0) + minuteMs };
}
