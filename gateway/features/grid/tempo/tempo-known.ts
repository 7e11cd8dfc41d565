import type { Interval } from '../../../core/interval.ts';
import { tariffBandInterval, type TariffBand } from '../../../core/tariff-band.ts';
import type { TempoDay } from '../../../core/tempo-day.ts';
import type { KnownTempoDay, TempoKnowledge } from '../../../core/tempo-knowledge.ts';
import type { Tariff } from '../tariffs/tariff.ts';
import type { ColourBook } from './colour-book.ts';

export interface TempoKnownPorts {
  readonly book: ColourBook;
  /** In force; undefined where none is. */
  readonly tariff: Tariff | undefined;
  /** Whether its prices go by the colours of days. */
  readonly isTempo: boolean;
  /** Where the price of a day comes from. */
  readonly sourceOf: (day: TempoDay) => string | undefined;
  /** Why there is no tariff. */
  readonly whyNoTariff: string;
}

/** What is known of colours and prices, for those who go by them. */
export class TempoKnown implements TempoKnowledge {
  readonly #ports: TempoKnownPorts;
  readonly #listeners = new Set<() => void>();

  constructor(ports: TempoKnownPorts) {
    this.#ports = ports;
  }

  /** A colour or a price has changed. */
  news(): void {
    for (const listener of this.#listeners) listener();
  }

  onNews(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  colourOf(day: TempoDay): KnownTempoDay | undefined {
    return this.#ports.book.colourOf(day);
  }

  redProbability(day: TempoDay): number {
    return this.#ports.book.odds(day).red;
  }

  priceOf(day: TempoDay, band: TariffBand): number | undefined {
    const { tariff } = this.#ports;
    return tariff === undefined ? undefined : meanPrice(tariff, tariffBandInterval(day, band));
  }

  priceSourceOf(day: TempoDay): string | undefined {
    return this.#ports.sourceOf(day);
  }

  whyNoPrice(day: TempoDay, band: TariffBand): string {
    const { book, tariff, isTempo, whyNoTariff } = this.#ports;
    if (tariff === undefined) return whyNoTariff;
    if (!isTempo) return tariff.whyUnknown;
    const known = book.colourOf(day);
    if (known === undefined) return `the colour of ${day} is not known`;
    return `there is no ${known.colour} ${band} price for ${day}: egw tempo prices set gives one`;
  }
}

/** By time; undefined unless all of it has a price. */
function meanPrice(tariff: Tariff, range: Interval): number | undefined {
  let [weighted, coveredMs] = [0n, 0];
  for (const { startMs, endMs, microEurosPerKwh } of tariff.prices(range)) {
    weighted += BigInt(endMs - startMs) * BigInt(microEurosPerKwh);
    coveredMs += endMs - startMs;
  }
  const spanMs = range.endMs - range.startMs;
  return coveredMs === spanMs ? Math.round(Number(weighted) / spanMs) : undefined;
}
