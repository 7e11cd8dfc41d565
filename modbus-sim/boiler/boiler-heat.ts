import type { HeatDemand, HouseHeat } from './heat-demand.ts';

/** °C. */
export interface BoilerTemperatures {
  readonly waterC: number;
  readonly flueC: number;
  /** Of the box with the electronics, beside the boiler. */
  readonly enclosureC: number;
}

/** What the fire does in a second. */
export interface HeatInput {
  readonly atMs: number;
  /** Of full power, 0 to 1. */
  readonly firePower: number;
  /** A fan drives the flue's gases: it warms and cools faster. */
  readonly hasDraught: boolean;
  /** Heat is wanted, and much of it, whatever the weather is and the hour. */
  readonly isDoorOpen: boolean;
}

const minuteMs = 60_000;
const usefulKilowatts = 15 * 0.88;
/** Of 400 litres: the boiler, its pipes and radiators. */
const kilowattHoursPerDegree = 0.465;
/** What goes out of an open door. */
const doorKilowatts = 7;
const boilerRoomC = 20;
/** Cold water gives the house nothing any more. */
const fullHeatC = 50;
const noHeatC = 25;

/** Water, flue and enclosure with their inertia, in seconds. */
export class BoilerHeat {
  readonly #house: HouseHeat;
  #demand: HeatDemand | undefined;
  #demandMinute = Number.NaN;
  #isDoorOpen = false;
  /** Just low enough for the fire to be asked for: who looks in sees it come. */
  #waterC = 62;
  #flueC = 42;
  #enclosureC = 20;

  constructor(house: HouseHeat) {
    this.#house = house;
  }

  get temperatures(): BoilerTemperatures {
    return { waterC: this.#waterC, flueC: this.#flueC, enclosureC: this.#enclosureC };
  }

  /** Of the last second. */
  get isCalled(): boolean {
    return this.#isDoorOpen || (this.#demand?.isCalled ?? true);
  }

  pass({ atMs, firePower, hasDraught, isDoorOpen }: HeatInput): void {
    this.#isDoorOpen = isDoorOpen;
    const { kilowatts, outdoorC } = this.#demandAt(atMs);
    const wanted = isDoorOpen ? Math.max(kilowatts, doorKilowatts) : kilowatts;
    const taken = wanted * shareOf(this.#waterC, noHeatC, fullHeatC);
    this.#waterC += (usefulKilowatts * firePower - taken) / kilowattHoursPerDegree / 3_600;

    const flueTargetC = boilerRoomC + 0.35 * (this.#waterC - boilerRoomC) + 75 * firePower ** 0.8;
    this.#flueC += (flueTargetC - this.#flueC) / (hasDraught ? 240 : 900);

    const enclosureTargetC = 18 + 0.2 * (outdoorC - 11) + 0.05 * (this.#waterC - boilerRoomC);
    this.#enclosureC += (enclosureTargetC - this.#enclosureC) / 1_800;
  }

  #demandAt(atMs: number): HeatDemand {
    const minute = Math.floor(atMs / minuteMs);
    if (this.#demand === undefined || minute !== this.#demandMinute) {
      this.#demand = this.#house.at(minute * minuteMs);
      this.#demandMinute = minute;
    }
    return this.#demand;
  }
}

function shareOf(value: number, none: number, full: number): number {
  return Math.min(1, Math.max(0, (value - none) / (full - none)));
}
