import type { Interval } from '../core/interval.ts';
import { windowOf } from './rollup-level.ts';
import type { RollupState } from './rollup-state.ts';
import { transact } from './transact.ts';

const zoneMark = 'zone';
const longestDaysMs = 3 * 86_400_000;

/**
 * Days belong to the zone they were computed in. When the site's zone changes, all days whose hours (minutes,
 * in zones off the full hour) are still there are deleted and noted for being computed anew. Older ones stay
 * as they are, in their old zone; the new days then begin after the last of them.
 */
export function adoptZone(state: RollupState): void {
  const { marks, zone, connection } = state.parts;
  const before = marks.text(zoneMark);
  if (before === zone) return;
  transact(connection, () => {
    marks.putText(zoneMark, zone);
    if (before !== undefined) recomputeDays(state);
  });
}

function recomputeDays(state: RollupState): void {
  const { stale, tables } = state;
  for (const startMs of [...stale.starts('day')]) stale.remove('day', startMs);
  const { days, complete } = computableDays(state);
  const [oldest] = days.slice(-1);
  if (oldest === undefined) return;
  const fromMs = complete ? 0 : oldest.startMs;
  const kept = tables.day.all({ startMs: fromMs - longestDaysMs, endMs: fromMs });
  const keptToMs = kept.reduce((endMs, { startMs, lengthMs }) => Math.max(endMs, startMs + lengthMs), 0);
  tables.day.deleteFrom(fromMs);
  for (const { startMs } of days) {
    if (complete || startMs >= keptToMs) stale.add('day', startMs);
  }
}

/** Days of the new zone, newest first, as far back as they can be computed; `complete` if that is all. */
function computableDays(state: RollupState): { days: readonly Interval[]; complete: boolean } {
  const { minute, hour, day } = state.tables;
  const newestMs = Math.max(...[minute, hour, day].map((table) => table.newestMs() ?? 0));
  const oldestMs = Math.min(...[minute, hour, day].map((table) => table.oldestMs() ?? Infinity));
  const days: Interval[] = [];
  let current = windowOf('day', state.parts.zone, newestMs);
  while (current.endMs > oldestMs) {
    if (!state.isComputable('day', current.startMs)) return { days, complete: false };
    days.push(current);
    current = windowOf('day', state.parts.zone, current.startMs - 1);
  }
  return { days, complete: true };
}
