/** Where the simulated home stands. Its wall clock has no daylight saving: local time is UTC + `utcOffsetMinutes`. */
export interface Site {
  /** Degrees, north positive. */
  readonly latitudeDeg: number;
  /** Degrees, east positive. */
  readonly longitudeDeg: number;
  readonly utcOffsetMinutes: number;
}

const dayMs = 86_400_000;

export function localDayIndex(atMs: number, site: Site): number {
  return Math.floor((atMs + site.utcOffsetMinutes * 60_000) / dayMs);
}

export function localDayStartMs(dayIndex: number, site: Site): number {
  return dayIndex * dayMs - site.utcOffsetMinutes * 60_000;
}

/** Hours since local midnight, 0 … 24. */
export function localHour(atMs: number, site: Site): number {
  return (atMs - localDayStartMs(localDayIndex(atMs, site), site)) / 3_600_000;
}
