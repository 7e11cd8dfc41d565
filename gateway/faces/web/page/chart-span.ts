import { chartRanges, firstRange, fitted, notTooShort, type ChartRange, type Span } from './chart-ranges.ts';

/** Which time the charts show: a range up to now, or the part of history that the user looks at closer. */
export class ChartSpan {
  #range: ChartRange = chartRanges[1];
  #zoom: Span | undefined;
  #isChosen = false;

  get range(): ChartRange {
    return this.#range;
  }

  get isZoomed(): boolean {
    return this.#zoom !== undefined;
  }

  choose(range: ChartRange, zoom: Span | undefined): void {
    this.#range = range;
    this.#zoom = zoom === undefined ? undefined : notTooShort(zoom);
    this.#isChosen = true;
  }

  /** Sets what fits the age of the oldest reading, unless the user chose; answers whether that is another. */
  suggest(oldestMs: number | undefined, nowMs: number): boolean {
    const suggested = firstRange(oldestMs, nowMs);
    if (this.#isChosen || suggested === this.#range) return false;
    this.#range = suggested;
    return true;
  }

  /** What to ask for. */
  wished(nowMs: number): Span {
    return this.#zoom ?? { fromMs: nowMs - this.#range.spanMs, toMs: nowMs };
  }

  /** What to draw, when the first reading of it was at `firstMs`. */
  drawn(nowMs: number, firstMs: number | undefined): Span {
    const span = this.wished(nowMs);
    return this.isZoomed || firstMs === undefined ? span : fitted(span, firstMs);
  }

  /** What is drawn, in words. */
  words(drawn: Span, nowMs: number, instant: (atMs: number) => string): string {
    if (this.isZoomed) return `${instant(drawn.fromMs)} – ${instant(drawn.toMs)}`;
    const isFitted = drawn.fromMs > this.wished(nowMs).fromMs;
    return isFitted ? `Since ${instant(drawn.fromMs)}` : this.#range.title;
  }
}
