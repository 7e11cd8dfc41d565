import { localDay } from '../core/calendar.ts';
import { gridFloor } from '../core/interval.ts';
import type { Pruned } from './pruned.ts';
import type { ReadingStore } from './reading-store.ts';
import { hourMs, rollupLevels, type RollupLevel } from './rollup-level.ts';
import type { RollupState } from './rollup-state.ts';
import type { Retention } from './store-calls.ts';
import { transact } from './transact.ts';

/**
 * Deletes, in one bounded step a level, what is older than its retention. Nothing is deleted that a touched
 * window still has to be computed from, and levels are cut where no coarser window is cut in two.
 */
export function prune(
  nowMs: number,
  retention: Retention,
  stores: { readonly readings: ReadingStore; readonly rollups: RollupState },
): Pruned {
  const { readings, rollups } = stores;
  const { rawMs, minuteMs, hourMs: hoursKeptMs, dayMs } = retention;
  const kept: Readonly<Record<RollupLevel, number | undefined>> = {
    minute: minuteMs,
    hour: hoursKeptMs,
    day: dayMs,
  };
  const heldMs = rollups.stale.oldestMs();
  const cutMs = (keptMs: number): number => Math.min(nowMs - keptMs, heldMs);
  let rows = 0;
  let remaining = false;
  const step = (
    level: RollupLevel | 'raw',
    toMs: number,
    table: { prune(beforeMs: number): Pruned },
  ): void => {
    const prunedToMs = Math.max(rollups.prunedToMs(level), toMs);
    const pruned = table.prune(prunedToMs);
    if (pruned.rows > 0) rollups.markPruned(level, prunedToMs);
    rows += pruned.rows;
    remaining ||= pruned.remaining;
  };
  transact(rollups.parts.connection, () => {
    if (rawMs !== undefined) step('raw', gridFloor(cutMs(rawMs), hourMs), readings);
    for (const level of rollupLevels) {
      const keptMs = kept[level];
      if (keptMs === undefined) continue;
      const day = localDay(rollups.parts.zone, cutMs(keptMs));
      step(level, level === 'day' ? day.startMs : gridFloor(day.startMs, hourMs), rollups.tables[level]);
    }
  });
  return { rows, remaining };
}
