import type { OutdoorTemperature } from '../outdoor-temperature.ts';
import type { SeededRandom } from '../random.ts';
import { localHour } from '../site.ts';
import type { Site } from '../site.ts';
import { SmoothNoise } from '../smooth-noise.ts';

export interface HeatDemand {
  readonly outdoorC: number;
  /** Whether the thermostat of the rooms, or the hot water, calls. */
  readonly isCalled: boolean;
  /** What is taken out of warm water, losses and all. */
  readonly kilowatts: number;
}

const minuteMs = 60_000;
/** Outside this warm, nobody heats; by night only in frost. */
const heatingLimitC = 17;
const nightLimitC = 0;
const kilowattsPerDegree = 0.3;
const lossKilowatts = 0.25;
const hotWaterKilowatts = 0.8;

/** What a house with radiators wants of its boiler: a pure function of time and seed. */
export class HouseHeat {
  readonly #site: Site;
  readonly #temperature: OutdoorTemperature;
  readonly #rooms: SmoothNoise;

  constructor(random: SeededRandom, site: Site, temperature: OutdoorTemperature) {
    this.#site = site;
    this.#temperature = temperature;
    this.#rooms = new SmoothNoise(random, 20 * minuteMs);
  }

  at(atMs: number): HeatDemand {
    const outdoorC = this.#temperature.celsiusAt(atMs);
    const hour = localHour(atMs, this.#site);
    const isHotWater = (hour >= 5 && hour < 9) || (hour >= 16 && hour < 21);
    const isNight = hour < 5 || hour >= 22.5;
    const missingC = isNight && outdoorC > nightLimitC ? 0 : Math.max(0, heatingLimitC - outdoorC);
    const rooms = kilowattsPerDegree * missingC * (1 + 0.25 * this.#rooms.at(atMs));
    return {
      outdoorC,
      isCalled: missingC > 0 || isHotWater,
      kilowatts: lossKilowatts + rooms + (isHotWater ? hotWaterKilowatts : 0),
    };
  }
}
