import type { Interval } from '../../core/interval.ts';
import { costInMicroEuros } from '../../core/micro-euros.ts';

/** What a kWh costs for a stretch of time, ascending and apart. */
export interface CostSlot extends Interval {
  /** Whole micro-euros. */
  readonly microEurosPerKwh: number;
}

/** Energy of a stretch of time. That of power is taken to the next whole milliwatt-hour. */
export interface MeteredStretch extends Interval {
  readonly mwh: number;
  /** Of it, what was spread evenly because nothing was read. */
  readonly estimatedMwh: number;
}

export interface CostRow {
  readonly key: string;
  readonly mwh: number;
  readonly estimatedMwh: number;
  /** Of `mwh`, what has no price. */
  readonly unpricedMwh: number;
  /** Of what has a price: added up exactly and rounded once. */
  readonly microEuros: number;
}

interface Sum {
  mwh: number;
  estimatedMwh: number;
  unpricedMwh: number;
  readonly byPrice: Map<number, number>;
}

/** What each part of a stretch is counted to: one row a key. */
export type KeyOf = (atMs: number, microEurosPerKwh: number | undefined) => string;

/** Adds up energy and its cost by whatever the keys say. */
export class CostSums {
  readonly #keyOf: KeyOf;
  readonly #sums = new Map<string, Sum>();

  constructor(keyOf: KeyOf) {
    this.#keyOf = keyOf;
  }

  /**
   * Where prices change within a stretch its energy is parted by time, in whole milliwatt-hours that add up to it.
   *
   * @param slots those that touch it, at least
   */
  add(stretch: MeteredStretch, slots: readonly CostSlot[]): void {
    const { startMs, endMs } = stretch;
    const [mwh, estimatedMwh] = [Math.round(stretch.mwh), Math.round(stretch.estimatedMwh)];
    const spanMs = endMs - startMs;
    const upTo = (whole: number, atMs: number): number => Math.round(whole * ((atMs - startMs) / spanMs));
    for (const part of partsOf(stretch, slots)) {
      const energy = upTo(mwh, part.endMs) - upTo(mwh, part.startMs);
      const estimated = upTo(estimatedMwh, part.endMs) - upTo(estimatedMwh, part.startMs);
      this.#count(this.#keyOf(part.startMs, part.price), part.price, { energy, estimated });
    }
  }

  /** By their keys, in the order of their letters. */
  rows(): readonly CostRow[] {
    return [...this.#sums]
      .map(([key, { mwh, estimatedMwh, unpricedMwh, byPrice }]) => ({
        key,
        mwh,
        estimatedMwh,
        unpricedMwh,
        microEuros: costInMicroEuros(
          [...byPrice].map(([microEurosPerKwh, energy]) => ({ mwh: energy, microEurosPerKwh })),
        ),
      }))
      .toSorted((left, right) => (left.key < right.key ? -1 : 1));
  }

  #count(
    key: string,
    price: number | undefined,
    { energy, estimated }: { readonly energy: number; readonly estimated: number },
  ): void {
    const sum = this.#sums.get(key) ?? {
      mwh: 0,
      estimatedMwh: 0,
      unpricedMwh: 0,
      byPrice: new Map<number, number>(),
    };
    this.#sums.set(key, sum);
    sum.mwh += energy;
    sum.estimatedMwh += estimated;
    if (price === undefined) sum.unpricedMwh += energy;
    else sum.byPrice.set(price, (sum.byPrice.get(price) ?? 0) + energy);
  }
}

interface Part extends Interval {
  readonly price: number | undefined;
}

function partsOf({ startMs, endMs }: Interval, slots: readonly CostSlot[]): readonly Part[] {
  const parts: Part[] = [];
  let atMs = startMs;
  for (const slot of slots) {
    if (slot.endMs <= atMs || slot.startMs >= endMs) continue;
    if (slot.startMs > atMs) parts.push({ startMs: atMs, endMs: slot.startMs, price: undefined });
    const partEndMs = Math.min(slot.endMs, endMs);
    parts.push({
      startMs: Math.max(atMs, slot.startMs),
      endMs: partEndMs,
      price: slot.microEurosPerKwh,
    });
    atMs = partEndMs;
  }
  if (atMs < endMs) parts.push({ startMs: atMs, endMs, price: undefined });
  return parts;
}
