import { Clouds } from '../clouds.ts';
import { OutdoorTemperature } from '../outdoor-temperature.ts';
import { SeededRandom } from '../random.ts';
import type { Site } from '../site.ts';
import { SmoothNoise } from '../smooth-noise.ts';
import { sunTimes } from '../sun-times.ts';
import type { SunTimes } from '../sun-times.ts';
import { clearSky, sunDirection } from '../sun.ts';

const hourMs = 3_600_000;

/** The air outside at one time. */
export interface SimulatedAir {
  readonly temperatureC: number;
  readonly feelsLikeC: number;
  readonly dewPointC: number;
  readonly pressureHpa: number;
  readonly humidityPct: number;
  /** 0 … 1. */
  readonly cloudCover: number;
  readonly uvIndex: number;
  readonly visibilityM: number;
  readonly windMps: number;
  readonly gustMps: number;
  /** Where the wind comes from, clockwise from north. */
  readonly windDeg: number;
  /** Rain, or snow when it freezes; water. */
  readonly precipitationMmPerHour: number;
  readonly isDay: boolean;
  readonly sun: SunTimes;
}

/** The weather under which the simulated home of the same seed lives: its clouds, its temperature. A pure function of time. */
export class SimulatedWeather {
  readonly #random: SeededRandom;
  readonly #clouds: Clouds;
  readonly #pressure: SmoothNoise;
  readonly #humidity: SmoothNoise;
  readonly #wind: SmoothNoise;
  readonly #windTurn: SmoothNoise;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#clouds = new Clouds(this.#random.fork('clouds'));
    this.#pressure = new SmoothNoise(this.#random.fork('pressure'), 40 * hourMs);
    this.#humidity = new SmoothNoise(this.#random.fork('humidity'), 7 * hourMs);
    this.#wind = new SmoothNoise(this.#random.fork('wind'), 5 * hourMs);
    this.#windTurn = new SmoothNoise(this.#random.fork('wind turn'), 16 * hourMs);
  }

  at(atMs: number, site: Site): SimulatedAir {
    const cloudCover = this.#clouds.coverAt(atMs);
    const temperatureC = new OutdoorTemperature(this.#random.fork('temperature'), site).celsiusAt(atMs);
    const humidityPct = Math.round(55 + 30 * cloudCover + 12 * this.#humidity.at(atMs));
    const windMps = 4.5 + 4 * this.#wind.at(atMs);
    const direction = sunDirection(atMs, site);
    const skyWm2 = clearSky(direction).globalHorizontalWm2 * (1 - 0.75 * cloudCover ** 3.4);
    const precipitationMmPerHour = Math.max(0, cloudCover - 0.85) * 16;
    return {
      temperatureC,
      feelsLikeC: temperatureC - 0.4 * windMps,
      dewPointC: dewPointC(temperatureC, humidityPct),
      pressureHpa: Math.round(1014 + 18 * this.#pressure.at(atMs)),
      humidityPct,
      cloudCover,
      uvIndex: skyWm2 / 120,
      visibilityM: precipitationMmPerHour > 1 ? 6000 : 10_000,
      windMps,
      gustMps: 1.8 * windMps,
      windDeg: Math.round(200 + 150 * this.#windTurn.at(atMs)),
      precipitationMmPerHour,
      isDay: direction.up > 0,
      sun: sunTimes(atMs, site),
    };
  }
}

/** After Magnus, with the coefficients of Sonntag (1990). */
function dewPointC(temperatureC: number, humidityPct: number): number {
  const gamma = Math.log(humidityPct / 100) + (17.62 * temperatureC) / (243.12 + temperatureC);
  return (243.12 * gamma) / (17.62 - gamma);
}
