import type { CalendarDay } from './tempo-types.ts';

/** A month of the calendar: weeks from Monday to Sunday, with nothing where other months are. */
export interface CalendarMonth {
  /** `2026-01` */
  readonly month: string;
  readonly weeks: readonly (readonly (CalendarDay | undefined)[])[];
}

const weekDays = 7;

/** Parts days, which are in order and without gaps, into months. */
export function monthsOf(days: readonly CalendarDay[]): readonly CalendarMonth[] {
  const byMonth = Map.groupBy(days, ({ day }) => day.slice(0, 7));
  return [...byMonth].map(([month, those]) => ({ month, weeks: weeksOf(those) }));
}

/** Monday is 0. */
export function weekdayOf(day: string): number {
  return (new Date(`${day}T12:00:00Z`).getUTCDay() + weekDays - 1) % weekDays;
}

function weeksOf(days: readonly CalendarDay[]): (CalendarDay | undefined)[][] {
  const before = days[0] === undefined ? 0 : weekdayOf(days[0].day);
  const cells = [...Array.from({ length: before }, () => undefined), ...days];
  const weeks: (CalendarDay | undefined)[][] = [];
  for (let start = 0; start < cells.length; start += weekDays)
    weeks.push(cells.slice(start, start + weekDays));
  return weeks;
}
