import { frenchDateAt, isTempoDay, type TempoDay } from '../../core/tempo-day.ts';
import { refuse } from './refuse.ts';

/** No home had a server before; and a year with five digits is a slip. */
const earliestDay = '2000-01-01';

/** A date as people give it: `2024-06-01` and nothing else. Errors: `input_invalid`. @param name of the input */
export function readDay(name: string, text: string): TempoDay {
  const day = text.trim();
  if (isTempoDay(day) && day >= earliestDay) return day;
  throw refuse('date-unreadable', `${name}: ${JSON.stringify(text)} is no date`, {
    hint: `${whatIsWrong(day)}; give year, month and day: 2024-06-01`,
    facts: { property: name, given: text.slice(0, 40) },
  });
}

/** The same, not after today by the calendar of France. */
export function readPastDay(name: string, text: string, nowMs: number): TempoDay {
  const day = readDay(name, text);
  const today = frenchDateAt(nowMs);
  if (day <= today) return day;
  throw refuse('date-in-the-future', `${name}: ${day} is in the future; today is ${today}`, {
    hint: `give ${today} or an earlier day`,
    facts: { property: name, day, today },
  });
}

function whatIsWrong(day: string): string {
  if (day === '') return 'nothing was given';
  if (/^\d{4}-\d{2}-\d{2}$/.test(day))
    return day < earliestDay ? 'it is too long ago' : 'the calendar has no such day';
  if (/^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}$/.test(day)) return 'the day stands first';
  if (/^\d{4}-\d{1,2}-\d{1,2}$/.test(day)) return 'months and days have two digits';
  return 'it is written otherwise';
}
