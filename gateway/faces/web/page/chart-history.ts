import type { ApiClient } from './api-client.ts';
import type { LiveValue, SeriesKey } from './api-types.ts';
import type { PageTime } from './browser-time.ts';
import { resolutionFor, windowMs, type Span } from './chart-ranges.ts';
import { loadHistory, mergedRows, type History } from './history.ts';
import { dropRowsBefore, withLiveValue } from './live-history.ts';

export interface ChartHistoryParts {
  readonly client: ApiClient;
  readonly time: PageTime;
  readonly onLoading: () => void;
  readonly onLoaded: () => void;
  readonly onFailed: (error: unknown) => void;
}

export interface ChartWish {
  readonly keys: readonly SeriesKey[];
  /** The span at this moment: one up to now moves. */
  readonly span: () => Span;
  /** Up to now, and going on. */
  readonly isLive: boolean;
}

/** What was read last is stored a little later, by the slowest policy within a minute: asked for again then. */
const fillDelaysMs = [15_000, 75_000];

/** What the charts draw: stored history with live values at its end. */
export class ChartHistory {
  readonly #parts: ChartHistoryParts;
  /** When the live value that was taken last was read, by `seriesId`. */
  readonly #takenMs = new Map<string, number>();
  #history: History = { resolution: 'raw', rows: new Map() };
  #wish: ChartWish | undefined;
  #loading = new AbortController();
  #cancelFills: (() => void)[] = [];

  constructor(parts: ChartHistoryParts) {
    this.#parts = parts;
  }

  get current(): History {
    return this.#history;
  }

  /** When the oldest of it was read; undefined without any. */
  get firstMs(): number | undefined {
    const firsts = [...this.#history.rows.values()].flatMap(([first]) =>
      first === undefined ? [] : [first.atMs],
    );
    return firsts.length === 0 ? undefined : Math.min(...firsts);
  }

  /** Loads another wish; what is still on its way for the one before is dropped. */
  load(wish: ChartWish): void {
    this.#cancelAll();
    this.#wish = wish;
    this.#parts.onLoading();
    void this.#load(wish).then((isLoaded) => {
      if (isLoaded) this.#fillLater(wish);
    });
  }

  takeLive(latest: ReadonlyMap<string, LiveValue>): void {
    if (this.#wish?.isLive !== true) return;
    const { fromMs } = this.#wish.span();
    for (const [id, rows] of this.#history.rows) {
      const live = latest.get(id);
      if (live === undefined || this.#takenMs.get(id) === live.atMs) continue;
      this.#takenMs.set(id, live.atMs);
      withLiveValue(rows, live, this.#history.resolution);
      // A window that has begun before still reaches in.
      dropRowsBefore(rows, fromMs - (windowMs[this.#history.resolution] ?? 0));
    }
  }

  stop(): void {
    this.#cancelAll();
    this.#wish = undefined;
  }

  async #load(wish: ChartWish): Promise<boolean> {
    const loading = new AbortController();
    this.#loading = loading;
    const span = wish.span();
    const resolution = resolutionFor(span.toMs - span.fromMs);
    const request = { keys: wish.keys, span, resolution, mayCoarsen: !wish.isLive };
    try {
      const loaded = await loadHistory(this.#parts.client, request, loading.signal);
      if (loading.signal.aborted) return false;
      this.#take(loaded, wish);
      return true;
    } catch (error) {
      if (!loading.signal.aborted) this.#parts.onFailed(error);
      return false;
    }
  }

  #take(loaded: History, { isLive }: ChartWish): void {
    const before = this.#history;
    const keepsLive = isLive && before.resolution === loaded.resolution;
    this.#history = {
      resolution: loaded.resolution,
      rows: new Map(
        [...loaded.rows].map(([id, rows]) => [
          id,
          mergedRows(rows, keepsLive ? (before.rows.get(id) ?? []) : []),
        ]),
      ),
    };
    this.#parts.onLoaded();
  }

  #fillLater(wish: ChartWish): void {
    const isFine = this.#history.resolution === 'raw' || this.#history.resolution === '1m';
    if (!wish.isLive || !isFine) return;
    this.#cancelFills = fillDelaysMs.map((delayMs) =>
      this.#parts.time.after(delayMs, () => void this.#load(wish)),
    );
  }

  #cancelAll(): void {
    this.#loading.abort();
    for (const cancel of this.#cancelFills) cancel();
    this.#cancelFills = [];
  }
}
