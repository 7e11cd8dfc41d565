import { localDay } from '../core/calendar.ts';
import { gridFloor } from '../core/interval.ts';
import { blockMs } from './block-store.ts';
import type { GapStore } from './gap-store.ts';
import type { ReadingStore } from './reading-store.ts';
import { hourMs } from './rollup-level.ts';
import type { RollupState } from './rollup-state.ts';
import type { TelemetryStore } from './telemetry-store.ts';
import { transact } from './transact.ts';

export interface RoomStores {
  readonly readings: ReadingStore;
  readonly rollups: RollupState;
  readonly gaps: GapStore;
  readonly telemetry: TelemetryStore;
}

export interface RoomOptions {
  /** The wall clock: when it was noted. */
  readonly nowMs: number;
  /** Whether the last day of raw readings may go, too, when nothing else is left. */
  readonly mayTakeLastDay: boolean;
}

const dayMs = 24 * hourMs;
const rawKeptMs = dayMs;
const minutesKeptMs = 7 * dayMs;
/** Blocks of a step: some milliseconds, and little write-ahead log. */
const blocksMax = 500;

const rawDetail = 'the oldest raw readings were deleted before their time, to make room';

/**
 * Deletes a step of what is oldest and least missed, and notes it as a gap in the same transaction: telemetry that has
 * arrived, raw readings but those of the last day, minute windows but those of the last week, telemetry that has not
 * arrived, then raw readings of the last day. Hours and days stay, and so does what is not packed yet, or not rolled up. Ages are taken from the newest reading, since
 * the clock may be wrong. Answers whether anything was deleted.
 */
export function makeRoom(stores: RoomStores, { nowMs, mayTakeLastDay }: RoomOptions): boolean {
  const newestMs = stores.readings.newestMs ?? 0;
  let hasDeleted = false;
  transact(stores.rollups.parts.connection, () => {
    hasDeleted =
      stores.telemetry.shed('arrived') ||
      deleteRaw(stores, newestMs - rawKeptMs, nowMs) ||
      deleteMinutes(stores, newestMs - minutesKeptMs, nowMs) ||
      stores.telemetry.shed('all') ||
      (mayTakeLastDay && deleteRaw(stores, newestMs, nowMs));
  });
  return hasDeleted;
}

function deleteRaw({ readings, rollups, gaps }: RoomStores, beforeMs: number, nowMs: number): boolean {
  const heldMs = rollups.stale.oldestMs(['minute']);
  const shed = readings.shed(gridFloor(Math.min(beforeMs, heldMs), blockMs), blocksMax);
  if (shed.rows === 0) return false;
  rollups.markPruned('raw', Math.max(rollups.prunedToMs('raw'), shed.toMs));
  const { fromMs, toMs } = shed;
  gaps.noteMore({
    notedMs: nowMs,
    reason: 'quota',
    fromMs,
    toMs,
    readings: shed.readings,
    detail: rawDetail,
  });
  return true;
}

/** A day a step; cut where no coarser window is cut in two. */
function deleteMinutes({ rollups, gaps }: RoomStores, beforeMs: number, nowMs: number): boolean {
  const table = rollups.tables.minute;
  const fromMs = table.oldestMs();
  if (fromMs === undefined) return false;
  const { zone } = rollups.parts;
  const limitMs = localDay(zone, Math.min(beforeMs, rollups.stale.oldestMs())).startMs;
  const toMs = gridFloor(Math.min(limitMs, localDay(zone, fromMs).endMs), hourMs);
  if (fromMs >= toMs) return false;
  const { rows, remaining } = table.prune(toMs);
  if (rows === 0) return false;
  rollups.markPruned('minute', Math.max(rollups.prunedToMs('minute'), toMs));
  const detail = `${rows} windows of one minute were deleted before their time, to make room${remaining ? '; more of that day follow' : ''}`;
  gaps.note({ notedMs: nowMs, reason: 'quota', fromMs, toMs, readings: 0, detail });
  return true;
}
