import { zoneOffsetMinutes } from '../../../core/calendar.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * UTC epoch ms of what a clock on the wall shows, given as if it were UTC: where it shows it twice the first or the last
 * time, and where it never does the instant at which it is set forward past it.
 */
export function localInstant(zone: string, wallMs: number, which: 'first' | 'last'): number {
  const [before, after] = [wallMs - dayMs, wallMs + dayMs].map(
    (ms) => zoneOffsetMinutes(zone, ms) * minuteMs,
  );
  const [earlier = 0, later = 0] = [before, after];
  const fits = (offsetMs: number): boolean =>
    zoneOffsetMinutes(zone, wallMs - offsetMs) * minuteMs === offsetMs;
  const fitting = [earlier, later].filter(fits).map((offsetMs) => wallMs - offsetMs);
  if (fitting.length === 0) return wallMs - earlier;
  return which === 'first' ? Math.min(...fitting) : Math.max(...fitting);
}
