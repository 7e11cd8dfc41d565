import type { ApiClient } from './api-client.ts';
import { wordsFor } from './api-problem.ts';
import type { PageTime } from './browser-time.ts';
import { createChartChooser, type ChartChooser } from './chart-chooser.ts';
import { createChartControls, type ChartControls } from './chart-controls.ts';
import { ChartHistory } from './chart-history.ts';
import { sumOfLatest } from './chart-lines.ts';
import type { ChartRange, Span } from './chart-ranges.ts';
import { ChartSpan } from './chart-span.ts';
import { ChartSelection } from './chart-selection.ts';
import { createChartStack, type ChartStack } from './chart-stack.ts';
import { formatInstant, formatValue } from './format.ts';
import type { HomeState } from './home-state.ts';
import { makeElement, setAttribute, setText } from './make-element.ts';

export interface ChartsParts {
  readonly element: HTMLElement;
  readonly state: HomeState;
  readonly client: ApiClient;
  readonly time: PageTime;
}

/** The charts with all that steers them. */
export class ChartsView {
  readonly #element: HTMLElement;
  readonly #state: HomeState;
  readonly #controls: ChartControls;
  readonly #chooser: ChartChooser;
  readonly #stack: ChartStack;
  readonly #history: ChartHistory;
  readonly #message = makeElement('p', { class: 'chart-message', role: 'status' });
  readonly #selection: ChartSelection;
  readonly #span = new ChartSpan();
  readonly #ended = new AbortController();
  #drawnLines = '';

  constructor({ element, state, client, time }: ChartsParts) {
    this.#element = element;
    this.#state = state;
    this.#selection = new ChartSelection(state);
    this.#controls = createChartControls({
      onRange: (range) => this.#choose(range, undefined),
      onSpan: (span) => this.#choose(this.#span.range, span),
      current: () => ({ span: this.#drawnSpan(), nowMs: state.clock.nowMs() }),
    });
    this.#chooser = createChartChooser((id) => {
      this.#selection.toggle(id);
      this.showSeries();
    });
    const plots = makeElement('div', { class: 'plots' });
    this.#stack = createChartStack({
      element: plots,
      zone: () => state.zone,
      onZoom: (span) => this.#choose(this.#span.range, span),
      onCursor: () => this.#showValues(),
    });
    this.#history = new ChartHistory({
      client,
      time,
      onLoading: () => setText(this.#message, 'Loading the history…'),
      onLoaded: () => this.#showLoaded(),
      onFailed: (error) => setText(this.#message, `The history did not come: ${wordsFor(error)}`),
    });
    element.replaceChildren(this.#controls.element, this.#chooser.element, this.#message, plots);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#rebuild(), {
      signal: this.#ended.signal,
    });
  }

  /** Follows what there is to draw; loads when that changed. */
  showSeries(): void {
    const { home, others, chosen } = this.#selection.lines();
    this.#chooser.show(home, others, new Set(chosen.map(({ id }) => id)));
    const drawn = JSON.stringify([chosen, this.#state.zone]);
    if (drawn === this.#drawnLines) return;
    this.#drawnLines = drawn;
    this.#rebuild();
  }

  /** A gateway that is new has little of a day to show: unless the user chose, it begins with the hour. */
  suggestRange(oldestMs: number | undefined): void {
    if (this.#span.suggest(oldestMs, this.#state.clock.nowMs())) this.load();
  }

  takeLive(): void {
    this.#history.takeLive(this.#state.latest);
  }

  /** The end of the range is now, so it moves. */
  moveOn(): void {
    if (!this.#span.isZoomed) this.#draw();
  }

  /** Asks for the history again, and draws. */
  load(): void {
    const isLive = !this.#span.isZoomed;
    const keys = this.#selection.keys();
    this.#history.load({ keys, isLive, span: () => this.#span.wished(this.#state.clock.nowMs()) });
  }

  stop(): void {
    this.#ended.abort();
    this.#history.stop();
  }

  #choose(range: ChartRange, zoom: Span | undefined): void {
    this.#span.choose(range, zoom);
    this.load();
  }

  #rebuild(): void {
    void this.#stack.setLines(this.#selection.lines().chosen).then(() => this.load());
  }

  #showLoaded(): void {
    this.takeLive();
    this.#draw();
    const isNone = this.#selection.lines().chosen.length === 0;
    const why = isNone ? 'No line is chosen.' : 'Nothing is stored of this time yet.';
    setText(this.#message, this.#stack.pointCount() === 0 ? why : '');
  }

  #draw(): void {
    if (this.#element.offsetParent === null) return;
    const { current } = this.#history;
    this.#stack.draw(current, this.#drawnSpan());
    setAttribute(this.#element, 'data-resolution', current.resolution);
    setAttribute(this.#element, 'data-points', String(this.#stack.pointCount()));
    this.#showValues();
  }

  #showValues(): void {
    const { atMs, byLine } = this.#stack.values();
    const isNow = atMs === undefined && !this.#span.isZoomed;
    for (const [line, drawn] of byLine) {
      const value = isNow ? sumOfLatest(line, this.#state.latest) : drawn;
      this.#chooser.showValue(line, formatValue(value, line.unit));
    }
    const { clock, zone } = this.#state;
    const instant = (ms: number): string => formatInstant(ms, clock.nowMs(), zone);
    const words = this.#span.words(this.#drawnSpan(), clock.nowMs(), instant);
    this.#controls.show(this.#span.range, this.#span.isZoomed, atMs === undefined ? words : instant(atMs));
  }

  #drawnSpan(): Span {
    return this.#span.drawn(this.#state.clock.nowMs(), this.#history.firstMs);
  }
}
