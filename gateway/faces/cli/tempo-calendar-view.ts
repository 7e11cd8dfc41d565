import type { Paint, Style } from './paint.ts';

interface Calendar {
  readonly season: string;
  readonly days: readonly Day[];
  readonly quotas: readonly Quota[];
}

interface Day {
  readonly day: string;
  readonly colour: Colour | null;
  readonly state: string | null;
  readonly corrections: readonly unknown[];
}

interface Quota {
  readonly colour: Colour;
  readonly total: number;
  readonly used: number;
  readonly left: number;
}

type Colour = 'blue' | 'white' | 'red';

const styles: Readonly<Record<Colour, Style>> = { blue: 'blue', white: 'bold', red: 'red' };
const weekDays = 7;
/** `31R?` and a space. */
const cellWidth = 5;
const monthWidth = weekDays * cellWidth;
const gap = '  ';
/** Of what is no terminal. */
const usualWidth = 80;

/** The months of a season, as many beside each other as fit; each day with the letter of its colour. */
export function tempoCalendarView(answer: unknown, paint: Paint, width = usualWidth): string {
  const { season, days, quotas } = answer as Calendar;
  const months = [...Map.groupBy(days, ({ day }) => day.slice(0, 7))];
  const perRow = Math.max(1, Math.floor((width + gap.length) / (monthWidth + gap.length)));
  const rows: string[] = [];
  for (let start = 0; start < months.length; start += perRow)
    rows.push(besideEachOther(months.slice(start, start + perRow).map((month) => monthLines(month, paint))));
  const used = quotas.map(
    ({ colour, total, used: past, left }) => `${colour} ${past} of ${total}, ${left} left`,
  );
  const legend = 'B blue  W white  R red  . not known  ? provisional  ! corrected';
  return [paint('bold', `Season ${season}`), '', ...rows, used.join('; '), legend, ''].join('\n');
}

/** All of the same width as seen, coloured or not. */
interface Line {
  readonly text: string;
  readonly seenWidth: number;
}

function monthLines([month, days]: readonly [string, readonly Day[]], paint: Paint): readonly Line[] {
  const heads = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su']
    .map((weekday) => weekday.padEnd(cellWidth))
    .join('');
  const first = days[0] === undefined ? 0 : weekdayOf(days[0].day);
  const cells = [...Array.from({ length: first }, () => undefined), ...days];
  const lines: Line[] = [
    { text: paint('bold', month), seenWidth: month.length },
    { text: paint('dim', heads), seenWidth: heads.length },
  ];
  for (let start = 0; start < cells.length; start += weekDays) {
    const week = cells.slice(start, start + weekDays);
    lines.push({ text: week.map((day) => cell(day, paint)).join(''), seenWidth: week.length * cellWidth });
  }
  return lines;
}

function cell(day: Day | undefined, paint: Paint): string {
  if (day === undefined) return ' '.repeat(cellWidth);
  const { colour, state, corrections } = day;
  const letter = colour === null ? '.' : colour.charAt(0).toUpperCase();
  const mark = state === 'provisional' ? '?' : corrections.length > 0 ? '!' : '';
  const text = `${day.day.slice(8)}${letter}${mark}`;
  return paint(colour === null ? undefined : styles[colour], text) + ' '.repeat(cellWidth - text.length);
}

function besideEachOther(months: readonly (readonly Line[])[]): string {
  const height = Math.max(...months.map((lines) => lines.length));
  const lines = Array.from({ length: height }, (_, row) =>
    months
      .map((month) => {
        const { text, seenWidth } = month[row] ?? { text: '', seenWidth: 0 };
        return text + ' '.repeat(monthWidth - seenWidth);
      })
      .join(gap)
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** Monday is 0. */
function weekdayOf(day: string): number {
  return (new Date(`${day}T12:00:00Z`).getUTCDay() + weekDays - 1) % weekDays;
}
