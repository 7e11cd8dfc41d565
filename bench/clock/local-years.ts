import { localDay, zoneOffsetMinutes } from '../../gateway/core/calendar.ts';
import type { Interval } from '../../gateway/core/interval.ts';
import { energyWindow, type EnergyResolution } from '../../gateway/features/energy/energy-windows.ts';
import { windowOf } from '../../gateway/storage/rollup-level.ts';

export interface LocalYear {
  readonly days: number;
  readonly hours: number;
  readonly quarters: number;
  /** Windows that are missing, come twice, or are not where they belong. */
  readonly wrong: readonly string[];
}

/** Where clocks are set by an hour, at midnight, by half an hour, four times a year, and off the full hour. */
export const dstZones = [
  'Europe/Paris',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'America/St_Johns',
] as const;

const quarterMs = 900_000;
const minuteMs = 60_000;

/**
 * Goes through the days of a zone: each date comes once, after the one before it, and its hours and quarter-hours are
 * all of the day, once.
 */
export function goThroughDays(zone: string, fromMs: number, count: number): LocalYear {
  const wrong: string[] = [];
  let [hours, quarters] = [0, 0];
  let day = localDay(zone, fromMs);
  for (let index = 0; index < count; index += 1) {
    const date = dateOf(zone, day.startMs);
    const told = (what: string): void => void wrong.push(`${zone} ${date}: ${what}`);
    const rolledUp = windowOf('day', zone, day.endMs - 1);
    if (rolledUp.startMs !== day.startMs || rolledUp.endMs !== day.endMs) told('is rolled up otherwise');
    hours += tile(zone, '1h', day, told);
    const slots = tile(zone, '15m', day, told);
    if (slots !== (day.endMs - day.startMs) / quarterMs) told(`has ${slots} quarter-hours`);
    quarters += slots;
    if (dateOf(zone, day.endMs - 1) < date) told('ends with an earlier date');
    const next = localDay(zone, day.endMs);
    if (next.startMs !== day.endMs) told('is not followed by the next day');
    if (dateOf(zone, next.startMs) !== date + 1) told('is not followed by the next date');
    day = next;
  }
  return { days: count, hours, quarters, wrong };
}

/** How many windows there are in the day. */
function tile(
  zone: string,
  resolution: EnergyResolution,
  day: Interval,
  told: (what: string) => void,
): number {
  let count = 0;
  for (let atMs = day.startMs; atMs < day.endMs;) {
    const window = energyWindow(resolution, zone, atMs);
    const middle = energyWindow(resolution, zone, (window.startMs + window.endMs) / 2);
    if (window.startMs !== atMs || window.endMs <= atMs || middle.startMs !== atMs) {
      told(`has no window of ${resolution} that starts at ${new Date(atMs).toISOString()}`);
      return count;
    }
    count += 1;
    atMs = window.endMs;
    if (atMs > day.endMs) told(`has a window of ${resolution} that ends after it`);
  }
  return count;
}

/** Days since 1970 by the zone's calendar. */
function dateOf(zone: string, atMs: number): number {
  return Math.floor((atMs + zoneOffsetMinutes(zone, atMs) * minuteMs) / 86_400_000);
}
