import { energySlotMs } from '../../core/energy-slot.ts';
import { gridFloor } from '../../core/interval.ts';
import type { Connection } from '../connection.ts';
import type { EnergyBook } from '../energy-book.ts';
import { hourMs, windowOf } from '../rollup-level.ts';
import type { RollupState } from '../rollup-state.ts';
import type { RollupStore } from '../rollup-store.ts';
import { transact } from '../transact.ts';
import type { RebuildReport } from '../upkeep-calls.ts';

/** Hours that one call looks at. */
const hoursPerStepMax = 24;

interface RebuildParts {
  readonly connection: Connection;
  readonly rollups: RollupState;
  readonly rollupStore: RollupStore;
  readonly energy: EnergyBook;
}

/**
 * Deletes the windows of the range that can be computed, and notes them for it: minutes and energy where raw readings
 * are whole, hours where minutes are, days where hours are. Hours of which readings are known to be missing stay as they are.
 */
export function rebuildWindows(parts: RebuildParts, fromMs: number, toMs: number): RebuildReport {
  const hours = hoursIn(parts.connection, fromMs, toMs);
  let windows = 0;
  transact(parts.connection, () => {
    const days = new Set<number>();
    for (const startMs of hours) {
      windows += rebuildHour(parts, startMs);
      days.add(windowOf('day', parts.rollups.parts.zone, startMs).startMs);
    }
    for (const startMs of days) windows += rebuildDay(parts, startMs);
  });
  const last = hours.at(-1);
  return hours.length < hoursPerStepMax || last === undefined
    ? { windows }
    : { windows, nextFromMs: last + hourMs };
}

/** Of those that have windows or readings, so many. */
function hoursIn(connection: Connection, fromMs: number, toMs: number): readonly number[] {
  const next = connection
    .prepare<{ from: number }, number | null>(
      `SELECT min(start_ms) FROM (
         SELECT min(start_ms) AS start_ms FROM rollup_hour WHERE start_ms >= $from
         UNION ALL SELECT min(start_ms) FROM rollup_minute WHERE start_ms >= $from
         UNION ALL SELECT (min(place) >> 24) * ${hourMs} FROM minute_block WHERE place >= $from / ${hourMs} << 24
         UNION ALL SELECT min(start_ms) FROM block WHERE start_ms >= $from
         UNION ALL SELECT max(min(min_ms), $from) FROM staged WHERE max_ms >= $from AND offset_ms IS NOT NULL
       )`,
    )
    .pluck();
  const hours: number[] = [];
  let nextMs = next.get({ from: gridFloor(fromMs, hourMs) });
  while (nextMs !== undefined && nextMs !== null && nextMs < toMs && hours.length < hoursPerStepMax) {
    const startMs = gridFloor(nextMs, hourMs);
    hours.push(startMs);
    nextMs = next.get({ from: startMs + hourMs });
  }
  return hours;
}

function rebuildHour({ connection, rollups, rollupStore, energy }: RebuildParts, startMs: number): number {
  const span = { start: startMs, end: startMs + hourMs };
  const has = (sql: string): boolean => connection.prepare(`SELECT EXISTS (${sql})`).pluck().get(span) === 1;
  const run = (sql: string): unknown => connection.prepare(sql).run(span);
  // Where it is not known from when or to when, it can be all before it was noted.
  const isWounded = has(
    `SELECT 1 FROM gap WHERE reason IN ('quota', 'damage')
     AND coalesce(from_ms, 0) < $end AND coalesce(to_ms, noted_ms) >= $start`,
  );
  if (isWounded) return 0;
  const isRaw =
    startMs >= rollups.minutesIntactFromMs &&
    (has('SELECT 1 FROM block WHERE start_ms >= $start AND start_ms < $end') ||
      has('SELECT 1 FROM staged WHERE max_ms >= $start AND min_ms < $end AND offset_ms IS NOT NULL'));
  const places = `place >= $start / ${hourMs} << 24 AND place < $end / ${hourMs} << 24`;
  if (isRaw) {
    run('DELETE FROM rollup_minute WHERE start_ms >= $start AND start_ms < $end');
    run(`DELETE FROM minute_block WHERE ${places}`);
    rollupStore.recompute('minute', startMs);
    run('DELETE FROM energy_slot WHERE start_ms >= $start AND start_ms < $end');
    for (let slotMs = startMs; slotMs < span.end; slotMs += energySlotMs) energy.store.recompute(slotMs);
  }
  const hasMinutes =
    isRaw ||
    has('SELECT 1 FROM rollup_minute WHERE start_ms >= $start AND start_ms < $end') ||
    has(`SELECT 1 FROM minute_block WHERE ${places}`);
  if (!hasMinutes || !rollups.isComputable('hour', startMs)) return isRaw ? 1 : 0;
  run('DELETE FROM rollup_hour WHERE start_ms >= $start AND start_ms < $end');
  rollupStore.recompute('hour', startMs);
  return isRaw ? 2 : 1;
}

function rebuildDay({ connection, rollups, rollupStore }: RebuildParts, startMs: number): number {
  if (!rollups.isComputable('day', startMs)) return 0;
  connection.prepare('DELETE FROM rollup_day WHERE start_ms = ?').run(startMs);
  rollupStore.recompute('day', startMs);
  return 1;
}
