import type { Interval } from '../../../core/interval.ts';
import { tariffBandAt, tariffBandInterval, tariffBands, type TariffBand } from '../../../core/tariff-band.ts';
import { addDays, tempoDayAt, tempoDayInterval, type TempoDay } from '../../../core/tempo-day.ts';

/** A part of one band of one tariff day. */
export interface BandPiece extends Interval {
  readonly day: TempoDay;
  readonly band: TariffBand;
}

const shortestDayMs = 23 * 3_600_000;

/** The whole band that holds the instant. */
export function wholeBandAt(atMs: number): BandPiece {
  const { day, band } = tariffBandAt(atMs);
  return { day, band, ...tariffBandInterval(day, band) };
}

/** A range, cut where bands end, in order. */
export function bandPieces({ startMs, endMs }: Interval): readonly BandPiece[] {
  const pieces: BandPiece[] = [];
  for (let atMs = startMs; atMs < endMs;) {
    const band = wholeBandAt(atMs);
    pieces.push({ ...band, startMs: atMs, endMs: Math.min(band.endMs, endMs) });
    atMs = band.endMs;
  }
  return pieces;
}

/** Both bands of a tariff day. */
export function bandsOfDay(day: TempoDay): readonly BandPiece[] {
  return tariffBands.map((band) => ({ day, band, ...tariffBandInterval(day, band) }));
}

/** Tariff days that lie in the range from their first instant to their last, in order. */
export function wholeDaysIn({ startMs, endMs }: Interval): readonly TempoDay[] {
  if (endMs - startMs < shortestDayMs) return [];
  const days: TempoDay[] = [];
  const first = tempoDayAt(startMs);
  for (
    let day = tempoDayInterval(first).startMs === startMs ? first : addDays(first, 1);
    ;
    day = addDays(day, 1)
  ) {
    if (tempoDayInterval(day).endMs > endMs) return days;
    days.push(day);
  }
}

/** Tariff days from the first to the one before the last. */
export function daysBefore(first: TempoDay, last: TempoDay): readonly TempoDay[] {
  const days: TempoDay[] = [];
  for (let day = first; day < last; day = addDays(day, 1)) days.push(day);
  return days;
}
