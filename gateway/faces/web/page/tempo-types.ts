import type { TempoColour } from './card.ts';

/** What the gateway answers about Tempo, as far as the page reads it. Times are UTC epoch milliseconds. */

export type { TempoColour };
export type TariffBand = 'peak' | 'off-peak';
export type ColourState = 'provisional' | 'final';
export type Odds = Readonly<Record<TempoColour, number>>;

/** A tariff day, 06:00–06:00. */
export interface TempoDayNow {
  /** `2026-01-31` */
  readonly day: string;
  /** null: not known yet. */
  readonly colour: TempoColour | null;
  readonly state: ColourState | null;
  readonly provider: string | null;
  /** From 0 to 1 each. */
  readonly odds: Odds;
}

export interface Quota {
  readonly colour: TempoColour;
  readonly total: number;
  readonly used: number;
  readonly left: number;
}

export interface TempoNow {
  readonly season: string;
  readonly today: TempoDayNow;
  readonly tomorrow: TempoDayNow;
  readonly band: TariffBand;
  /** When the band ends. */
  readonly bandEndMs: number;
  /** null: not known; the problem says why. */
  readonly microEurosPerKwh: number | null;
  readonly problem: string | null;
  readonly quotas: readonly Quota[];
}

/** What was believed of a day before. */
export interface ColourBefore {
  readonly colour: TempoColour;
  readonly provider: string;
  readonly heardMs: number;
}

export interface CalendarDay {
  readonly day: string;
  readonly colour: TempoColour | null;
  readonly state: ColourState | null;
  readonly provider: string | null;
  readonly heardMs: number | null;
  readonly redProbability: number;
  readonly corrections: readonly ColourBefore[];
}

export interface TempoCalendar {
  readonly season: string;
  readonly days: readonly CalendarDay[];
  readonly quotas: readonly Quota[];
}
