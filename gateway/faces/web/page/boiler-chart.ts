import { drawBoiler } from './boiler-drawing.ts';
import { createFlagLayer } from './boiler-flag-layer.ts';
import { boilerPhases, minuteAt, type BoilerMinute } from './boiler-minute.ts';
import { layOutBoiler, type BoilerPicture } from './boiler-picture.ts';
import { createPhaseTable } from './boiler-phase-table.ts';
import type { BoilerEvent } from './boiler-types.ts';
import { minuteWords, phaseNames, spanWords, type SiteTime } from './boiler-words.ts';
import type { Span } from './chart-ranges.ts';
import { makeElement, makeSvg, setAttribute, setHidden, setText } from './make-element.ts';

export interface BoilerShown {
  readonly minutes: readonly BoilerMinute[];
  readonly events: readonly BoilerEvent[];
  readonly span: Span;
  /** °C */
  readonly failureC: number;
  readonly time: SiteTime;
}

const heightMin = 260;
const heightMax = 560;
/** What the rest of the page needs of a screen. */
const restHeight = 330;
const minuteMs = 60_000;

/** Water and flue over time, with the phases behind, the motors below and a flag at each event; a table behind it. */
export class BoilerChart {
  readonly element: HTMLElement;
  readonly #title = makeElement('h2');
  readonly #svg = makeSvg('svg', { class: 'boiler-plot', role: 'group', tabindex: '0' });
  readonly #drawing = makeSvg('g', { 'aria-hidden': 'true' });
  readonly #cursor = makeSvg('path', { class: 'cursor', 'aria-hidden': 'true' });
  readonly #flags = createFlagLayer((words) => this.#tellOfFlag(words));
  readonly #readout = makeElement('p', { class: 'note boiler-readout', 'aria-live': 'polite' });
  readonly #legend = makeLegend();
  readonly #table = createPhaseTable();
  #shown: BoilerShown | undefined;
  #picture: BoilerPicture | undefined;
  #pointedMs: number | undefined;
  /** Of the flag that is looked at. */
  #flagWords: string | undefined;

  constructor() {
    this.#svg.append(this.#drawing, this.#cursor, this.#flags.element);
    this.element = makeElement(
      'div',
      { class: 'boiler-chart' },
      ...[this.#title, this.#svg, this.#readout, this.#legend.element, this.#table.element],
    );
    this.#svg.addEventListener('pointermove', ({ offsetX }) => this.#point(offsetX));
    this.#svg.addEventListener('pointerdown', ({ offsetX }) => this.#point(offsetX));
    this.#svg.addEventListener('pointerleave', () => this.#pointAt(undefined));
    this.#svg.addEventListener('blur', () => this.#pointAt(undefined));
    this.#svg.addEventListener('keydown', (event) => this.#step(event));
    // Ends with the element.
    const observer = new ResizeObserver(() => this.#draw());
    // On the wall the legend takes from what is left for the picture.
    for (const part of [this.element, this.#svg]) observer.observe(part);
  }

  show(shown: BoilerShown): void {
    this.#shown = shown;
    this.#draw();
  }

  #draw(): void {
    const width = this.#svg.parentElement?.clientWidth ?? 0;
    if (this.#shown === undefined || width === 0) return;
    const { minutes, events, span, failureC, time } = this.#shown;
    const height = this.#height();
    const picture = layOutBoiler({ minutes, span, failureC, ...time, size: { width, height } });
    this.#picture = picture;
    setAttribute(this.#svg, 'viewBox', `0 0 ${width} ${height}`);
    this.#svg.style.setProperty('--height', `${height}px`);
    this.#drawing.replaceChildren(...drawBoiler(picture));
    this.#flags.show(events, { ...picture, time });
    this.#legend.show(new Set(picture.bands.map(({ phase }) => phase)));
    this.#table.show(minutes, span, time);
    setText(this.#title, spanWords(span, time));
    setAttribute(this.#svg, 'aria-label', `${spanWords(span, time)}. Arrow keys go from minute to minute.`);
    this.#showPointed();
  }

  /** On the wall what the style sheet leaves it; elsewhere what the page can spare. */
  #height(): number {
    if (document.body.classList.contains('kiosk')) return this.#svg.clientHeight;
    return Math.min(heightMax, Math.max(heightMin, innerHeight - restHeight));
  }

  #point(x: number): void {
    this.#pointAt(this.#picture?.instantAt(x));
  }

  #pointAt(atMs: number | undefined): void {
    this.#pointedMs = atMs;
    this.#flagWords = undefined;
    this.#showPointed();
  }

  #tellOfFlag(words: string | undefined): void {
    this.#pointedMs = undefined;
    this.#flagWords = words;
    this.#showPointed();
  }

  #step(event: KeyboardEvent): void {
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -60, PageDown: 60 }[event.key];
    if (this.#shown === undefined || steps === undefined) return;
    event.preventDefault();
    const { span, time } = this.#shown;
    const last = Math.min(span.toMs, time.nowMs) - minuteMs;
    const from = this.#pointedMs ?? last + minuteMs;
    this.#pointAt(Math.min(span.toMs - 1, Math.max(span.fromMs, from + steps * minuteMs)));
  }

  #showPointed(): void {
    if (this.#shown === undefined || this.#picture === undefined) return;
    const { minutes, time } = this.#shown;
    const { top, bottom } = this.#picture;
    const atMs = this.#pointedMs;
    setHidden(this.#cursor, atMs === undefined);
    if (atMs === undefined) {
      const none = minutes.length === 0 ? 'Nothing is stored of this time.' : '';
      setText(this.#readout, this.#flagWords ?? none);
      return;
    }
    setAttribute(this.#cursor, 'd', `M${this.#picture.xOf(atMs)} ${top}V${bottom}`);
    setText(this.#readout, minuteWords(minuteAt(minutes, atMs), atMs, time));
  }
}

/** Names the phases that are there, and the lines. */
function makeLegend(): { readonly element: HTMLElement; show(there: ReadonlySet<string>): void } {
  const entries = boilerPhases.map((phase) => ({
    phase,
    entry: makeElement('li', {}, makeElement('span', { class: `key phase-${phase}` }), phaseNames[phase]),
  }));
  const lines = [
    ['water', 'Water (left, °C)'],
    ['flue', 'Flue (right, °C)'],
    ['failure', 'Failure temperature'],
  ].map(([kind = '', words = '']) =>
    makeElement('li', {}, makeElement('span', { class: `key-line ${kind}` }), words),
  );
  return {
    element: makeElement('ul', { class: 'boiler-legend' }, ...lines, ...entries.map(({ entry }) => entry)),
    show: (there) => {
      for (const { phase, entry } of entries) setHidden(entry, !there.has(phase));
    },
  };
}
