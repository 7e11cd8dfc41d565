import type { TariffBand } from './tariff-band.ts';
import type { TempoDay } from './tempo-day.ts';
import type { TempoColour } from './tempo-rules.ts';

/** The colour of a day, and who said it. A provisional one is known, but may still turn out otherwise. */
export interface KnownTempoDay {
  readonly colour: TempoColour;
  readonly state: 'provisional' | 'final';
  readonly provider: string;
}

/** What is known of the colours of days and of the prices of their bands. */
export interface TempoKnowledge {
  /** undefined: not known. */
  colourOf(day: TempoDay): KnownTempoDay | undefined;
  /** 0 to 1; exactly 0 or 1 where the colour is known or the calendar decides. */
  redProbability(day: TempoDay): number;
  /**
   * Whole micro-euros per kWh of the band of that day by the tariff that is configured: Tempo's by colour and date,
   * others' weighted by time over the band. undefined: not known; {@link whyNoPrice} says why.
   */
  priceOf(day: TempoDay, band: TariffBand): number | undefined;
  /** For people, in English; only to be asked where there is no price. */
  whyNoPrice(day: TempoDay, band: TariffBand): string;
  /** Where the price of that day comes from, for people; undefined, or no such question: not known. */
  priceSourceOf?(day: TempoDay): string | undefined;
  /** Calls the listener whenever a colour or a price has changed; gives what ends that. */
  onNews(listener: () => void): () => void;
}
