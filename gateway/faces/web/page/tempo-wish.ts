/** What of Tempo is looked at. Days are tariff days, named by the date on which they begin. */
export interface TempoWish {
  /** `2026-01`, or a whole season `2025-2026`; undefined: the month of today. */
  readonly month: string | undefined;
  readonly season: string | undefined;
  /** The one that is opened. */
  readonly day: string | undefined;
}

/** What an address asks for: `#/tempo?month=2026-01`, `?season=2025-2026`, `?day=2026-01-31`. Nonsense is left out. */
export function tempoWishOf(hash: string): TempoWish {
  const asked = new URLSearchParams(hash.split('?').slice(1).join('?'));
  const day = asked.get('day') ?? '';
  if (isDay(day)) return { day, month: day.slice(0, 7), season: undefined };
  const month = asked.get('month') ?? '';
  if (isDay(`${month}-01`)) return { day: undefined, month, season: undefined };
  const season = asked.get('season') ?? '';
  return { day: undefined, month: undefined, season: isSeason(season) ? season : undefined };
}

export const dayHash = (day: string): string => `#/tempo?day=${day}`;
export const monthHash = (month: string): string => `#/tempo?month=${month}`;
export const seasonHash = (season: string): string => `#/tempo?season=${season}`;

/** `2025-2026`: from 1 September to 31 August. */
export function seasonOf(day: string): string {
  const year = Number(day.slice(0, 4)) - (day.slice(5, 7) < '09' ? 1 : 0);
  return `${year}-${year + 1}`;
}

export function seasonBeside(season: string, years: number): string {
  const year = Number(season.slice(0, 4)) + years;
  return `${year}-${year + 1}`;
}

/** First and last day of what is looked at. */
export function daysOf({ month, season }: TempoWish, today: string): { first: string; last: string } {
  if (season !== undefined) return { first: `${season.slice(0, 4)}-09-01`, last: `${season.slice(5)}-08-31` };
  const shown = month ?? today.slice(0, 7);
  const [year = 0, number = 0] = shown.split('-').map(Number);
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  return { first: `${shown}-01`, last };
}

/** Years of four digits that Tempo has or will have. */
function isDay(day: string): boolean {
  if (!/^(?:199|2\d\d)\d-\d{2}-\d{2}$/.test(day)) return false;
  const atMs = Date.parse(day);
  return Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(day);
}

function isSeason(season: string): boolean {
  const [first = '', last = ''] = season.split('-');
  return /^(?:199|2\d\d)\d-\d{4}$/.test(season) && Number(last) === Number(first) + 1;
}
