import type { SeriesKey } from './api-types.ts';
import { homeLines, seriesLines, type ChartLine } from './chart-lines.ts';
import { seriesId } from './home-series.ts';
import type { HomeState } from './home-state.ts';

export interface SelectableLines {
  /** Of the home as a whole. */
  readonly home: readonly ChartLine[];
  /** Each series by itself. */
  readonly others: readonly ChartLine[];
  readonly chosen: readonly ChartLine[];
}

/** Which lines there are to draw, and which the user wants. */
export class ChartSelection {
  readonly #state: HomeState;
  readonly #wanted = new Set(['sun', 'house', 'battery', 'grid']);

  constructor(state: HomeState) {
    this.#state = state;
  }

  toggle(id: string): void {
    if (!this.#wanted.delete(id)) this.#wanted.add(id);
  }

  lines(): SelectableLines {
    const series = [...this.#state.latest.values()].flatMap(({ device, quantity }) => {
      if (this.#state.ownerOf(device) === undefined) return [];
      const unit = this.#state.units.get(seriesId({ device, quantity })) ?? '';
      return [{ device, quantity, deviceName: this.#state.nameOf(device), unit }];
    });
    const home = homeLines(this.#state.series);
    const others = seriesLines(series);
    return { home, others, chosen: [...home, ...others].filter(({ id }) => this.#wanted.has(id)) };
  }

  /** All series that the chosen lines are made of, each once. */
  keys(): SeriesKey[] {
    const parts = this.lines().chosen.flatMap((line) => line.parts);
    return [...new Map(parts.map((key) => [seriesId(key), key])).values()];
  }
}
