import type { EnergySlot } from '../core/energy-slot.ts';
import type { SeriesId } from '../core/reading.ts';

/** The slots of all series: those that are stored, or those with what was computed on the spot above them. */
export interface EnergyRows {
  at(series: SeriesId, startMs: number): EnergySlot | undefined;
  /** The last one of the series that starts before. */
  before(series: SeriesId, startMs: number): EnergySlot | undefined;
  /** The first one of the series that starts later. */
  after(series: SeriesId, startMs: number): EnergySlot | undefined;
  put(series: SeriesId, slot: EnergySlot): void;
}
