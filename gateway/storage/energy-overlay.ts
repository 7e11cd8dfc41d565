import type { EnergySlot } from '../core/energy-slot.ts';
import type { SeriesId } from '../core/reading.ts';
import type { EnergyRows } from './energy-rows.ts';

/** What was computed on the spot, over what is stored, which it leaves as it is. */
export class EnergyOverlay implements EnergyRows {
  readonly #stored: EnergyRows;
  readonly #slots = new Map<SeriesId, Map<number, EnergySlot>>();

  constructor(stored: EnergyRows) {
    this.#stored = stored;
  }

  /** All of one series that were put, in no order. */
  of(series: SeriesId): Iterable<EnergySlot> {
    return this.#slots.get(series)?.values() ?? [];
  }

  put(series: SeriesId, slot: EnergySlot): void {
    let slots = this.#slots.get(series);
    if (slots === undefined) this.#slots.set(series, (slots = new Map<number, EnergySlot>()));
    slots.set(slot.startMs, slot);
  }

  at(series: SeriesId, startMs: number): EnergySlot | undefined {
    return this.#slots.get(series)?.get(startMs) ?? this.#stored.at(series, startMs);
  }

  before(series: SeriesId, startMs: number): EnergySlot | undefined {
    let found = this.#stored.before(series, startMs);
    for (const slot of this.of(series)) {
      if (slot.startMs < startMs && slot.startMs >= (found?.startMs ?? -Infinity)) found = slot;
    }
    return found;
  }

  after(series: SeriesId, startMs: number): EnergySlot | undefined {
    let found = this.#stored.after(series, startMs);
    for (const slot of this.of(series)) {
      if (slot.startMs > startMs && slot.startMs <= (found?.startMs ?? Infinity)) found = slot;
    }
    return found;
  }
}
