import assert from 'node:assert';
import { GatewayError } from './errors.ts';
import type { Interval } from './interval.ts';

const dayMs = 86_400_000;
/** No zone has ever been further from UTC, so a local midnight lies this close to the one of UTC. */
const offsetMsMax = 16 * 3_600_000;
const startsMax = 1_000;
/** Since 1980 all clocks have been set at whole minutes of UTC (IANA time zones 2025b): Gaza at 22:01. */
const stepMs = 60_000;
const stepsFromMs = Date.UTC(1980, 0, 1);
const offsetsMax = 4_096;

/** What is known of a zone; the last day asked for is by far the likeliest to be asked for again. */
interface ZoneCalendar {
  readonly formatter: Intl.DateTimeFormat;
  readonly starts: Map<number, number>;
  /** Minutes ahead of UTC, by the number of their minute. */
  readonly offsets: Map<number, number>;
  lastDay: Interval;
}

const calendars = new Map<string, ZoneCalendar>();

/** Whether this machine knows the IANA zone name. */
export function isZone(zone: string): boolean {
  try {
    calendarOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** Minutes that local time is ahead of UTC at that instant, e.g. 120 in Paris in summer. */
export function zoneOffsetMinutes(zone: string, atMs: number): number {
  const calendar = calendarOf(zone);
  const offset = (): number => Math.round(offsetMs(calendar, atMs) / 60_000);
  if (atMs < stepsFromMs) return offset();
  const step = Math.floor(atMs / stepMs);
  const known = calendar.offsets.get(step) ?? offset();
  if (calendar.offsets.size >= offsetsMax) calendar.offsets.clear();
  calendar.offsets.set(step, known);
  return known;
}

/**
 * The calendar day in the zone that holds the instant: mostly 23, 24 or 25 hours long. A day starts at the
 * first instant that shows its date or a later one, so days tile the line also where the clock is set at
 * midnight: forward (Santiago: the day starts at 01:00) or back (Beirut: the hour before midnight comes twice).
 */
export function localDay(zone: string, atMs: number): Interval {
  assert(Number.isFinite(atMs), `an instant must be a finite number, not ${atMs}`);
  const calendar = calendarOf(zone);
  const { lastDay } = calendar;
  if (atMs >= lastDay.startMs && atMs < lastDay.endMs) return lastDay;
  let day = dayNumber(calendar, atMs);
  while (dayStartMs(calendar, day + 1) <= atMs) day += 1;
  calendar.lastDay = { startMs: dayStartMs(calendar, day), endMs: dayStartMs(calendar, day + 1) };
  return calendar.lastDay;
}

function dayStartMs(calendar: ZoneCalendar, day: number): number {
  const known = calendar.starts.get(day);
  if (known !== undefined) return known;
  if (calendar.starts.size >= startsMax) calendar.starts.clear();
  const startMs = findDayStartMs(calendar, day);
  calendar.starts.set(day, startMs);
  return startMs;
}

/** The first instant whose local date is `day` (counted from 1970-01-01) or later. */
function findDayStartMs(calendar: ZoneCalendar, day: number): number {
  const utcMidnightMs = day * dayMs;
  const before = offsetMs(calendar, utcMidnightMs - offsetMsMax);
  const after = offsetMs(calendar, utcMidnightMs + offsetMsMax);
  if (before === after) return utcMidnightMs - before;
  const changeMs = findChangeMs(calendar, utcMidnightMs - offsetMsMax, utcMidnightMs + offsetMsMax);
  const byOldOffsetMs = utcMidnightMs - before;
  return byOldOffsetMs < changeMs ? byOldOffsetMs : Math.max(changeMs, utcMidnightMs - after);
}

/** The first instant with the later offset, between two instants of different offsets. */
function findChangeMs(calendar: ZoneCalendar, fromMs: number, toMs: number): number {
  const before = offsetMs(calendar, fromMs);
  let lowMs = fromMs;
  let highMs = toMs;
  while (highMs - lowMs > 1) {
    const middleMs = Math.floor((lowMs + highMs) / 2);
    if (offsetMs(calendar, middleMs) === before) lowMs = middleMs;
    else highMs = middleMs;
  }
  return highMs;
}

function dayNumber(calendar: ZoneCalendar, atMs: number): number {
  return Math.floor((atMs + offsetMs(calendar, atMs)) / dayMs);
}

function offsetMs({ formatter }: ZoneCalendar, atMs: number): number {
  const parts = formatter.formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((candidate) => candidate.type === type)?.value);
  const localMs = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return localMs - Math.floor(atMs / 1000) * 1000;
}

function calendarOf(zone: string): ZoneCalendar {
  const known = calendars.get(zone);
  if (known !== undefined) return known;
  try {
    const formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const made: ZoneCalendar = {
      formatter,
      starts: new Map(),
      offsets: new Map(),
      lastDay: { startMs: 0, endMs: 0 },
    };
    calendars.set(zone, made);
    return made;
  } catch (cause) {
    throw new GatewayError('config_invalid', `there is no time zone named ${JSON.stringify(zone)}`, {
      hint: 'use an IANA name such as Europe/Paris',
      cause,
    });
  }
}
