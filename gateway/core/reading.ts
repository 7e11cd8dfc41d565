import type { Quality } from './quality.ts';

/** A series is one (device, quantity), interned to an integer by the database. */
export type SeriesId = number;

export interface SeriesKey {
  readonly device: string;
  /** A name of quantity.ts, or one that a source gave. */
  readonly quantity: string;
}

/** One value of one series. `atMs` is UTC epoch milliseconds, taken when the answer arrived. */
export interface Reading {
  readonly series: SeriesId;
  readonly atMs: number;
  /** NaN when the quality says that there is no value. */
  readonly value: number;
  readonly quality: Quality;
}

/**
 * Readings as they cross to the database worker: parallel arrays of one length, in the order they arrived.
 * `quality` holds quality codes.
 */
export interface ReadingBatch {
  readonly series: Uint32Array;
  readonly atMs: Float64Array;
  readonly value: Float64Array;
  readonly quality: Uint8Array;
}
