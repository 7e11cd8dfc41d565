import { addDays, tempoSeasonOf, weekdayOf, type TempoDay } from './tempo-day.ts';

export const tempoColours = ['blue', 'white', 'red'] as const;

export type TempoColour = (typeof tempoColours)[number];

/** Colours of days that are known, in any order. */
export type TempoCalendar = ReadonlyMap<TempoDay, TempoColour>;

/** Days of each colour in a season; the others are blue (decree of the tariff; RTE, Tempo-like supply contract). */
const daysMax = { red: 22, white: 43 } as const;
const sunday = 0;
const saturday = 6;

/** The number that stands for a colour in readings: 1 blue, 2 white, 3 red. */
export function tempoColourCode(colour: TempoColour): number {
  return tempoColours.indexOf(colour) + 1;
}

/**
 * Why the day cannot have the colour, by the rules of the tariff and the days before it in its season; undefined when
 * it can. Days that the calendar does not have count for nothing.
 */
export function whyNotColour(day: TempoDay, colour: TempoColour, known: TempoCalendar): string | undefined {
  const used = countBefore(day, colour, known);
  const max = daysOfColour(day, colour);
  if (used >= max) return `all ${max} ${colour} days of the season are past`;
  if (colour === 'white') return weekdayOf(day) === sunday ? 'no Sunday is white' : undefined;
  return colour === 'red' ? whyNotRed(day) : undefined;
}

/** Colours that the day can have. */
export function possibleColours(day: TempoDay, known: TempoCalendar): readonly TempoColour[] {
  return tempoColours.filter((colour) => whyNotColour(day, colour, known) === undefined);
}

/** Whether the rules of the tariff allow that the day is red, whatever the days before it were. */
export function mayBeRed(day: TempoDay): boolean {
  return whyNotRed(day) === undefined;
}

/** Whether they allow that it has the colour, likewise. */
export function mayHaveColour(day: TempoDay, colour: TempoColour): boolean {
  if (colour === 'red') return mayBeRed(day);
  return colour === 'blue' || weekdayOf(day) !== sunday;
}

/** Days of each colour in the season of the day. */
export function seasonDaysOf(day: TempoDay): Readonly<Record<TempoColour, number>> {
  return { ...daysMax, blue: daysOfColour(day, 'blue') };
}

/**
 * Days of each colour that the season still has after the day; undefined unless all its days up to then are known.
 * Sundays are blue, known or not.
 */
export function tempoDaysLeft(
  day: TempoDay,
  known: TempoCalendar,
): Readonly<Record<TempoColour, number>> | undefined {
  const left: Record<TempoColour, number> = { ...seasonDaysOf(day) };
  for (let past = tempoSeasonOf(day).firstDay; past <= day; past = addDays(past, 1)) {
    const colour = known.get(past) ?? (weekdayOf(past) === sunday ? 'blue' : undefined);
    if (colour === undefined) return undefined;
    left[colour] -= 1;
  }
  return Object.values(left).some((days) => days < 0) ? undefined : left;
}

function daysOfColour(day: TempoDay, colour: TempoColour): number {
  return colour === 'blue' ? tempoSeasonOf(day).days - daysMax.red - daysMax.white : daysMax[colour];
}

function countBefore(day: TempoDay, colour: TempoColour, known: TempoCalendar): number {
  const { firstDay } = tempoSeasonOf(day);
  let count = 0;
  for (const [past, itsColour] of known)
    if (past >= firstDay && past < day && itsColour === colour) count += 1;
  return count;
}

/** Five in a row at most, which the week-ends see to. */
function whyNotRed(day: TempoDay): string | undefined {
  const month = day.slice(5, 7);
  if (month > '03' && month < '11') return 'no day from April to October is red';
  const weekday = weekdayOf(day);
  if (weekday === saturday || weekday === sunday) return 'no day of a week-end is red';
  return isWinterHoliday(day) ? 'no public holiday is red' : undefined;
}

/** Those of November to March (Code du travail, L3133-1). */
function isWinterHoliday(day: TempoDay): boolean {
  if (['11-01', '11-11', '12-25', '01-01'].includes(day.slice(5))) return true;
  return addDays(easterSunday(Number(day.slice(0, 4))), 1) === day;
}

/** The anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8). */
function easterSunday(year: number): TempoDay {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const inCentury = year % 100;
  const moonShift = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - moonShift + 15) % 30;
  const toSunday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * toSunday) / 451);
  const days = epact + toSunday - 7 * late + 114;
  const [month, day] = [Math.floor(days / 31), (days % 31) + 1];
  return `${year}-0${month}-${String(day).padStart(2, '0')}`;
}
