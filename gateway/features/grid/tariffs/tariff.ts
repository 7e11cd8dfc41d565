import type { Interval } from '../../../core/interval.ts';
import type { TariffBand } from '../../../core/tariff-band.ts';
import type { TempoColour } from '../../../core/tempo-rules.ts';
import type { TempoDay } from '../../../core/tempo-day.ts';
import type { TariffSettings } from '../tariff-section.ts';

/** What power that is bought costs for a stretch of time. */
export interface PriceSlot extends Interval {
  /** Whole; may be negative. */
  readonly microEurosPerKwh: number;
}

/** What tariffs are told of the world. */
export interface TariffPorts {
  /** Of the site. */
  readonly zone: string;
  /** Colours that the day can have: one where it is known; empty never. */
  readonly coloursOf: (day: TempoDay) => readonly TempoColour[];
  /** Of Tempo’s dated prices, whole micro-euros per kWh; undefined where there is none for the day. */
  readonly tempoPriceOf: (day: TempoDay, colour: TempoColour, band: TariffBand) => number | undefined;
  /** Published prices that end in or after the range begins: ascending, gaps are gaps. */
  readonly spotPrices: (range: Interval) => readonly PriceSlot[];
}

/** A tariff in force. Pure, but for what it is told by its ports. */
export interface Tariff {
  /** Ascending, touching or apart, within the range; no slot where the price is not known. */
  prices(range: Interval): readonly PriceSlot[];
  /** Why a price is not known, for people: what to do. */
  readonly whyUnknown: string;
}

/** A kind of tariff: one file, one line in all.ts. */
export interface TariffKind {
  /** Kebab-case: what the configuration calls it. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** Errors: `config_invalid` names the setting that is missing. */
  open(settings: TariffSettings, ports: TariffPorts): Tariff;
}
