import { addDays, tempoSeasonOf, weekdayOf, type TempoDay } from './tempo-day.ts';
import { mayBeRed, seasonDaysOf, tempoColours, type TempoCalendar, type TempoColour } from './tempo-rules.ts';

/** How likely a day has each colour: together 1; exactly 0 or 1 where it is certain. */
export type TempoOdds = Readonly<Record<TempoColour, number>>;

const sunday = 0;
const certain = {
  blue: { blue: 1, white: 0, red: 0 },
  white: { blue: 0, white: 1, red: 0 },
  red: { blue: 0, white: 0, red: 1 },
} as const satisfies Record<TempoColour, TempoOdds>;

/** What a season still has to give to the days that are not known. */
interface Remaining {
  readonly red: number;
  readonly white: number;
  /** Days that are not known: those that may be red, and all but Sundays. */
  readonly maybeRed: number;
  readonly workable: number;
}

/**
 * The odds of each day of a season. Every way to give the days that are not known the colours that are left, by the
 * rules of the tariff, counts as equally likely: the red days that are left over the days that may be red, the white
 * ones over the days that then are left and are no Sundays. So a day is certain exactly when the rules leave it one
 * colour: when as many days may be red as must be, or when no red days are left. Weather is not in it, nor the month:
 * of 22 red days 13 were in one January (2025), and 13 of another season were left for its March (2026).
 *
 * @param known colours of days, of other seasons as well
 * @returns the odds of a day of that season
 */
export function seasonOdds(inSeason: TempoDay, known: TempoCalendar): (day: TempoDay) => TempoOdds {
  const remaining = remainingOf(inSeason, known);
  const ofRed = remaining.maybeRed === 0 ? 0 : remaining.red / remaining.maybeRed;
  const rest = remaining.workable - remaining.red;
  const ofWhite = rest === 0 ? 0 : remaining.white / rest;
  return (day) => {
    const colour = known.get(day);
    if (colour !== undefined) return certain[colour];
    if (weekdayOf(day) === sunday) return certain.blue;
    const red = mayBeRed(day) ? ofRed : 0;
    return { blue: (1 - red) * (1 - ofWhite), white: (1 - red) * ofWhite, red };
  };
}

/** Colours that are likely at all. */
export function likelyColours(odds: TempoOdds): readonly TempoColour[] {
  return tempoColours.filter((colour) => odds[colour] > 0);
}

/** More known days of a colour than there are leave none of it. */
function remainingOf(inSeason: TempoDay, known: TempoCalendar): Remaining {
  const { firstDay, lastDay } = tempoSeasonOf(inSeason);
  const left = { ...seasonDaysOf(inSeason) };
  let [maybeRed, workable] = [0, 0];
  for (let day = firstDay; day <= lastDay; day = addDays(day, 1)) {
    const colour = known.get(day);
    if (colour !== undefined) left[colour] -= 1;
    else if (weekdayOf(day) !== sunday) {
      workable += 1;
      if (mayBeRed(day)) maybeRed += 1;
    }
  }
  const red = Math.max(0, Math.min(left.red, maybeRed));
  return { red, white: Math.max(0, Math.min(left.white, workable - red)), maybeRed, workable };
}
