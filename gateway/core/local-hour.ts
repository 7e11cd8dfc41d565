import { localDay, zoneOffsetMinutes } from './calendar.ts';
import { gridFloor, type Interval } from './interval.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
/** Clocks have been set at such times only, and by no less, since 1972. */
const stepMs = 15 * minuteMs;

/** Whether the clock is set on a day: asked for again and again while hours are gone through. */
let lastDay: Interval & { zone: string; isPlain: boolean } = {
  zone: '',
  startMs: 0,
  endMs: 0,
  isPlain: false,
};

/**
 * The hour of the zone's clock that holds the instant: it starts where that shows a full hour, or is set. Of an hour
 * that comes twice both are told apart; where the clock is set by or at half an hour (Lord Howe), hours are cut short.
 */
export function localHour(zone: string, atMs: number): Interval {
  if (isPlainDay(zone, atMs)) {
    const startMs = lastDay.startMs + gridFloor(atMs - lastDay.startMs, hourMs);
    return { startMs, endMs: startMs + hourMs };
  }
  const offset = zoneOffsetMinutes(zone, atMs);
  let startMs = gridFloor(atMs + offset * minuteMs, hourMs) - offset * minuteMs;
  let endMs = startMs + hourMs;
  while (zoneOffsetMinutes(zone, startMs) !== offset) startMs += stepMs;
  while (zoneOffsetMinutes(zone, endMs - 1) !== offset) endMs -= stepMs;
  return { startMs, endMs };
}

function isPlainDay(zone: string, atMs: number): boolean {
  if (lastDay.zone !== zone || atMs < lastDay.startMs || atMs >= lastDay.endMs) {
    const day = localDay(zone, atMs);
    const offset = zoneOffsetMinutes(zone, day.startMs);
    const isMidnight = (day.startMs + offset * minuteMs) % hourMs === 0;
    lastDay = { ...day, zone, isPlain: isMidnight && zoneOffsetMinutes(zone, day.endMs - 1) === offset };
  }
  return lastDay.isPlain;
}

/** The instant as the zone's clock shows it, with its distance from UTC: `2026-10-25T02:00:00+01:00`. */
export function localIso(zone: string, atMs: number): string {
  const offset = zoneOffsetMinutes(zone, atMs);
  const clock = new Date(atMs + offset * minuteMs).toISOString().slice(0, 19);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${clock}${offset < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(minutes)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
