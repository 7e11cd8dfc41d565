const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The first instant of the site's calendar day that holds `atMs`: days of 23 and 25 hours included. */
export function startOfDayMs(atMs: number, zone: string | undefined): number {
  const offset = (instantMs: number): number => zoneOffsetMs(instantMs, zone);
  const localDay = Math.floor((atMs + offset(atMs)) / dayMs) * dayMs;
  // The offset at midnight may differ from the one now. Where the clock skips midnight, the earlier guess is
  // still yesterday, and the day starts at the later one.
  const guesses = [localDay - offset(localDay - offset(atMs)), localDay - offset(atMs)].sort((a, b) => a - b);
  return guesses.find((guessMs) => guessMs + offset(guessMs) >= localDay) ?? atMs;
}

/** What local time is ahead of UTC. */
export function zoneOffsetMs(instantMs: number, zone: string | undefined): number {
  const parts = formatFor(zone).formatToParts(instantMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((candidate) => candidate.type === type)?.value ?? 0);
  const localMs = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return localMs - Math.floor(instantMs / 1_000) * 1_000;
}

const formats = new Map<string | undefined, Intl.DateTimeFormat>();

function formatFor(zone: string | undefined): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...(zone === undefined ? {} : { timeZone: zone }),
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, made);
  return made;
}
