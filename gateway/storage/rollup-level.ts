import { localDay } from '../core/calendar.ts';
import { gridFloor, type Interval } from '../core/interval.ts';

/** Levels from fine to coarse; the index is the number of the level in `stale_window`. */
export const rollupLevels = ['minute', 'hour', 'day'] as const;

export type RollupLevel = (typeof rollupLevels)[number];

export const minuteMs = 60_000;
export const hourMs = 3_600_000;

/** The window of the level that holds the instant. */
export function windowOf(level: RollupLevel, zone: string, atMs: number): Interval {
  if (level === 'day') return localDay(zone, atMs);
  const lengthMs = level === 'minute' ? minuteMs : hourMs;
  const startMs = gridFloor(atMs, lengthMs);
  return { startMs, endMs: startMs + lengthMs };
}

/** Days are made of hours where hours fit into them; where they do not (+5:45), of minutes. */
function daySource({ startMs, endMs }: Interval): 'minute' | 'hour' {
  return startMs % hourMs === 0 && endMs % hourMs === 0 ? 'hour' : 'minute';
}

/** The level that a window is computed from. */
export function sourceOf(level: RollupLevel, window: Interval): 'raw' | 'minute' | 'hour' {
  if (level === 'minute') return 'raw';
  return level === 'hour' ? 'minute' : daySource(window);
}

/** Where windows are noted that have to be computed: minutes by their UTC hour, hours and days by their start. */
export function notedWindow(level: RollupLevel, zone: string, atMs: number): Interval {
  return windowOf(level === 'minute' ? 'hour' : level, zone, atMs);
}

/** The coarser windows that are computed from the noted one. */
export function consumersOf(
  level: RollupLevel,
  zone: string,
  startMs: number,
): readonly { readonly level: RollupLevel; readonly startMs: number }[] {
  if (level === 'day') return [];
  const days = daysOfHour(zone, startMs).filter((day) => daySource(day) === level);
  const fromDays = days.map((day) => ({ level: 'day' as const, startMs: day.startMs }));
  return level === 'hour' ? fromDays : [{ level: 'hour', startMs }, ...fromDays];
}

/** One day, or the two that meet in the middle of the hour. */
export function daysOfHour(zone: string, hourStartMs: number): readonly Interval[] {
  const first = localDay(zone, hourStartMs);
  return first.endMs < hourStartMs + hourMs ? [first, localDay(zone, first.endMs)] : [first];
}
