import type { Interval } from './interval.ts';
import { addDays, frenchInstantMs, tempoDayAt, type TempoDay } from './tempo-day.ts';

/** The two parts of a tariff day, in the order in which they come: 06:00–22:00, and 22:00–06:00 of the next date. */
export const tariffBands = ['peak', 'off-peak'] as const;

export type TariffBand = (typeof tariffBands)[number];

const peakStartHour = 6;
const peakEndHour = 22;

/** Peak hours are 16 hours, off-peak hours 7, 8 or 9: the clocks are set in the night. */
export function tariffBandInterval(day: TempoDay, band: TariffBand): Interval {
  const turnMs = frenchInstantMs(day, peakEndHour);
  if (band === 'peak') return { startMs: frenchInstantMs(day, peakStartHour), endMs: turnMs };
  return { startMs: turnMs, endMs: frenchInstantMs(addDays(day, 1), peakStartHour) };
}

export function tariffBandAt(atMs: number): { readonly day: TempoDay; readonly band: TariffBand } {
  const day = tempoDayAt(atMs);
  return { day, band: atMs < frenchInstantMs(day, peakEndHour) ? 'peak' : 'off-peak' };
}
