import type { TariffBand } from './tariff-band.ts';
import type { TempoDay } from './tempo-day.ts';
import type { TempoColour } from './tempo-rules.ts';

/** The six prices of Tempo, whole micro-euros per kWh with all taxes. */
export type TempoPrices = Readonly<Record<TempoColour, Readonly<Record<TariffBand, number>>>>;

/** Six prices, and the tariff days that they are for. */
export interface DatedTempoPrices {
  readonly validFrom: TempoDay;
  /** The last day; null: until the next ones begin. */
  readonly validTo: TempoDay | null;
  readonly prices: TempoPrices;
  /** Where they come from, for people: `data.gouv.fr`, `power_price.json 2024-2025`, `set by token:7`. */
  readonly source: string;
}
