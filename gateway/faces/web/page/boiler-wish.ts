import type { Span } from './chart-ranges.ts';
import { startOfDayMs, zoneOffsetMs } from './site-day.ts';

/** What of the boiler is looked at: the hours up to now, or a day of the site's calendar. */
export interface BoilerWish {
  readonly hours: number;
  /** `2026-01-31`; undefined: the hours up to now. */
  readonly day: string | undefined;
  /** For a screen on the wall: large, and nothing else. */
  readonly isKiosk: boolean;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const hoursDefault = 4;
const hoursMax = 72;

export const boilerRanges = [
  { label: '1 h', title: 'The last hour', hours: 1 },
  { label: '4 h', title: 'The last 4 hours', hours: 4 },
  { label: '6 h', title: 'The last 6 hours', hours: 6 },
  { label: '12 h', title: 'The last 12 hours', hours: 12 },
  { label: '3 d', title: 'The last 3 days', hours: hoursMax },
] as const;

/** What an address asks for: `#/boiler?hours=12`, `#/boiler?day=2026-01-31`, `#/boiler?kiosk`. Nonsense is left out. */
export function wishOf(hash: string): BoilerWish {
  const asked = new URLSearchParams(hash.split('?').slice(1).join('?'));
  const hours = Number(asked.get('hours') ?? NaN);
  const isGood = Number.isInteger(hours) && hours >= 1 && hours <= hoursMax;
  const day = asked.get('day') ?? '';
  const isKiosk = asked.has('kiosk');
  return {
    hours: isGood ? hours : hoursDefault,
    // What hangs on the wall goes on with the time.
    day: isCalendarDay(day) && !isKiosk ? day : undefined,
    isKiosk,
  };
}

/** The address of what is looked at. */
export function hashOf({ hours, day, isKiosk }: BoilerWish): string {
  if (day !== undefined) return `#/boiler?day=${day}`;
  return `#/boiler?${isKiosk ? 'kiosk&' : ''}hours=${hours}`;
}

/** The time that is looked at; of the hours up to now, up to the end of this minute. */
export function spanOf({ hours, day }: BoilerWish, nowMs: number, zone: string | undefined): Span {
  if (day !== undefined) return { fromMs: startMsOf(day, zone), toMs: startMsOf(dayBeside(day, 1), zone) };
  const toMs = Math.ceil(nowMs / 60_000) * 60_000;
  return { fromMs: toMs - hours * hourMs, toMs };
}

/** The site's calendar day at an instant: `2026-01-31`. */
export function dayOf(atMs: number, zone: string | undefined): string {
  return new Date(atMs + zoneOffsetMs(atMs, zone)).toISOString().slice(0, 10);
}

/** So many days later. */
export function dayBeside(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

function startMsOf(day: string, zone: string | undefined): number {
  const noonMs = Date.parse(day) + dayMs / 2;
  return startOfDayMs(noonMs - zoneOffsetMs(noonMs, zone), zone);
}

/** Years of four digits: others are nobody's boiler. */
function isCalendarDay(day: string): boolean {
  if (!/^[12]\d{3}-\d{2}-\d{2}$/.test(day)) return false;
  const atMs = Date.parse(day);
  return Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(day);
}
