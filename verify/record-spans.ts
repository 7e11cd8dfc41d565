/** Records from here to there, both included. */
export interface RecordSpan {
  readonly from: number;
  readonly to: number;
}

/** Spans of records, joined where they overlap or touch. */
export class RecordSpans {
  readonly #spans: RecordSpan[] = [];

  constructor(spans: readonly RecordSpan[]) {
    for (const span of spans.toSorted((one, other) => one.from - other.from)) {
      const last = this.#spans.at(-1);
      if (last === undefined || span.from > last.to + 1) this.#spans.push(span);
      else if (span.to > last.to) this.#spans.splice(-1, 1, { from: last.from, to: span.to });
    }
  }

  /** The first records of these that no span holds; undefined when they are all in spans. */
  firstOutside({ from, to }: RecordSpan): RecordSpan | undefined {
    let first = from;
    for (const span of this.#spans) {
      if (span.to < first) continue;
      if (span.from > first) return { from: first, to: Math.min(to, span.from - 1) };
      first = span.to + 1;
      if (first > to) return undefined;
    }
    return { from: first, to };
  }
}
