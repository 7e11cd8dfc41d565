import type { TariffBand } from '../../../core/tariff-band.ts';
import type { TempoDay } from '../../../core/tempo-day.ts';
import type { DatedTempoPrices } from '../../../core/tempo-prices.ts';
import type { TempoColour } from '../../../core/tempo-rules.ts';

/** A stretch of a band, as what the meter counts is kept. */
export interface TsmStretch {
  readonly day: TempoDay;
  readonly band: TariffBand;
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: 'measured' | 'estimated' | 'down';
  /** null exactly when it is down. */
  readonly mwh: number | null;
  readonly startTotalMwh: number | null;
  readonly endTotalMwh: number | null;
}

/** Up to where its plug was followed, and what it said then. */
export interface TsmMark {
  readonly atMs: number;
  readonly totalMwh: number;
}

export interface TsmRefusal {
  /** `derogation row 7` */
  readonly where: string;
  /** A clause. */
  readonly why: string;
}

/** What a database of TSM says, as it is sent to a gateway. */
export interface TsmContents {
  readonly colours: readonly { readonly day: TempoDay; readonly colour: TempoColour }[];
  readonly prices: readonly DatedTempoPrices[];
  /** In the order of time; none overlaps another. */
  readonly stretches: readonly TsmStretch[];
  /** null where nothing was counted. */
  readonly mark: TsmMark | null;
  readonly members: readonly { readonly id: string; readonly name: string; readonly where: string }[];
  readonly presences: readonly {
    readonly member: string;
    readonly arrival: TempoDay;
    readonly leave: TempoDay | null;
    readonly where: string;
  }[];
  readonly derogations: readonly {
    readonly member: string;
    readonly startMs: number;
    readonly endMs: number;
    readonly where: string;
  }[];
  readonly statements: readonly {
    readonly year: number;
    readonly member: string;
    readonly microEuros: number;
    readonly paidDay: TempoDay | null;
    readonly where: string;
  }[];
  /** Rows that cannot be taken. */
  readonly refused: readonly TsmRefusal[];
  /** For people: sentences without a full stop. */
  readonly remarks: readonly string[];
}
