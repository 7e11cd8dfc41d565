import type { ApiClient } from './api-client.ts';
import { wordsFor } from './api-problem.ts';
import type { PageTime } from './browser-time.ts';
import { createChartChooser, type ChartChooser } from './chart-chooser.ts';
import { createChartControls, type ChartControls } from './chart-controls.ts';
import { ChartHistory } from './chart-history.ts';
import { homeLines, seriesLines, type ChartLine } from './chart-lines.ts';
import { chartRanges, spanMsMin, type ChartRange, type Span } from './chart-ranges.ts';
import { createChartStack, type ChartStack } from './chart-stack.ts';
import { formatInstant, formatValue } from './format.ts';
import { seriesId } from './home-sources.ts';
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
  readonly #chosen = new Set(['sun', 'house', 'battery', 'grid']);
  #range: ChartRange = chartRanges[1];
  #zoom: Span | undefined;
  readonly #ended = new AbortController();
  #drawnLines = '';

  constructor({ element, state, client, time }: ChartsParts) {
    this.#element = element;
    this.#state = state;
    this.#controls = createChartControls({
      onRange: (range) => this.#choose(range, undefined),
      onSpan: (span) => this.#choose(this.#range, span),
      current: () => ({ span: this.#span(), nowMs: state.clock.nowMs() }),
    });
    this.#chooser = createChartChooser((id) => {
      if (!this.#chosen.delete(id)) this.#chosen.add(id);
      this.showSeries();
    });
    const plots = makeElement('div', { class: 'plots' });
    this.#stack = createChartStack({
      element: plots,
      zone: () => state.zone,
      onZoom: (span) => this.#choose(this.#range, span),
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
    const { home, others } = this.#lines();
    this.#chooser.show(home, others, this.#chosen);
    const drawn = JSON.stringify([this.#chosenLines(), this.#state.zone]);
    if (drawn === this.#drawnLines) return;
    this.#drawnLines = drawn;
    this.#rebuild();
  }

  takeLive(): void {
    this.#history.takeLive(this.#state.latest);
  }

  /** The end of the range is now, so it moves. */
  moveOn(): void {
    if (this.#zoom === undefined) this.#draw();
  }

  /** Asks for the history again, and draws. */
  load(): void {
    const isLive = this.#zoom === undefined;
    const parts = this.#chosenLines().flatMap((line) => line.parts);
    const keys = [...new Map(parts.map((key) => [seriesId(key), key])).values()];
    this.#history.load({ keys, isLive, span: () => this.#span() });
  }

  stop(): void {
    this.#ended.abort();
    this.#history.stop();
  }

  #choose(range: ChartRange, zoom: Span | undefined): void {
    this.#range = range;
    const isTooClose = zoom !== undefined && zoom.toMs - zoom.fromMs < spanMsMin;
    this.#zoom = isTooClose ? { fromMs: zoom.toMs - spanMsMin, toMs: zoom.toMs } : zoom;
    this.load();
  }

  #rebuild(): void {
    void this.#stack.setLines(this.#chosenLines()).then(() => this.load());
  }

  #showLoaded(): void {
    this.takeLive();
    this.#draw();
    const isEmpty = this.#stack.pointCount() === 0;
    const what = this.#chosen.size === 0 ? 'No line is chosen.' : 'Nothing is stored of this time yet.';
    setText(this.#message, isEmpty ? what : '');
  }

  #draw(): void {
    if (this.#element.offsetParent === null) return;
    const { current } = this.#history;
    this.#stack.draw(current, this.#span());
    setAttribute(this.#element, 'data-resolution', current.resolution);
    setAttribute(this.#element, 'data-points', String(this.#stack.pointCount()));
    this.#showValues();
  }

  #showValues(): void {
    const { atMs, byLine } = this.#stack.values();
    for (const [line, value] of byLine) this.#chooser.showValue(line, formatValue(value, line.unit));
    const instant = (ms: number): string => formatInstant(ms, this.#state.clock.nowMs(), this.#state.zone);
    const { fromMs, toMs } = this.#span();
    const isZoomed = this.#zoom !== undefined;
    const span = isZoomed ? `${instant(fromMs)} – ${instant(toMs)}` : this.#range.title;
    this.#controls.show(this.#range, isZoomed, atMs === undefined ? span : instant(atMs));
  }

  #span(): Span {
    const nowMs = this.#state.clock.nowMs();
    return this.#zoom ?? { fromMs: nowMs - this.#range.spanMs, toMs: nowMs };
  }

  #lines(): { readonly home: ChartLine[]; readonly others: ChartLine[] } {
    const names = new Map(this.#state.devices.map(({ id, name }) => [id, name]));
    const series = [...this.#state.latest.values()].flatMap(({ device, quantity }) => {
      const deviceName = names.get(device);
      const unit = this.#state.units.get(seriesId({ device, quantity })) ?? '';
      return deviceName === undefined ? [] : [{ device, quantity, deviceName, unit }];
    });
    return { home: homeLines(this.#state.sources), others: seriesLines(series) };
  }

  #chosenLines(): ChartLine[] {
    const { home, others } = this.#lines();
    return [...home, ...others].filter(({ id }) => this.#chosen.has(id));
  }
}
