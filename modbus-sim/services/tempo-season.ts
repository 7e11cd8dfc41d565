import { SeededRandom } from '../random.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export type SimulatedColour = 'BLUE' | 'WHITE' | 'RED';

const counts = { RED: 22, WHITE: 43 } as const;

/** Hours that the clocks of France are ahead of UTC: two from the last Sunday of March to that of October, 01:00 UTC. */
export function frenchOffsetHours(atMs: number): 1 | 2 {
  const year = new Date(atMs).getUTCFullYear();
  const change = (month: number): number => {
    const last = Date.UTC(year, month + 1, 0, 1);
    return last - new Date(last).getUTCDay() * dayMs;
  };
  return atMs >= change(2) && atMs < change(9) ? 2 : 1;
}

/** The date in France at an instant. */
export function frenchDate(atMs: number): string {
  return isoDay(atMs + frenchOffsetHours(atMs) * hourMs);
}

/** `2025-01-09T00:00:00+01:00` of an instant. */
export function frenchIso(atMs: number): string {
  const offset = frenchOffsetHours(atMs);
  return `${new Date(atMs + offset * hourMs).toISOString().slice(0, 19)}+0${offset}:00`;
}

/** When the clocks of France show that time on that date. */
export function frenchTimeMs(day: string, hour: number, minute = 0): number {
  const shownMs = Date.parse(`${day}T00:00:00Z`) + hour * hourMs + minute * 60_000;
  return shownMs - frenchOffsetHours(shownMs - hourMs) * hourMs;
}

export function dayAfter(day: string, days = 1): string {
  return isoDay(Date.parse(`${day}T00:00:00Z`) + days * dayMs);
}

/** The first year of the season that holds the day. */
export function seasonYear(day: string): number {
  return Number(day.slice(0, 4)) - (day.slice(5) < '09-01' ? 1 : 0);
}

/** A whole season, by its rules: 22 red days on working days of November to March, 43 white ones, no Sunday. */
export function simulatedSeason(seed: number, year: number): ReadonlyMap<string, SimulatedColour> {
  const random = new SeededRandom(seed).fork(`tempo ${year}`);
  const colours = new Map<string, SimulatedColour>();
  for (let day = `${year}-09-01`; day <= `${year + 1}-08-31`; day = dayAfter(day)) colours.set(day, 'BLUE');
  const days = [...colours.keys()];
  paint(colours, days.filter(canBeRed), 'RED', random);
  paint(colours, days.filter(isLikelyWhite), 'WHITE', random);
  return colours;
}

function paint(
  colours: Map<string, SimulatedColour>,
  days: readonly string[],
  colour: 'RED' | 'WHITE',
  random: SeededRandom,
): void {
  const free = days.filter((day) => colours.get(day) === 'BLUE');
  for (let left: number = counts[colour]; left > 0; left -= 1) {
    const [day] = free.splice(random.integer(0, free.length - 1), 1);
    if (day !== undefined) colours.set(day, colour);
  }
}

const winterHolidays = new Set(['11-01', '11-11', '12-25', '01-01']);

/** Easter Mondays are left out with the last days of March: fewer places for the same number of days. */
function canBeRed(day: string): boolean {
  const date = day.slice(5);
  const isWinter = date >= '11-01' || date <= '03-20';
  return isWinter && !winterHolidays.has(date) && ![0, 6].includes(weekday(day));
}

function isLikelyWhite(day: string): boolean {
  return (day.slice(5) >= '10-01' || day.slice(5) <= '06-30') && weekday(day) !== 0;
}

function weekday(day: string): number {
  return new Date(Date.parse(`${day}T00:00:00Z`)).getUTCDay();
}

function isoDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
