import type { Interval } from '../../../core/interval.ts';
import { joined, totalMs, without } from './interval-sets.ts';

/** Time of which each moment costs the same. */
export interface CostPiece extends Interval {
  /** kWh of a mean value, by ms. */
  readonly rate: number;
  readonly isKnown: boolean;
}

/**
 * The same time in stretches that are all long enough, where that can be had: the shortest are given up, and the
 * others grow to where it costs least. The pieces are the times that may be used.
 */
export function lengthenShort(
  stretches: readonly Interval[],
  pieces: readonly CostPiece[],
  isShort: (stretch: Interval) => boolean,
): readonly Interval[] {
  let slots = stretches;
  while (slots.length > 1) {
    const [short] = slots.filter(isShort).toSorted((one, other) => lengthOf(one) - lengthOf(other));
    if (short === undefined) break;
    const others = slots.filter((slot) => slot !== short);
    const grown = grow(others, pieces, lengthOf(short));
    if (totalMs(grown) < totalMs(slots)) break;
    slots = grown;
  }
  return slots;
}

function grow(
  stretches: readonly Interval[],
  pieces: readonly CostPiece[],
  byMs: number,
): readonly Interval[] {
  let slots = stretches;
  for (let leftMs = byMs; leftMs > 0;) {
    const next = cheapestBeside(slots, pieces, leftMs);
    if (next === undefined) break;
    slots = joined([...slots, next]);
    leftMs -= lengthOf(next);
  }
  return slots;
}

function cheapestBeside(
  slots: readonly Interval[],
  pieces: readonly CostPiece[],
  lengthMs: number,
): Interval | undefined {
  let best: Interval | undefined;
  let bestRate = Infinity;
  for (const piece of pieces) {
    if (!piece.isKnown || piece.rate >= bestRate) continue;
    for (const free of without(piece, slots)) {
      const part = partBeside(free, slots, lengthMs);
      if (part !== undefined) [best, bestRate] = [part, piece.rate];
    }
  }
  return best;
}

function partBeside(
  { startMs, endMs }: Interval,
  slots: readonly Interval[],
  lengthMs: number,
): Interval | undefined {
  if (slots.some((slot) => slot.endMs === startMs)) {
    return { startMs, endMs: Math.min(endMs, startMs + lengthMs) };
  }
  if (slots.some((slot) => slot.startMs === endMs)) {
    return { startMs: Math.max(startMs, endMs - lengthMs), endMs };
  }
  return undefined;
}

function lengthOf({ startMs, endMs }: Interval): number {
  return endMs - startMs;
}
