import type { TariffBand, TempoColour } from './tempo-types.ts';

/** What the gateway answers about the shared server, as far as the page reads it. Times are UTC epoch milliseconds. */

/** null: nothing was read yet. */
export type MeteredKind = 'measured' | 'estimated' | 'down' | null;

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
  /** It is not over yet. */
  readonly isOpen: boolean;
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

export interface Ups {
  readonly isOnBattery: boolean | null;
  readonly chargePercent: number | null;
  /** What the battery lasts for. */
  readonly runtimeS: number | null;
  readonly isHeard: boolean;
  /** `shut`: the server was shut down because of it. */
  readonly phase: 'mains' | 'battery' | 'shut';
}

export interface ServerNow {
  readonly name: string;
  /** null: it cannot be seen. */
  readonly position: 'on' | 'off' | null;
  readonly seenBy: 'plug' | 'switch' | null;
  readonly powerW: number | null;
  /** By the policy; null: it has no say. */
  readonly wanted: 'on' | 'off' | null;
  readonly why: string;
  readonly nextChangeMs: number | null;
  readonly nextPosition: 'on' | 'off' | null;
  readonly nextWhy: string | null;
  /** false: a colour that is not known yet may change it. */
  readonly isNextCertain: boolean;
  readonly hasSwitch: boolean;
  readonly dryRun: boolean;
  /** Why it is not as it was told to be. */
  readonly problem: string | null;
  readonly days: readonly { readonly day: string }[];
  readonly ups: Ups | null;
}
