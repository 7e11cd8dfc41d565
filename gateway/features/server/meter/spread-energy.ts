import type { TempoDay } from '../../../core/tempo-day.ts';
import type { MeteredInterval } from '../../../storage/server-calls.ts';
import { bandsOfDay, type BandPiece } from './band-pieces.ts';
import type { MeterReading } from './meter-reading.ts';

/** Off-peak hours are a third of a day. */
const offPeakParts = 3;

/**
 * An amount spread evenly over whole tariff days, one at least: a third of each is off-peak. What does not come out
 * even goes to the earliest days, a mWh each, and in a day to its peak hours; the sum is exact.
 */
export function spreadOverDays(days: readonly TempoDay[], mwh: number): readonly MeteredInterval[] {
  const each = Math.floor(mwh / days.length);
  const daysWithMore = mwh - each * days.length;
  return days.flatMap((day, index) => {
    const ofDay = each + (index < daysWithMore ? 1 : 0);
    const offPeak = Math.floor(ofDay / offPeakParts);
    return bandsOfDay(day).map((piece) => ({
      ...piece,
      kind: 'estimated' as const,
      mwh: piece.band === 'peak' ? ofDay - offPeak : offPeak,
      startTotalMwh: null,
      endTotalMwh: null,
    }));
  });
}

/** Days of which nothing is known. */
export function downDays(days: readonly TempoDay[]): readonly MeteredInterval[] {
  return days.flatMap((day) =>
    bandsOfDay(day).map((piece) => ({
      ...piece,
      kind: 'down' as const,
      mwh: null,
      startTotalMwh: null,
      endTotalMwh: null,
    })),
  );
}

/** A piece of the time between two readings, with what the meter stands at in its beginning and at its end. */
export interface CountedPiece extends BandPiece {
  readonly startTotalMwh: number;
  readonly endTotalMwh: number;
}

/** As if the power had been the same all the time; whole at each cut, and exact at both ends. */
export function countByTime(
  before: MeterReading,
  after: MeterReading,
  pieces: readonly BandPiece[],
): readonly CountedPiece[] {
  const grown = after.totalMwh - before.totalMwh;
  const elapsedMs = after.atMs - before.atMs;
  let startTotalMwh = before.totalMwh;
  return pieces.map((piece) => {
    const isLast = piece.endMs === after.atMs;
    const byNow = Math.min(grown, Math.round((grown * (piece.endMs - before.atMs)) / elapsedMs));
    const endTotalMwh = isLast ? after.totalMwh : before.totalMwh + byNow;
    const counted = { ...piece, startTotalMwh, endTotalMwh };
    startTotalMwh = endTotalMwh;
    return counted;
  });
}
