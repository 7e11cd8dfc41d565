import { createFactTable } from './fact-table.ts';
import type { Job, Outlook } from './job-types.ts';
import type { JobTime } from './job-words.ts';
import { makeElement, makeSvg, setAttribute, setHidden, setText } from './make-element.ts';
import { drawOutlook } from './outlook-drawing.ts';
import { layOutPicture, type OutlookPicture } from './outlook-picture.ts';
import { outlookSpan } from './outlook-span.ts';
import { instantWords, outlookRows, outlookWords, unknownWords, type OutlookRow } from './outlook-words.ts';
import { createPlanRows } from './plan-rows.ts';

export interface Shown {
  readonly outlook: Outlook;
  readonly jobs: readonly Job[];
  readonly time: JobTime;
}

const height = 190;

/** How clean and dear power is and will be, and when each job is to run in it; the same as a table behind it. */
export class OutlookView {
  readonly element: HTMLElement;
  readonly #svg = makeSvg('svg', { class: 'outlook-plot', role: 'img' });
  readonly #readout = makeElement('p', { class: 'note outlook-readout' });
  readonly #rows = createPlanRows();
  readonly #legend = makeLegend();
  readonly #doubts = makeElement('p', { class: 'note outlook-doubt' });
  readonly #table = createFactTable<OutlookRow>('What comes, and the jobs in it', tableColumns);
  readonly #behind: HTMLDetailsElement;
  #shown: Shown | undefined;
  #picture: OutlookPicture | undefined;
  #pointedMs: number | undefined;

  constructor() {
    const summary = makeElement('summary', {}, 'As a table');
    const scroller = {
      class: 'outlook-table',
      tabindex: '0',
      role: 'group',
      'aria-label': 'The picture as a table',
    };
    this.#behind = makeElement(
      'details',
      { class: 'more' },
      summary,
      makeElement('div', scroller, this.#table.element),
    );
    const parts = [
      this.#readout,
      this.#svg,
      this.#rows.element,
      this.#legend.element,
      this.#doubts,
      this.#behind,
    ];
    this.element = makeElement('div', { class: 'outlook' }, ...parts);
    this.#svg.addEventListener('pointermove', ({ offsetX }) => this.#point(offsetX));
    this.#svg.addEventListener('pointerleave', () => this.#point(undefined));
    this.#behind.addEventListener('toggle', () => this.#showTexts());
    // Ends with the element.
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  show(shown: Shown): void {
    this.#shown = shown;
    this.#draw();
  }

  #draw(): void {
    const width = this.element.clientWidth;
    if (this.#shown === undefined || width === 0) return;
    const { outlook, jobs, time } = this.#shown;
    const span = outlookSpan(jobs, time.nowMs);
    const picture = layOutPicture({ outlook, span, ...time, size: { width, height } });
    this.#picture = picture;
    setAttribute(this.#svg, 'viewBox', `0 0 ${width} ${height}`);
    this.#svg.replaceChildren(...drawOutlook(picture));
    this.element.style.setProperty('--plot-left', `${picture.left}px`);
    this.element.style.setProperty('--plot-right', `${width - picture.right}px`);
    const drawn = this.#rows.show(jobs, span, time);
    this.#legend.show(this.element);
    setHidden(this.#svg, picture.lines.length === 0 && drawn === 0);
    this.#showTexts();
  }

  #point(x: number | undefined): void {
    if (this.#shown === undefined || this.#picture === undefined) return;
    const { left, right } = this.#picture;
    const { fromMs, toMs } = outlookSpan(this.#shown.jobs, this.#shown.time.nowMs);
    const share = x === undefined ? -1 : (x - left) / (right - left);
    this.#pointedMs = share >= 0 && share <= 1 ? fromMs + share * (toMs - fromMs) : undefined;
    this.#showTexts();
  }

  #showTexts(): void {
    if (this.#shown === undefined) return;
    const { outlook, jobs, time } = this.#shown;
    const words = outlookWords(outlook, time);
    setText(
      this.#readout,
      this.#pointedMs === undefined ? words : instantWords(outlook, this.#pointedMs, time),
    );
    setAttribute(this.#svg, 'aria-label', `Carbon intensity and price over time. ${words}`);
    setText(this.#doubts, unknownWords(outlook, jobs).join(' '));
    if (this.#behind.open) this.#table.show(outlookRows(outlook, jobs, time));
  }
}

const tableColumns = [
  { title: 'Time', text: ({ name }: OutlookRow) => name },
  { title: 'Carbon', isNumber: true, text: ({ carbon }: OutlookRow) => carbon },
  { title: 'Price', isNumber: true, text: ({ price }: OutlookRow) => price },
  { title: 'Day', text: ({ isRed }: OutlookRow) => (isRed ? 'red' : '') },
  { title: 'Jobs', text: ({ jobs }: OutlookRow) => jobs },
];

/** What in the picture each entry stands for. */
const legendEntries = [
  ['carbon', 'g CO₂/kWh', '.curve.carbon'],
  ['price', 'ct/kWh', '.curve.price'],
  ['forecast', 'forecast', '.curve.forecast'],
  ['red', 'red day', '.red-day'],
  ['slot', 'planned', '.plan-slot'],
  ['window', 'window', '.plan-window'],
  ['latest', 'latest start', '.plan-latest'],
  ['deadline', 'deadline', '.plan-deadline'],
] as const;

/** Names what is there, and nothing else. */
function makeLegend(): { readonly element: HTMLElement; show(picture: Element): void } {
  const entries = legendEntries.map(([kind, words, place]) => ({
    place,
    entry: makeElement('li', {}, makeElement('span', { class: `key-${kind}` }), words),
  }));
  const list = { class: 'outlook-legend', 'aria-hidden': 'true' };
  return {
    element: makeElement('ul', list, ...entries.map(({ entry }) => entry)),
    show: (picture) => {
      for (const { place, entry } of entries) setHidden(entry, picture.querySelector(place) === null);
    },
  };
}
