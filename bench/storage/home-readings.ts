import { quantityNames } from '../../gateway/core/quantity.ts';
import type { ReadingBatch, SeriesKey } from '../../gateway/core/reading.ts';

/** Ten devices of 40 values each, as homes have them: every tenth of the values behaves in one of these ways. */
export const deviceCount = 10;
export const valuesPerDevice = 40;
export const seriesCount = deviceCount * valuesPerDevice;

const behaviours: readonly ((at: number, seed: number) => number)[] = [
  // Power in W, noisy.
  (at, seed) => Math.round(1_500 + 800 * Math.sin(at / 3_000 + seed) + 60 * noise(at, seed)),
  // Voltage with a tenth, noisy.
  (at, seed) => Math.round(2_300 + 15 * Math.sin(at / 700 + seed) + 6 * noise(at, seed)) / 10,
  // Current with a hundredth, noisy.
  (at, seed) => Math.round(620 + 300 * Math.sin(at / 3_000 + seed) + 20 * noise(at, seed)) / 100,
  // Frequency.
  (at, seed) => Math.round(5_000 + 3 * noise(at, seed)) / 100,
  // Counters.
  (at, seed) => Math.round(seed * 1_000 + at / 25) / 10,
  (at, seed) => Math.round(seed * 3_000 + at / 60) / 100,
  // Temperature, slow.
  (at, seed) => Math.round(420 + 30 * Math.sin(at / 5_000 + seed) + 0.5 * noise(at, seed)) / 10,
  // State of charge, slow.
  (at, seed) => Math.round(50 + 40 * Math.sin(at / 9_000 + seed)),
  // States and nameplate values, which stay.
  (_, seed) => seed,
  () => 0,
];

export function homeSeries(): readonly SeriesKey[] {
  return Array.from({ length: seriesCount }, (_, index) => ({
    device: `device-${Math.floor(index / valuesPerDevice)}-${Math.floor((index % valuesPerDevice) / quantityNames.length)}`,
    quantity: quantityNames[(index % valuesPerDevice) % quantityNames.length] ?? 'grid_power_w',
  }));
}

/** What that series reads at that time: the same for ever. */
function valueOf(index: number, atMs: number): number {
  return behaviours[index % behaviours.length]?.(Math.floor(atMs / 1_000) % 10_000_000, index) ?? 0;
}

/** One poll of a device: all its values, at one time. */
export interface Poll {
  readonly device: number;
  readonly atMs: number;
}

/** The polls as one commit; `ids` are those of `homeSeries`. */
export function batchOf(polls: readonly Poll[], ids: readonly number[]): ReadingBatch {
  const count = polls.length * valuesPerDevice;
  const batch = {
    series: new Uint32Array(count),
    atMs: new Float64Array(count),
    value: new Float64Array(count),
    quality: new Uint8Array(count),
  };
  for (const [poll, { device, atMs }] of polls.entries()) {
    for (let value = 0; value < valuesPerDevice; value += 1) {
      const at = poll * valuesPerDevice + value;
      const index = device * valuesPerDevice + value;
      batch.series[at] = ids[index] ?? 0;
      batch.atMs[at] = atMs;
      batch.value[at] = valueOf(index, atMs);
    }
  }
  return batch;
}

/** From −1 to 1, the same for the same arguments. */
export function noise(at: number, seed: number): number {
  let mixed = Math.imul(at ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 31 - 1;
}
