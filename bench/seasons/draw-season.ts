import { addDays, tempoDayInterval, weekdayOf, type TempoDay } from '../../gateway/core/tempo-day.ts';
import { mayHaveColour, type TempoColour } from '../../gateway/core/tempo-rules.ts';
import type { SeededRandom } from '../../modbus-sim/random.ts';

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Wish extends Span {
  readonly id: number;
  readonly member: string;
}

/** A year of Tempo, and what goes wrong in it. */
export interface Season {
  readonly firstDay: TempoDay;
  readonly days: readonly TempoDay[];
  readonly colours: ReadonlyMap<TempoDay, TempoColour>;
  /** When the colour of a day is heard; those of days that nobody publishes in time come late. */
  readonly heardMs: ReadonlyMap<TempoDay, number>;
  readonly wishes: readonly Wish[];
  /** We do not run. */
  readonly stops: readonly Span[];
  /** The plug does not answer. */
  readonly silences: readonly Span[];
  /** At each the plug is another one, which begins at zero. */
  readonly newPlugs: readonly number[];
}

const [minuteMs, hourMs] = [60_000, 3_600_000];
const [reds, whites, redsInARow] = [22, 43, 5];

/** Of a published calendar, where one is given, or of the rules of the tariff. */
export function drawSeason(
  year: number,
  random: SeededRandom,
  published?: ReadonlyMap<TempoDay, TempoColour>,
): Season {
  const firstDay = `${year}-09-01`;
  const days: TempoDay[] = [];
  for (let day = firstDay; day < `${year + 1}-09-01`; day = addDays(day, 1)) days.push(day);
  const colours = published ?? drawColours(days, random);
  const startMs = tempoDayInterval(firstDay).startMs;
  const endMs = tempoDayInterval(days.at(-1) ?? firstDay).endMs;
  const spans = (count: number, longestMs: number): Span[] =>
    Array.from({ length: count }, () => {
      const fromMs =
        startMs + 2 * hourMs + random.integer(0, Math.floor((endMs - startMs) / minuteMs) - 300) * minuteMs;
      const lengthMs = Math.max(minuteMs, Math.floor((longestMs * random.unit() ** 4) / minuteMs) * minuteMs);
      return { startMs: fromMs, endMs: Math.min(endMs, fromMs + lengthMs) };
    });
  const silences = spans(25, 60 * hourMs);
  return {
    firstDay,
    days,
    colours,
    heardMs: new Map(days.map((day) => [day, heardAt(day, random)])),
    wishes: drawWishes(colours, random),
    stops: spans(40, 72 * hourMs),
    silences,
    newPlugs: silences.filter(() => random.unit() < 0.15).map((span) => span.startMs),
  };
}

function drawColours(days: readonly TempoDay[], random: SeededRandom): ReadonlyMap<TempoDay, TempoColour> {
  const colours = new Map<TempoDay, TempoColour>(days.map((day) => [day, 'blue']));
  const isRed = (day: TempoDay): boolean => colours.get(day) === 'red';
  const put = (colour: TempoColour, count: number, fits: (day: TempoDay) => boolean): void => {
    for (let left = count; left > 0;) {
      const day = days[random.integer(0, days.length - 1)] ?? '';
      if (colours.get(day) !== 'blue' || !mayHaveColour(day, colour) || !fits(day)) continue;
      colours.set(day, colour);
      left -= 1;
    }
  };
  put('red', reds, (day) => {
    let run = 1;
    for (let before = addDays(day, -1); isRed(before); before = addDays(before, -1)) run += 1;
    for (let after = addDays(day, 1); isRed(after); after = addDays(after, 1)) run += 1;
    return run <= redsInARow;
  });
  put('white', whites, (day) => weekdayOf(day) !== 0);
  return colours;
}

/** At 11:05 of the day before, mostly; sometimes in the evening, in the night, or when the day has begun. */
function heardAt(day: TempoDay, random: SeededRandom): number {
  const { startMs } = tempoDayInterval(day);
  const usualMs = startMs - 19 * hourMs + 5 * minuteMs;
  return random.unit() < 0.93 ? usualMs : usualMs + random.integer(1, 30 * 60) * minuteMs;
}

function drawWishes(colours: ReadonlyMap<TempoDay, TempoColour>, random: SeededRandom): readonly Wish[] {
  const reds = [...colours].filter(([, colour]) => colour === 'red').map(([day]) => day);
  return reds
    .filter(() => random.unit() < 0.4)
    .map((day, index) => {
      const { startMs } = tempoDayInterval(day);
      const fromMs = startMs + random.integer(0, 12 * 60) * minuteMs;
      return {
        id: index + 1,
        member: '1',
        startMs: fromMs,
        endMs: fromMs + random.integer(30, 16 * 60) * minuteMs,
      };
    });
}
