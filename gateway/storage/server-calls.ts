import type { TariffBand } from '../core/tariff-band.ts';
import type { TempoDay } from '../core/tempo-day.ts';

/**
 * `measured`: both ends were read, with nothing missing in between. `estimated`: spread over a time in which nothing
 * was read. `down`: nothing is known, and no energy is made up.
 */
export type MeteredKind = 'measured' | 'estimated' | 'down';

/** What the meter counted in one stretch of a band of a tariff day. */
export interface MeteredInterval {
  readonly day: TempoDay;
  readonly band: TariffBand;
  /** UTC epoch ms, within the band; half-open. */
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: MeteredKind;
  /** Whole; null exactly when it is `down`. */
  readonly mwh: number | null;
  /** Totals of the meter at both ends, mWh; null where they are not known, as in days that were spread. */
  readonly startTotalMwh: number | null;
  readonly endTotalMwh: number | null;
}

/** Up to where the meter was followed. */
export interface MeterMark {
  /** The time of the last reading that was taken, UTC epoch ms. */
  readonly atMs: number;
  /** What it said; up to it everything has been given to some interval. */
  readonly totalMwh: number;
  /** How often it was found to have begun anew. */
  readonly restarts: number;
  /** The first tariff day that was created. */
  readonly firstDay: TempoDay;
}

/**
 * Where an order to the server stands. `waiting`: decided, nothing sent. `sending`: on its way, or cut off there. `sent`:
 * taken by the switch, not seen to be done. `done`: seen. `unneeded`: it was so already. `failed`: given up.
 * `superseded`: another one came first. `dry`: not sent, since nothing is to be.
 */
export const serverOrderStates = [
  'waiting',
  'sending',
  'sent',
  'done',
  'unneeded',
  'failed',
  'superseded',
  'dry',
] as const;

export type ServerOrderState = (typeof serverOrderStates)[number];

/** One decision to switch the server on or off. */
export interface NewServerOrder {
  readonly wanted: 'on' | 'off';
  readonly cause: 'policy' | 'person' | 'ups';
  /** Who or what: a principal, `policy`, `ups`. */
  readonly by: string;
  readonly decidedMs: number;
  /** JSON of what it was decided by. */
  readonly reason: string;
  readonly state: ServerOrderState;
  /** Commands that went to the switch. */
  readonly tries: number;
  /** Of the last one, UTC epoch ms; null: none. */
  readonly sentMs: number | null;
  readonly endedMs: number | null;
  /** What went wrong last, for people. */
  readonly problem: string | null;
}

export interface StoredServerOrder extends NewServerOrder {
  /** Ascending. */
  readonly id: number;
}

/** The metered and managed server: the part of `StoreCalls` about it. */
export interface ServerCalls {
  /**
   * The mark, and intervals instead of those with the same day, band and start, in one transaction. At most
   * `limits.meteredIntervalsMax`. Errors: `input_invalid`; nothing is changed then.
   */
  putMetered(of: {
    readonly meter: string;
    readonly mark: MeterMark;
    readonly intervals: readonly MeteredInterval[];
  }): void;
  /** undefined: it was never read. */
  getMeterMark(meter: string): MeterMark | undefined;
  /** Of whole days from first to last, both included, by day, then by start; `nextDay` goes on where `daysMax` cut it. */
  listMetered(query: {
    readonly meter: string;
    readonly first: TempoDay;
    readonly last: TempoDay;
    readonly daysMax: number;
  }): { readonly intervals: readonly MeteredInterval[]; readonly nextDay?: TempoDay };
  /** Its id. The newest one decides: whatever was open before is `superseded` in the same transaction. */
  addServerOrder(order: NewServerOrder): number;
  /** All of it but `id`. Errors: `not_found`. */
  updateServerOrder(order: StoredServerOrder): void;
  /** Newest first, before that id where one is given. */
  listServerOrders(query: {
    readonly beforeId?: number;
    readonly rowsMax: number;
  }): readonly StoredServerOrder[];
}
