import assert from 'node:assert';
import { mixBits } from './random.ts';
import type { SeededRandom } from './random.ts';

/**
 * Value noise over time: a seeded random value in −1 … 1 at each multiple of `periodMs`, joined by smooth curves.
 * It is a pure function of time, so it can be asked in any order and at any moment.
 */
export class SmoothNoise {
  readonly #salt: number;
  readonly #periodMs: number;

  constructor(random: SeededRandom, periodMs: number) {
    assert(periodMs > 0, 'the period of a noise is positive');
    this.#salt = random.uint32();
    this.#periodMs = periodMs;
  }

  at(atMs: number): number {
    const position = atMs / this.#periodMs;
    const index = Math.floor(position);
    const fraction = position - index;
    const weight = fraction * fraction * (3 - 2 * fraction);
    return this.#valueAt(index) * (1 - weight) + this.#valueAt(index + 1) * weight;
  }

  #valueAt(index: number): number {
    const high = Math.floor(index / 2 ** 32);
    return mixBits(mixBits((index | 0) ^ this.#salt) + high) / 2 ** 31;
  }
}
