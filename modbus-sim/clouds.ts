import type { SeededRandom } from './random.ts';
import { SmoothNoise } from './smooth-noise.ts';

const minuteMs = 60_000;

/** The share of the sky that is covered, 0 … 1: weather that lasts days, fronts of hours, and single clouds of minutes. */
export class Clouds {
  readonly #weather: SmoothNoise;
  readonly #fronts: SmoothNoise;
  readonly #clouds: SmoothNoise;
  readonly #edges: SmoothNoise;

  constructor(random: SeededRandom) {
    this.#weather = new SmoothNoise(random.fork('weather'), 30 * 60 * minuteMs);
    this.#fronts = new SmoothNoise(random.fork('fronts'), 150 * minuteMs);
    this.#clouds = new SmoothNoise(random.fork('clouds'), 11 * minuteMs);
    this.#edges = new SmoothNoise(random.fork('edges'), 1.5 * minuteMs);
  }

  coverAt(atMs: number): number {
    const cover =
      0.5 +
      0.45 * this.#weather.at(atMs) +
      0.3 * this.#fronts.at(atMs) +
      0.2 * this.#clouds.at(atMs) +
      0.08 * this.#edges.at(atMs);
    return Math.min(1, Math.max(0, cover));
  }
}
