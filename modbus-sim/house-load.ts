import type { OutdoorTemperature } from './outdoor-temperature.ts';
import { mixBits } from './random.ts';
import type { SeededRandom } from './random.ts';
import { localDayIndex, localDayStartMs, localHour } from './site.ts';
import type { Site } from './site.ts';
import { SmoothNoise } from './smooth-noise.ts';

/** One use of an appliance; a thermostat switches it on for a share of each of its periods. */
interface ApplianceUse {
  readonly startMs: number;
  readonly endMs: number;
  readonly powerW: number;
  readonly thermostatPeriodMs: number;
  readonly onShare: number;
}

const minuteMs = 60_000;
const heatPumpOnW = 1900;
const heatPumpPeriodMs = 30 * minuteMs;
const heatPumpOffsetMs = 11 * minuteMs;
const fridgeOnW = 85;
const fridgePeriodMs = 45 * minuteMs;

/** What the house draws, in whole watts: a pure function of time and seed. */
export class HouseLoad {
  readonly #random: SeededRandom;
  readonly #site: Site;
  readonly #temperature: OutdoorTemperature;
  readonly #standby: SmoothNoise;
  readonly #living: SmoothNoise;
  readonly #fridgeSalt: number;
  #usesDayIndex = Number.NaN;
  #uses: readonly ApplianceUse[] = [];

  constructor(random: SeededRandom, site: Site, temperature: OutdoorTemperature) {
    this.#random = random;
    this.#site = site;
    this.#temperature = temperature;
    this.#standby = new SmoothNoise(random.fork('standby'), 7 * minuteMs);
    this.#living = new SmoothNoise(random.fork('living'), 25 * minuteMs);
    this.#fridgeSalt = random.fork('fridge').uint32();
  }

  powerW(atMs: number): number {
    const standbyW = 130 + 20 * this.#standby.at(atMs);
    return Math.round(
      standbyW + this.#livingW(atMs) + this.#fridgeW(atMs) + this.#heatPumpW(atMs) + this.#appliancesW(atMs),
    );
  }

  /** Light, screens, hobs: a small hump in the morning, a wide one in the evening. */
  #livingW(atMs: number): number {
    const hour = localHour(atMs, this.#site);
    const shape = 260 * hump(hour, 7.25, 0.9) + 480 * hump(hour, 19.75, 2);
    return shape * (1 + 0.35 * this.#living.at(atMs));
  }

  #fridgeW(atMs: number): number {
    const cycle = Math.floor(atMs / fridgePeriodMs);
    const onMs = (14 + ((mixBits(cycle ^ this.#fridgeSalt) >>> 0) % 7)) * minuteMs;
    return atMs - cycle * fridgePeriodMs < onMs ? fridgeOnW : 0;
  }

  /** The colder, the longer it runs in each half-hour; 16 °C outside needs no heating. */
  #heatPumpW(atMs: number): number {
    const periodStartMs = atMs - ((atMs - heatPumpOffsetMs) % heatPumpPeriodMs);
    const neededW = Math.max(0, 16 - this.#temperature.celsiusAt(periodStartMs)) * 65;
    const onShare = Math.min(1, neededW / heatPumpOnW);
    return (atMs - periodStartMs) / heatPumpPeriodMs < onShare ? heatPumpOnW : 0;
  }

  #appliancesW(atMs: number): number {
    const dayIndex = localDayIndex(atMs, this.#site);
    if (dayIndex !== this.#usesDayIndex) {
      this.#uses = usesOfDay(this.#random.fork(`day ${dayIndex}`), dayIndex, this.#site);
      this.#usesDayIndex = dayIndex;
    }
    let powerW = 0;
    for (const use of this.#uses) {
      if (atMs < use.startMs || atMs >= use.endMs) continue;
      const phaseMs = (atMs - use.startMs) % use.thermostatPeriodMs;
      if (phaseMs < use.onShare * use.thermostatPeriodMs) powerW += use.powerW;
    }
    return powerW;
  }
}

function hump(hour: number, centre: number, width: number): number {
  return Math.exp(-(((hour - centre) / width) ** 2));
}

/** Every use ends before local midnight. */
function usesOfDay(random: SeededRandom, dayIndex: number, site: Site): ApplianceUse[] {
  const dayStartMs = localDayStartMs(dayIndex, site);
  const uses: ApplianceUse[] = [];
  const add = (hour: number, minutes: number, powerW: number, onShare = 1): void => {
    const startMs = dayStartMs + hour * 60 * minuteMs;
    const endMs = startMs + minutes * minuteMs;
    uses.push({ startMs, endMs, powerW, thermostatPeriodMs: 3 * minuteMs, onShare });
  };

  // Day 0 of the epoch was a Thursday.
  const isWeekend = (dayIndex + 3) % 7 >= 5;
  const wakeHour = isWeekend ? random.between(8, 9.5) : random.between(6.3, 7.2);
  const kettle = (hour: number): void => add(hour, random.between(2, 4), 2200);
  kettle(wakeHour);
  if (random.isLucky(0.6)) kettle(wakeHour + random.between(0.3, 1));
  if (random.isLucky(isWeekend ? 0.9 : 0.4)) kettle(random.between(10, 11.5));
  kettle(random.between(16, 17.5));
  if (random.isLucky(0.7)) kettle(random.between(20, 21.5));

  if (isWeekend && random.isLucky(0.6)) add(random.between(11.5, 12.5), random.between(30, 60), 2400, 0.55);
  if (random.isLucky(0.65)) add(random.between(18, 19.3), random.between(35, 70), 2400, 0.55);

  if (random.isLucky(0.35)) {
    const startHour = random.between(9, 15);
    add(startHour, 18, 2000);
    add(startHour + 0.3, 70, 180, 0.6);
  }
  // Hot water: the heat pump's second duty, once a day after noon.
  add(random.between(12.8, 13.4), random.between(35, 60), 1500);
  return uses;
}
