/** The clocks of France, reckoned apart from the gateway's own: by the rule of the Union, from 1996 on. */

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];

export interface PlainMinute {
  /** The date on which the tariff day began. */
  readonly day: string;
  readonly isPeak: boolean;
  readonly hour: number;
}

/** What the clocks show, and the tariff day and its half. */
export function plainMinute(atMs: number): PlainMinute {
  const local = atMs + (isSummer(atMs) ? 2 : 1) * hourMs;
  const hour = Math.floor((local % dayMs) / hourMs);
  const day = new Date(local - 6 * hourMs).toISOString().slice(0, 10);
  return { day, isPeak: hour >= 6 && hour < 22, hour };
}

/** From the last Sunday of March to that of October, 01:00 UTC. */
function isSummer(atMs: number): boolean {
  const year = new Date(atMs).getUTCFullYear();
  return atMs >= lastSunday(year, 2) + hourMs && atMs < lastSunday(year, 9) + hourMs;
}

const sundays = new Map<number, number>();

function lastSunday(year: number, month: number): number {
  const key = year * 12 + month;
  let atMs = sundays.get(key);
  if (atMs === undefined) {
    const last = new Date(Date.UTC(year, month + 1, 0));
    atMs = last.getTime() - last.getUTCDay() * dayMs;
    sundays.set(key, atMs);
  }
  return atMs;
}

export const plainMinuteMs = minuteMs;
