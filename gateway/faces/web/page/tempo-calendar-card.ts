import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';
import { monthsOf, type CalendarMonth } from './tempo-months.ts';
import { createQuotaList } from './tempo-quotas.ts';
import type { CalendarDay, TempoCalendar } from './tempo-types.ts';
import { dayHash, monthHash, seasonBeside, seasonHash } from './tempo-wish.ts';
import { calendarDayWords, colourWords, monthWords } from './tempo-words.ts';

export interface CalendarCard {
  readonly element: HTMLElement;
  show(calendar: TempoCalendar, today: string): void;
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
/** How many days an arrow key goes. */
const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** The colours of a season, a month a grid; days and months are addresses. */
export function createCalendarCard(): CalendarCard {
  const title = makeElement('h2');
  const before = seasonLink('‹', 'The season before');
  const whole = makeElement('a', { title: 'Energy and cost of the whole season' });
  const after = seasonLink('›', 'The season after');
  const links = makeElement('div', { class: 'buttons', role: 'group', 'aria-label': 'Season' });
  links.append(before, whole, after);
  const quotas = createQuotaList();
  const months = makeElement('div', { class: 'tempo-months' });
  followArrows(months);
  let shown = '';
  return {
    element: makeElement(
      'div',
      { class: 'card tempo-calendar' },
      makeElement('div', { class: 'tempo-head' }, title, links),
      quotas.element,
      months,
      makeLegend(),
    ),
    show: (calendar, today) => {
      const { season, days } = calendar;
      setText(title, `Season ${season.replace('-', '–')}`);
      setText(whole, 'Whole season');
      setAttribute(whole, 'href', seasonHash(season));
      setAttribute(before, 'href', seasonHash(seasonBeside(season, -1)));
      setAttribute(after, 'href', seasonHash(seasonBeside(season, 1)));
      quotas.show(calendar.quotas);
      setHidden(quotas.element, calendar.quotas.length === 0);
      // The same days drawn anew would take the focus away.
      const drawn = JSON.stringify([today, days]);
      if (drawn === shown) return;
      shown = drawn;
      const focused = focusedDay(months);
      months.replaceChildren(...monthsOf(days).map((month) => makeMonth(month, today)));
      const start = days.some(({ day }) => day === today) ? today : days[0]?.day;
      enter(months, focused ?? start, focused !== undefined);
    },
  };
}

function seasonLink(text: string, title: string): HTMLElement {
  return makeElement('a', { title, 'aria-label': title }, text);
}

function makeMonth({ month, weeks }: CalendarMonth, today: string): HTMLElement {
  const name = monthWords(month);
  const heads = weekdays.map((weekday) =>
    makeElement('th', { scope: 'col', abbr: weekday }, weekday.slice(0, 1)),
  );
  const rows = weeks.map((week) => makeElement('tr', {}, ...week.map((day) => makeCell(day, today))));
  return makeElement(
    'table',
    { class: 'tempo-month' },
    makeElement('caption', {}, makeElement('a', { href: monthHash(month) }, name)),
    makeElement('thead', {}, makeElement('tr', {}, ...heads)),
    makeElement('tbody', {}, ...rows),
  );
}

function makeCell(day: CalendarDay | undefined, today: string): HTMLElement {
  if (day === undefined) return makeElement('td');
  const words = calendarDayWords(day);
  const letter = day.colour === null ? '' : colourWords[day.colour].slice(0, 1);
  const state = stateOf(day);
  const mark = state === 'provisional' ? '?' : '';
  const link = makeElement(
    'a',
    {
      href: dayHash(day.day),
      class: 'tempo-day',
      title: words,
      'aria-label': words,
      tabindex: '-1',
      'data-day': day.day,
      'data-colour': day.colour ?? 'unknown',
      'data-state': state,
      'data-corrected': day.corrections.length > 0 ? '' : undefined,
      'aria-current': day.day === today ? 'date' : undefined,
    },
    makeElement('span', { class: 'tempo-date' }, String(Number(day.day.slice(8)))),
    makeElement('span', { class: 'tempo-letter' }, letter + mark),
  );
  return makeElement('td', {}, link);
}

/** What nobody has said, but the rules leave no other colour, is shown apart. */
function stateOf({ state, colour, heardMs }: CalendarDay): string | undefined {
  return colour !== null && heardMs === null ? 'rule' : (state ?? undefined);
}

/** One day at a time is in the order of the Tab key; arrows go on from it. */
function followArrows(months: HTMLElement): void {
  months.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    const from = focusedDay(months);
    if (step === undefined || from === undefined) return;
    event.preventDefault();
    const next = new Date(Date.parse(from) + step * 86_400_000).toISOString().slice(0, 10);
    enter(months, next, true);
  });
}

function focusedDay(months: HTMLElement): string | undefined {
  const { activeElement } = document;
  const day = months.contains(activeElement) ? activeElement?.getAttribute('data-day') : undefined;
  return day ?? undefined;
}

function enter(months: HTMLElement, day: string | undefined, isFocused: boolean): void {
  const link = months.querySelector<HTMLElement>(`[data-day="${day ?? ''}"]`);
  if (link === null) return;
  for (const other of months.querySelectorAll('[tabindex="0"]')) setAttribute(other, 'tabindex', '-1');
  setAttribute(link, 'tabindex', '0');
  if (isFocused) link.focus();
}

function makeLegend(): HTMLElement {
  const key = (colour: string, words: string, letter = '', state?: string): HTMLElement => {
    const attributes = { class: 'tempo-day', 'data-colour': colour, 'data-state': state };
    return makeElement(
      'li',
      {},
      makeElement('span', { ...attributes, 'aria-hidden': 'true' }, letter),
      words,
    );
  };
  return makeElement(
    'ul',
    { class: 'tempo-legend' },
    key('blue', 'Blue', 'B'),
    key('white', 'White', 'W'),
    key('red', 'Red', 'R'),
    key('blue', 'Provisional', '?', 'provisional'),
    key('blue', 'By the rules of the tariff', 'B', 'rule'),
    key('unknown', 'Not known'),
  );
}
