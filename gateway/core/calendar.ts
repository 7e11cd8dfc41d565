import { GatewayError } from './errors.ts';
import type { Interval } from './interval.ts';

const formatters = new Map<string, Intl.DateTimeFormat>();
const dayMs = 86_400_000;

/** Whether this machine knows the IANA zone name. */
export function isZone(zone: string): boolean {
  try {
    formatterFor(zone);
    return true;
  } catch {
    return false;
  }
}

/** Minutes that local time is ahead of UTC at that instant, e.g. 120 in Paris in summer. */
export function zoneOffsetMinutes(zone: string, atMs: number): number {
  const parts = formatterFor(zone).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((candidate) => candidate.type === type)?.value);
  const asUtcMs = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return Math.round((asUtcMs - Math.floor(atMs / 1000) * 1000) / 60_000);
}

/** The instant at which the local clock first shows that date at midnight, or first passes it. */
function localMidnightMs(zone: string, utcMidnightMs: number): number {
  const guessMs = utcMidnightMs - zoneOffsetMinutes(zone, utcMidnightMs) * 60_000;
  const offset = zoneOffsetMinutes(zone, guessMs);
  const candidateMs = utcMidnightMs - offset * 60_000;
  if (zoneOffsetMinutes(zone, candidateMs) === offset) return candidateMs;
  return utcMidnightMs - Math.min(offset, zoneOffsetMinutes(zone, candidateMs)) * 60_000;
}

/** The calendar day in the zone that holds the instant: 23, 24 or 25 hours long. */
export function localDay(zone: string, atMs: number): Interval {
  const localMs = atMs + zoneOffsetMinutes(zone, atMs) * 60_000;
  const utcMidnightMs = Math.floor(localMs / dayMs) * dayMs;
  return {
    startMs: localMidnightMs(zone, utcMidnightMs),
    endMs: localMidnightMs(zone, utcMidnightMs + dayMs),
  };
}

function formatterFor(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(zone, made);
    return made;
  } catch (cause) {
    throw new GatewayError('config_invalid', `there is no time zone named ${JSON.stringify(zone)}`, {
      hint: 'use an IANA name such as Europe/Paris',
      cause,
    });
  }
}
