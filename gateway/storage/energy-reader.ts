import { energySlotMs, type EnergySlot } from '../core/energy-slot.ts';
import { gridFloor } from '../core/interval.ts';
import { EnergyAmounts } from './energy-amounts.ts';
import { EnergyOverlay } from './energy-overlay.ts';
import type { EnergyParts, EnergyStore } from './energy-store.ts';
import type { EnergyPage, EnergyQuery } from './store-calls.ts';

/** Rows that one call reads, and slots that it looks over. */
const rowsMax = 10_000;
const slotsMax = 3_000;

/**
 * Reads energy as if all committed readings had been counted this instant: slots touched since, the open one among
 * them, are computed on the spot by the same arithmetic.
 */
export class EnergyReader {
  readonly #parts: EnergyParts;
  readonly #store: EnergyStore;

  constructor(parts: EnergyParts, store: EnergyStore) {
    this.#parts = parts;
    this.#store = store;
  }

  /** A part of the range, as long as one call may take: whole slots, and where to go on. */
  range({ series, fromMs, toMs }: EnergyQuery): EnergyPage {
    const wanted = new Set(series);
    const rows = this.#counted();
    const startMs = gridFloor(fromMs + energySlotMs - 1, energySlotMs);
    const slots = Math.min(slotsMax, Math.ceil(rowsMax / Math.max(1, this.#parts.series.count)));
    const range = { startMs, endMs: Math.min(toMs, startMs + slots * energySlotMs) };
    const amounts = new EnergyAmounts(range);
    for (const { series: id, slot } of this.#parts.table.all(range)) {
      if (wanted.has(id)) amounts.put(id, slot);
    }
    let nextFromMs = Infinity;
    for (const id of wanted) {
      for (const slot of rows.of(id)) {
        if (slot.startMs >= range.startMs && slot.startMs < range.endMs) amounts.put(id, slot);
      }
      const later = rows.after(id, range.endMs - 1);
      if (later === undefined) continue;
      amounts.put(id, later);
      nextFromMs = Math.min(nextFromMs, Math.max(range.endMs, firstTold(later)));
    }
    return {
      ...amounts.columns(),
      lateReadings: this.#store.lateReadings,
      ...(nextFromMs < toMs && { nextFromMs }),
    };
  }

  /** What is stored, under what is touched. */
  #counted(): EnergyOverlay {
    const rows = new EnergyOverlay(this.#parts.table);
    const stale = new Set(this.#parts.stale.starts);
    while (stale.size > 0) {
      const startMs = [...stale].reduce((least, slotMs) => Math.min(least, slotMs), Infinity);
      stale.delete(startMs);
      for (const next of this.#store.compute(rows, startMs)) stale.add(next);
    }
    return rows;
  }
}

/** The first slot that a row tells about. */
function firstTold({ startMs, before }: EnergySlot): number {
  return before === undefined ? startMs : gridFloor(before.fromMs, energySlotMs);
}
