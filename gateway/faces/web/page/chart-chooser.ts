import type { ChartLine } from './chart-lines.ts';
import { createKeyedRows, type Row } from './keyed-rows.ts';
import { makeElement, setAttribute, setHidden, setText } from './make-element.ts';

export interface ChartChooser {
  readonly element: HTMLElement;
  /** All lines there are, and which are drawn. */
  show(home: readonly ChartLine[], others: readonly ChartLine[], chosen: ReadonlySet<string>): void;
  /** The number beside a line: under the cursor, or the latest. */
  showValue(line: ChartLine, text: string): void;
}

/** Chips that are legend, switch and read-out in one; all other series are in a list to be opened. */
export function createChartChooser(onToggle: (id: string) => void): ChartChooser {
  const chips = makeElement('div', { class: 'chips', role: 'group', 'aria-label': 'Lines' });
  const list = makeElement('div', { class: 'more-list' });
  const search = makeElement('input', { type: 'search', placeholder: 'Find', 'aria-label': 'Find a series' });
  const summary = makeElement('summary', {}, 'More series');
  const more = makeElement('details', { class: 'more' }, summary, search, list);
  const isWanted = ({ label }: ChartLine): boolean =>
    search.value
      .toLowerCase()
      .split(' ')
      .every((word) => label.toLowerCase().includes(word));
  const values = new Map<string, HTMLElement>();
  let chosen: ReadonlySet<string> = new Set();
  let all: readonly ChartLine[] = [];

  const makeChip = (line: ChartLine): Row<ChartLine> => {
    const value = makeElement('span', { class: 'chip-value' });
    const chip = makeElement(
      'button',
      { type: 'button', class: 'chip', 'data-line': line.id },
      makeElement('span', { class: 'dot' }),
      makeElement('span', {}, line.label),
      value,
    );
    chip.style.setProperty('--tone', `var(--${line.tone})`);
    chip.addEventListener('click', () => onToggle(line.id));
    values.set(line.id, value);
    return { element: chip, show: ({ id }) => setAttribute(chip, 'aria-pressed', String(chosen.has(id))) };
  };
  const makeChoice = (line: ChartLine): Row<ChartLine> => {
    const box = makeElement('input', { type: 'checkbox' });
    box.addEventListener('change', () => onToggle(line.id));
    const text = makeElement('span');
    return {
      element: makeElement('label', {}, box, text),
      show: ({ id, label }) => {
        box.checked = chosen.has(id);
        setText(text, label);
      },
    };
  };
  const showChips = createKeyedRows(chips, ({ id }) => id, makeChip);
  const showChoices = createKeyedRows(list, ({ id }) => id, makeChoice);
  // There can be hundreds, which nobody sees until they are opened.
  const showAll = (): void => {
    if (more.open) showChoices(all.filter(isWanted));
  };
  for (const event of ['toggle', 'input']) more.addEventListener(event, showAll);
  return {
    element: makeElement('div', { class: 'chooser' }, chips, more),
    show: (home, others, nowChosen) => {
      chosen = nowChosen;
      showChips([...home, ...others.filter(({ id }) => chosen.has(id))]);
      all = others;
      showAll();
      setHidden(more, others.length === 0);
    },
    showValue: ({ id }, text) => {
      const value = values.get(id);
      if (value !== undefined) setText(value, text);
    },
  };
}
