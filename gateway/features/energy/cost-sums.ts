import type { Interval } from '../../core/interval.ts';
import { roundedMicroEuros } from '../../core/micro-euros.ts';

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
  /** Of what has a price, from days that are rounded once each. */
  readonly microEuros: number;
}

/** What was counted to a key on one day. */
interface Sum {
  mwh: number;
  estimatedMwh: number;
  unpricedMwh: number;
  /** Milliwatt-hours times micro-euros per kWh. */
  exactCost: bigint;
}

/** What each part of a stretch is counted to: one row a key. */
export type KeyOf = (atMs: number, microEurosPerKwh: number | undefined) => string;

/**
 * Adds up energy and its cost by whatever the keys say. A day is rounded once, and what it costs is parted among its
 * keys to the micro-euro: so the same days cost the same, whatever the keys are.
 */
export class CostSums {
  readonly #keyOf: KeyOf;
  readonly #dayOf: (atMs: number) => string;
  /** By day, then by key: both in the order in which they came. */
  readonly #days = new Map<string, Map<string, Sum>>();

  constructor(keyOf: KeyOf, dayOf: (atMs: number) => string) {
    this.#keyOf = keyOf;
    this.#dayOf = dayOf;
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
      this.#count(part, { energy, estimated });
    }
  }

  /** By their keys, in the order of their letters. */
  rows(): readonly CostRow[] {
    const rows = new Map<string, CostRow>();
    for (const sums of this.#days.values()) {
      let [exact, microEuros] = [0n, 0];
      for (const [key, { mwh, estimatedMwh, unpricedMwh, exactCost }] of sums) {
        exact += exactCost;
        const share = roundedMicroEuros(exact) - microEuros;
        microEuros += share;
        const before = rows.get(key);
        rows.set(key, {
          key,
          mwh: mwh + (before?.mwh ?? 0),
          estimatedMwh: estimatedMwh + (before?.estimatedMwh ?? 0),
          unpricedMwh: unpricedMwh + (before?.unpricedMwh ?? 0),
          microEuros: share + (before?.microEuros ?? 0),
        });
      }
    }
    return [...rows.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1));
  }

  #count(
    { startMs, price }: Part,
    { energy, estimated }: { readonly energy: number; readonly estimated: number },
  ): void {
    const [day, key] = [this.#dayOf(startMs), this.#keyOf(startMs, price)];
    const sums = this.#days.get(day) ?? new Map<string, Sum>();
    this.#days.set(day, sums);
    const sum = sums.get(key) ?? { mwh: 0, estimatedMwh: 0, unpricedMwh: 0, exactCost: 0n };
    sums.set(key, sum);
    sum.mwh += energy;
    sum.estimatedMwh += estimated;
    if (price === undefined) sum.unpricedMwh += energy;
    else sum.exactCost += BigInt(energy) * BigInt(price);
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
