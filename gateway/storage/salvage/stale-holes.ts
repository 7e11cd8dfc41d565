import { localDay } from '../../core/calendar.ts';
import type { Connection } from '../connection.ts';
import type { Hole } from './collect-rows.ts';
import type { StoredValue } from './record.ts';

const forEver = 2 ** 53 - 1;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const levelOf: Readonly<Record<string, number>> = {
  rollup_minute: 0,
  minute_block: 0,
  rollup_hour: 1,
};

/**
 * Has windows computed again that are lost, or of which it is no longer known whether readings touched them: those
 * of which there still are readings, or finer windows, to compute them from.
 */
export function markStale(connection: Connection, zone: string, holes: readonly Hole[]): void {
  for (const hole of holes) {
    const { table } = hole;
    const level = levelOf[table];
    if (level !== undefined) markWindows(connection, level, spanOf(hole));
    if (table === 'rollup_day') markDays(connection, zone, spanOf(hole));
    if (table === 'stale_window') markWindows(connection, 0, { fromMs: 0, toMs: forEver });
    if (table.startsWith('energy_'))
      markEnergy(connection, table === 'energy_slot' ? spanOf(hole) : everything);
  }
}

/** All slots of which there are readings: for files from before energy was kept, too. */
export function markAllEnergy(connection: Connection): void {
  markEnergy(connection, everything);
}

const everything: Span = { fromMs: 0, toMs: forEver };

function markWindows(connection: Connection, level: number, { fromMs, toMs }: Span): void {
  const sources: Readonly<Record<number, string>> = {
    // Minutes are noted by their hour.
    0: `SELECT start_ms / 3600000 * 3600000 AS start FROM block
        UNION SELECT min_ms / 3600000 * 3600000 FROM staged WHERE offset_ms IS NOT NULL
        UNION SELECT max_ms / 3600000 * 3600000 FROM staged WHERE offset_ms IS NOT NULL`,
    1: `SELECT start_ms / 3600000 * 3600000 AS start FROM rollup_minute
        UNION SELECT (place >> 24) * 3600000 FROM minute_block`,
  };
  connection
    .prepare(
      `INSERT OR IGNORE INTO stale_window (level, start_ms)
       SELECT ${level}, start FROM (${String(sources[level])}) WHERE start >= ? AND start < ?`,
    )
    .run(fromMs - 3_600_000, toMs);
}

/** Days that hours are left of. */
function markDays(connection: Connection, zone: string, { fromMs, toMs }: Span): void {
  const hours = connection
    .prepare<[number, number], number>(
      'SELECT DISTINCT start_ms FROM rollup_hour WHERE start_ms >= ? AND start_ms < ? ORDER BY start_ms',
    )
    .pluck()
    .all(fromMs, toMs + 25 * 3_600_000);
  const note = connection.prepare('INSERT OR IGNORE INTO stale_window (level, start_ms) VALUES (2, ?)');
  let endMs = 0;
  for (const hour of hours) {
    if (hour < endMs) continue;
    const day = localDay(zone, hour);
    note.run(day.startMs);
    endMs = day.endMs;
  }
}

function markEnergy(connection: Connection, { fromMs, toMs }: Span): void {
  connection
    .prepare(
      `INSERT OR IGNORE INTO energy_stale (start_ms, crc)
       SELECT slot, row_check('energy_stale', slot) FROM (
         SELECT DISTINCT start_ms / 900000 * 900000 AS slot FROM block WHERE start_ms >= ? AND start_ms < ?
         UNION SELECT min_ms / 900000 * 900000 FROM staged UNION SELECT max_ms / 900000 * 900000 FROM staged
       )`,
    )
    .run(fromMs - 900_000, toMs);
}

function spanOf({ table, from, to }: Hole): Span {
  const timeOf = (key: StoredValue, otherwise: number): number => {
    if (typeof key !== 'number') return otherwise;
    return table === 'minute_block' ? Math.floor(key / 2 ** 24) * 3_600_000 : key;
  };
  return { fromMs: timeOf(from, 0), toMs: timeOf(to, forEver - 1) + 1 };
}
