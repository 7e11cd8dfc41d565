import { zoneOffsetMinutes } from '../../core/calendar.ts';
import { gridFloor } from '../../core/interval.ts';

/** By the clock of the site, minutes of the day: from (in them) to (not in them), over midnight where from is later. */
export interface QuietHours {
  readonly fromMinute: number;
  readonly toMinute: number;
}

const minuteMs = 60_000;
const dayMinutes = 24 * 60;
/** The night on which the clock is set back is the longest. */
const walkMinutesMax = 2 * dayMinutes;

/**
 * When the quiet hours end in which an instant lies: as the clock on the wall shows it, whatever was done to that in
 * the night. undefined when it lies in none.
 */
export function quietEndMs(hours: QuietHours, zone: string, atMs: number): number | undefined {
  const minute = minuteOfDay(zone, atMs);
  if (!isQuiet(hours, minute)) return undefined;
  const startMs = gridFloor(atMs, minuteMs);
  const left = (hours.toMinute - minute + dayMinutes) % dayMinutes;
  const endMs = startMs + left * minuteMs;
  if (zoneOffsetMinutes(zone, endMs) === zoneOffsetMinutes(zone, atMs)) return endMs;
  // The clock is set in between.
  for (let walked = 1; walked <= walkMinutesMax; walked += 1) {
    const nextMs = startMs + walked * minuteMs;
    if (!isQuiet(hours, minuteOfDay(zone, nextMs))) return nextMs;
  }
  return endMs;
}

/** When they began; undefined when the instant lies in none. */
export function quietStartMs(hours: QuietHours, zone: string, atMs: number): number | undefined {
  const minute = minuteOfDay(zone, atMs);
  if (!isQuiet(hours, minute)) return undefined;
  const minuteStartMs = gridFloor(atMs, minuteMs);
  const past = (minute - hours.fromMinute + dayMinutes) % dayMinutes;
  const startMs = minuteStartMs - past * minuteMs;
  if (zoneOffsetMinutes(zone, startMs) === zoneOffsetMinutes(zone, atMs)) return startMs;
  for (let walked = 1; walked <= walkMinutesMax; walked += 1) {
    const beforeMs = minuteStartMs - walked * minuteMs;
    if (!isQuiet(hours, minuteOfDay(zone, beforeMs))) return beforeMs + minuteMs;
  }
  return startMs;
}

function isQuiet({ fromMinute, toMinute }: QuietHours, minute: number): boolean {
  return fromMinute < toMinute
    ? minute >= fromMinute && minute < toMinute
    : minute >= fromMinute || minute < toMinute;
}

function minuteOfDay(zone: string, atMs: number): number {
  const localMinutes = Math.floor(atMs / minuteMs) + zoneOffsetMinutes(zone, atMs);
  return ((localMinutes % dayMinutes) + dayMinutes) % dayMinutes;
}
