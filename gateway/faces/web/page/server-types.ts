import type { TariffBand, TempoColour } from './tempo-types.ts';

/** What the gateway answers about the shared server, as far as the page reads it. Times are UTC epoch milliseconds. */

export type MeteredKind = 'measured' | 'estimated' | 'down';

/** One band of a tariff day. */
export interface BandEnergy {
  /** null: nothing is known of it. */
  readonly mwh: number | null;
  readonly estimatedMwh: number;
  readonly kind: MeteredKind;
}

/** What the server took in a tariff day, and what that cost. */
export interface EnergyDay {
  readonly day: string;
  readonly colour: TempoColour | null;
  readonly bands: Readonly<Record<TariffBand, BandEnergy>>;
  /** null: a price or the colour is not known. */
  readonly microEuros: number | null;
  readonly problem: string | null;
}

export interface ServerOrder {
  readonly id: number;
  readonly wanted: 'on' | 'off';
  readonly cause: 'policy' | 'person' | 'ups';
  readonly by: string;
  readonly decidedMs: number;
  readonly state: string;
  readonly tries: number;
  readonly words: string;
  readonly problem: string | null;
}

export interface ServerNow {
  readonly name: string;
  /** null: it cannot be seen. */
  readonly position: 'on' | 'off' | null;
  readonly powerW: number | null;
  readonly wanted: 'on' | 'off' | null;
  readonly why: string;
  readonly nextChangeMs: number | null;
  readonly nextPosition: 'on' | 'off' | null;
  readonly hasSwitch: boolean;
  readonly dryRun: boolean;
  readonly lastOrder: ServerOrder | null;
}
