import { sharesBefore, type EnergyShare, type EnergySlot } from '../core/energy-slot.ts';
import type { Interval } from '../core/interval.ts';
import type { SeriesId } from '../core/reading.ts';
import type { EnergyColumns } from './store-calls.ts';

interface Amount extends EnergyShare {
  readonly restarts: number;
}

/** Brings together what slots tell of themselves and of the time before them, over a range of whole slots. */
export class EnergyAmounts {
  readonly #range: Interval;
  readonly #slots = new Map<SeriesId, Map<number, EnergySlot>>();

  constructor(range: Interval) {
    this.#range = range;
  }

  /** A slot of the range, or the first after it. One of the same series and start takes the place of another. */
  put(series: SeriesId, slot: EnergySlot): void {
    let slots = this.#slots.get(series);
    if (slots === undefined) this.#slots.set(series, (slots = new Map<number, EnergySlot>()));
    slots.set(slot.startMs, slot);
  }

  /** By start, then by series. */
  columns(): EnergyColumns {
    const all = [...this.#slots].flatMap(([series, slots]) =>
      [...this.#amountsOf(slots.values())].map((amount) => ({ series, ...amount })),
    );
    all.sort((left, right) => left.startMs - right.startMs || left.series - right.series);
    return {
      series: Uint32Array.from(all, ({ series }) => series),
      startMs: Float64Array.from(all, ({ startMs }) => startMs),
      mwh: Float64Array.from(all, ({ mwh }) => mwh),
      negativeMwh: Float64Array.from(all, ({ negativeMwh }) => negativeMwh),
      estimatedMwh: Float64Array.from(all, ({ estimatedMwh }) => estimatedMwh),
      coveredMs: Float64Array.from(all, ({ coveredMs }) => coveredMs),
      restarts: Uint32Array.from(all, ({ restarts }) => restarts),
    };
  }

  #amountsOf(slots: Iterable<EnergySlot>): Iterable<Amount> {
    const amounts = new Map<number, Amount>();
    const add = (share: EnergyShare, restarts: number): void => {
      const known = amounts.get(share.startMs);
      amounts.set(share.startMs, known === undefined ? { ...share, restarts } : sum(known, share, restarts));
    };
    const { startMs, endMs } = this.#range;
    for (const slot of slots) {
      if (slot.startMs >= startMs && slot.startMs < endMs) add(ownShare(slot), slot.restarts);
      if (slot.before === undefined) continue;
      for (const share of sharesBefore(slot.startMs, slot.before, this.#range)) add(share, 0);
    }
    return amounts.values();
  }
}

function ownShare({ startMs, mwh, negativeMwh, estimatedMwh, coveredMs }: EnergySlot): EnergyShare {
  return { startMs, mwh, negativeMwh, estimatedMwh, coveredMs };
}

function sum(known: Amount, share: EnergyShare, restarts: number): Amount {
  return {
    startMs: known.startMs,
    mwh: known.mwh + share.mwh,
    negativeMwh: known.negativeMwh + share.negativeMwh,
    estimatedMwh: known.estimatedMwh + share.estimatedMwh,
    coveredMs: known.coveredMs + share.coveredMs,
    restarts: known.restarts + restarts,
  };
}
