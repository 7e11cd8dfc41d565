import type { TariffBand } from '../../../gateway/core/tariff-band.ts';
import type { TempoDay } from '../../../gateway/core/tempo-day.ts';
import type { KnownTempoDay, TempoKnowledge } from '../../../gateway/core/tempo-knowledge.ts';
import type { TempoColour } from '../../../gateway/core/tempo-rules.ts';

/** Colours and prices as a test says them. */
export class SaidTempo implements TempoKnowledge {
  readonly colours = new Map<TempoDay, KnownTempoDay>();
  readonly neverRed = new Set<TempoDay>();
  /** Whole micro-euros per kWh. */
  price: (day: TempoDay, band: TariffBand) => number | undefined = () => 200_000;
  readonly #listeners = new Set<() => void>();

  say(day: TempoDay, colour: TempoColour, state: 'provisional' | 'final' = 'final'): void {
    this.colours.set(day, { colour, state, provider: 'rte' });
    for (const listener of this.#listeners) listener();
  }

  colourOf(day: TempoDay): KnownTempoDay | undefined {
    return this.colours.get(day);
  }

  redProbability(day: TempoDay): number {
    const known = this.colours.get(day);
    if (known !== undefined) return known.colour === 'red' ? 1 : 0;
    return this.neverRed.has(day) ? 0 : 0.3;
  }

  priceOf(day: TempoDay, band: TariffBand): number | undefined {
    return this.price(day, band);
  }

  whyNoPrice(day: TempoDay): string {
    return `the colour of ${day} is not known`;
  }

  onNews(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
