import { localDay, zoneOffsetMinutes } from '../../../core/calendar.ts';
import type { Interval } from '../../../core/interval.ts';
import type { DayWindow } from '../when.ts';
import { joined } from './interval-sets.ts';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;

/**
 * When in the range the zone's clock shows a time of the window, ascending. Of an hour that comes twice both count; a
 * window in an hour that a day does not have is not there that day.
 */
export function windowIntervals(window: DayWindow, range: Interval, zone: string): readonly Interval[] {
  const found: Interval[] = [];
  for (const stretch of steadyStretches(range, zone)) addShown(window, stretch, found);
  return joined(found);
}

interface SteadyStretch extends Interval {
  readonly offsetMs: number;
}

function addShown(window: DayWindow, { startMs, endMs, offsetMs }: SteadyStretch, found: Interval[]): void {
  const lengthMinutes =
    window.toMinute - window.fromMinute + (window.toMinute > window.fromMinute ? 0 : 1_440);
  const firstDay = Math.floor((startMs + offsetMs) / dayMs) - 1;
  for (let day = firstDay; day * dayMs - offsetMs < endMs; day += 1) {
    const fromMs = day * dayMs + window.fromMinute * minuteMs - offsetMs;
    const clipped = {
      startMs: Math.max(startMs, fromMs),
      endMs: Math.min(endMs, fromMs + lengthMinutes * minuteMs),
    };
    if (clipped.startMs < clipped.endMs) found.push(clipped);
  }
}

/** The range in parts in which the clock is not set. */
function* steadyStretches(range: Interval, zone: string): Generator<SteadyStretch> {
  for (let startMs = range.startMs; startMs < range.endMs;) {
    const dayEndMs = Math.min(localDay(zone, startMs).endMs, range.endMs);
    const offset = zoneOffsetMinutes(zone, startMs);
    const isSteady = zoneOffsetMinutes(zone, dayEndMs - 1) === offset;
    const endMs = isSteady ? dayEndMs : changeMs({ startMs, endMs: dayEndMs - 1 }, zone);
    yield { startMs, endMs, offsetMs: offset * minuteMs };
    startMs = endMs;
  }
}

/** The first instant with another offset than the first; the last has another. */
function changeMs({ startMs, endMs }: Interval, zone: string): number {
  const before = zoneOffsetMinutes(zone, startMs);
  let [lowMs, highMs] = [startMs, endMs];
  while (highMs - lowMs > 1) {
    const middleMs = Math.floor((lowMs + highMs) / 2);
    if (zoneOffsetMinutes(zone, middleMs) === before) lowMs = middleMs;
    else highMs = middleMs;
  }
  return highMs;
}
