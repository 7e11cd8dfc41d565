import type { TempoDay } from '../core/tempo-day.ts';
import type { DatedTempoPrices } from '../core/tempo-prices.ts';
import type { SaidTempoDay } from '../core/tempo-said-day.ts';

/** The colour of a day, and what was believed of it before, oldest first: corrections. */
export interface StoredTempoDay extends SaidTempoDay {
  readonly before: readonly Omit<SaidTempoDay, 'day'>[];
}

/** Colours of days and prices of Tempo: the part of `StoreCalls` about them. */
export interface TempoCalls {
  /**
   * Instead of what was known of these days, in one transaction; what says the same again writes nothing. At most
   * `limits.tempoDaysMax`, each day once. Errors: `input_invalid`; nothing is changed then.
   */
  putTempoDays(days: readonly StoredTempoDay[]): void;
  /** Days from first to last, both included, in order; at most `limits.tempoDaysMax` of them. */
  listTempoDays(range: { readonly first: TempoDay; readonly last: TempoDay }): readonly StoredTempoDay[];
  /** By `validFrom`: instead of those that begin on the same day, in one transaction. Errors: `input_invalid`. */
  putTempoPrices(prices: readonly DatedTempoPrices[]): void;
  /** All, in order; at most `limits.tempoPricesMax` are kept. */
  listTempoPrices(): readonly DatedTempoPrices[];
  /** False when none begin on that day. */
  removeTempoPrices(validFrom: TempoDay): boolean;
}
