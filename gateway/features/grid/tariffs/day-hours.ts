import { localDay, zoneOffsetMinutes } from '../../../core/calendar.ts';
import type { Interval } from '../../../core/interval.ts';

const minuteMs = 60_000;
const dayMinutes = 1_440;

/** A stretch of time that is wholly in some hours of the day, or wholly outside of them. */
export interface HoursSlot extends Interval {
  readonly isInside: boolean;
}

/** Minutes of the site's day; a window whose end is not after its start goes over midnight. */
interface Window {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** `22:00-06:00`, by the clock of the site. */
export type HoursText = string;

/**
 * The range, parted where the clock of the zone enters or leaves any of the hours. On days on which it is set they
 * are as long as that clock shows them.
 */
export function dayHours(range: Interval, hours: readonly HoursText[], zone: string): readonly HoursSlot[] {
  const windows = hours.map(readWindow);
  const edges = new Set(windows.flatMap(({ fromMinute, toMinute }) => [fromMinute, toMinute]));
  const slots: HoursSlot[] = [];
  for (let atMs = range.startMs; atMs < range.endMs;) {
    const day = localDay(zone, atMs);
    for (const turnMs of [...turnsOf(day, edges, zone), day.endMs]) {
      const endMs = Math.min(turnMs, range.endMs);
      if (endMs <= atMs) continue;
      append(slots, { startMs: atMs, endMs, isInside: isInside(windows, zone, atMs) });
      atMs = endMs;
    }
  }
  return slots;
}

function readWindow(text: HoursText): Window {
  const [from = '', to = ''] = text.split('-');
  return { fromMinute: minuteOf(from), toMinute: minuteOf(to) };
}

function minuteOf(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Ascending instants of the day from which on the clock may be in other hours. */
function turnsOf(day: Interval, edges: ReadonlySet<number>, zone: string): readonly number[] {
  const offset = zoneOffsetMinutes(zone, day.startMs);
  const isPlain =
    zoneOffsetMinutes(zone, day.endMs - 1) === offset && day.endMs - day.startMs === dayMinutes * minuteMs;
  if (isPlain) return [...edges].toSorted((a, b) => a - b).map((edge) => day.startMs + edge * minuteMs);
  // Twice a year only: the clock is looked at each minute.
  const turns: number[] = [];
  for (let atMs = day.startMs; atMs < day.endMs; atMs += minuteMs) {
    const isStep = zoneOffsetMinutes(zone, atMs) !== zoneOffsetMinutes(zone, atMs - minuteMs);
    if (isStep || edges.has(localMinute(zone, atMs))) turns.push(atMs);
  }
  return turns;
}

function isInside(windows: readonly Window[], zone: string, atMs: number): boolean {
  const minute = localMinute(zone, atMs);
  return windows.some(({ fromMinute, toMinute }) =>
    fromMinute < toMinute
      ? minute >= fromMinute && minute < toMinute
      : minute >= fromMinute || minute < toMinute,
  );
}

function localMinute(zone: string, atMs: number): number {
  const minutes = Math.floor(atMs / minuteMs) + zoneOffsetMinutes(zone, atMs);
  return ((minutes % dayMinutes) + dayMinutes) % dayMinutes;
}

function append(slots: HoursSlot[], next: HoursSlot): void {
  const last = slots.at(-1);
  if (last?.isInside === next.isInside) slots[slots.length - 1] = { ...last, endMs: next.endMs };
  else slots.push(next);
}
