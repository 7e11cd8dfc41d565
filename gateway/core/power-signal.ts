import type { Interval } from './interval.ts';

/**
 * What deferrable work may follow. `carbon`: g CO₂ equivalent per kWh of the zone. `price`: micro-euros per kWh that
 * is bought. `surplus`: MW that the zone produces above what it consumes. `red`: 1 in a red day of the tariff, 0 in
 * another. `own_export`: W that the house gives to the grid.
 */
export const signalKinds = ['carbon', 'price', 'surplus', 'red', 'own_export'] as const;

export type SignalKind = (typeof signalKinds)[number];

export interface SignalSlot extends Interval {
  readonly value: number;
  /** `known`: measured, or published for certain. `forecast`: a provider's or our own. */
  readonly basis: 'known' | 'forecast';
}

/** One number over time, constant within each slot. */
export interface PowerSignal {
  readonly kind: SignalKind;
  /** Ascending, not overlapping, each longer than nothing. Where there is none the signal is unknown. */
  readonly slots: readonly SignalSlot[];
  /** Why it is not known now, for people: no source, too old, no tariff; undefined while it is known now. */
  readonly unknown: string | undefined;
}

export type PowerSignals = Readonly<Record<SignalKind, PowerSignal>>;

/** From who knows the grid, the tariff and the meter to who plans by them. */
export interface SignalReader {
  /**
   * All signals over a stretch of time, past or to come: what was, what is, and what is expected. A value that is
   * older than two periods of its source is not known. Errors: those of the store.
   */
  read(range: Interval): Promise<PowerSignals>;
  /** Counts up whenever something new is known that a plan may depend on. */
  readonly revision: number;
}

/** The value at an instant; undefined where it is unknown. */
export function signalAt(signal: PowerSignal, atMs: number): SignalSlot | undefined {
  let low = 0;
  let high = signal.slots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((signal.slots[middle]?.endMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  const slot = signal.slots[low];
  return slot !== undefined && slot.startMs <= atMs ? slot : undefined;
}
