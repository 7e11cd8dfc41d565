import type { SeriesKey } from './api-types.ts';
import { homeLines, seriesLines, type ChartLine, type NamedSeries } from './chart-lines.ts';
import { seriesId } from './home-series.ts';
import type { HomeState } from './home-state.ts';
import { rootOf } from './owner.ts';

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
    const others = seriesLines(this.#inOrder(series));
    return { home, others, chosen: [...home, ...others].filter(({ id }) => this.#wanted.has(id)) };
  }

  /** As devices and sources are listed; of each, its parts by name, and what only its maker has a name for last. */
  #inOrder(series: readonly NamedSeries[]): readonly NamedSeries[] {
    const places = new Map(this.#state.owners.map(({ id }, place) => [id, place]));
    const keyed = series.map((one) => ({
      one,
      place: places.get(rootOf(one.device)) ?? 0,
      words: `${one.deviceName}\n${isOwnName(one.quantity) ? 1 : 0}${one.quantity}`,
    }));
    keyed.sort((a, b) => a.place - b.place || (a.words < b.words ? -1 : 1));
    return keyed.map(({ one }) => one);
  }

  /** All series that the chosen lines are made of, each once. */
  keys(): SeriesKey[] {
    const parts = this.lines().chosen.flatMap((line) => line.parts);
    return [...new Map(parts.map((key) => [seriesId(key), key])).values()];
  }
}

/** Ours are small letters, figures and low lines. */
function isOwnName(quantity: string): boolean {
  return !/^[a-z0-9_]+$/.test(quantity);
}
