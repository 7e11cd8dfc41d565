import type { SeededRandom } from './random.ts';
import { localHour } from './site.ts';
import type { Site } from './site.ts';
import { SmoothNoise } from './smooth-noise.ts';

const dayMs = 86_400_000;

/** Outdoor air, °C, of a temperate climate: coldest in mid-January, warmest at three in the afternoon. */
export class OutdoorTemperature {
  readonly #site: Site;
  readonly #weather: SmoothNoise;

  constructor(random: SeededRandom, site: Site) {
    this.#site = site;
    this.#weather = new SmoothNoise(random, 2 * dayMs);
  }

  celsiusAt(atMs: number): number {
    const yearTurn = (2 * Math.PI * (atMs / dayMs - 15)) / 365.25;
    const dayTurn = (2 * Math.PI * (localHour(atMs, this.#site) - 15)) / 24;
    const hemisphere = this.#site.latitudeDeg < 0 ? -1 : 1;
    return 11.5 - 9 * hemisphere * Math.cos(yearTurn) + 4 * Math.cos(dayTurn) + 4 * this.#weather.at(atMs);
  }
}
