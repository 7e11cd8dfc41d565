import { gridFloor } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import type { ReadingColumn } from './reading-column.ts';
import { minuteMs } from './rollup-level.ts';
import type { StoredWindow } from './rollup-table.ts';
import { addReading, emptyTotals } from './rollup-window.ts';

/** The minutes that a sorted column of the series has readings of, by start. */
export function minutesOf(series: SeriesId, column: ReadingColumn): readonly StoredWindow[] {
  const minutes: StoredWindow[] = [];
  let current: StoredWindow | undefined;
  for (let index = 0; index < column.length; index += 1) {
    const atMs = column.timeAt(index);
    const startMs = gridFloor(atMs, minuteMs);
    if (current?.startMs !== startMs) {
      minutes.push((current = { ...emptyTotals(), series, startMs, lengthMs: minuteMs }));
    }
    addReading(current, {
      offsetMs: atMs - startMs,
      value: column.valueAt(index),
      quality: column.qualityAt(index),
    });
  }
  return minutes;
}
