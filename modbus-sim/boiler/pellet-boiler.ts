import { defaultHome } from '../home-options.ts';
import { OutdoorTemperature } from '../outdoor-temperature.ts';
import { SeededRandom } from '../random.ts';
import type { Site } from '../site.ts';
import { decide, type BoilerDecision, type BoilerMode } from './boiler-control.ts';
import {
  boilerFaultKinds,
  isFaulty,
  type BoilerFault,
  type BoilerFaultKind,
  type HouseFaultKind,
} from './boiler-fault.ts';
import {
  augerGramsPerSecond,
  fanPctMax,
  motorCurrents,
  motorOrders,
  type MotorCurrents,
  type MotorOrders,
} from './boiler-motors.ts';
import { BoilerHeat, type BoilerTemperatures } from './boiler-heat.ts';
import { HouseHeat } from './heat-demand.ts';
import { PelletFire } from './pellet-fire.ts';

export interface PelletBoilerOptions {
  /** The same seed, start and faults give the same boiler; the home of this seed has the same weather. */
  readonly seed: number;
  /** UTC epoch ms. */
  readonly startMs: number;
  readonly site?: Site;
  readonly faults?: readonly BoilerFault[];
}

/** What a boiler room is like, for tests to compare with what a gateway measured. */
export interface BoilerTruth extends BoilerTemperatures {
  readonly atMs: number;
  readonly mode: BoilerMode;
  /** Of full power, 0 to 1; 0: the fire is out. */
  readonly firePower: number;
  readonly fanPct: number;
  readonly currents: MotorCurrents;
}

const secondMs = 1_000;

/**
 * A pellet boiler of 15 kW and the house that it heats. No clock: `advanceTo` moves it, second by second, so that its
 * state depends on the seed, the start, the faults and the latest time asked for. A virtual day costs some tens of ms.
 */
export class PelletBoiler {
  readonly #faults: readonly BoilerFault[];
  readonly #fire = new PelletFire();
  readonly #heat: BoilerHeat;
  #atMs: number;
  #decision: BoilerDecision;
  #orders: MotorOrders;
  #currents: MotorCurrents;
  #fanOnMs: number;
  #augerOnMs: number;

  constructor({ seed, startMs, site = defaultHome.site, faults = [] }: PelletBoilerOptions) {
    const random = new SeededRandom(seed);
    const outdoor = new OutdoorTemperature(random.fork('temperature'), site);
    this.#faults = faults;
    this.#heat = new BoilerHeat(new HouseHeat(random.fork('heat of the house'), site, outdoor));
    this.#atMs = Math.floor(startMs / secondMs) * secondMs;
    const sinceMs = this.#atMs;
    this.#decision = { mode: 'hold', sinceMs, ignitions: 0, flueBeforeC: 0, hotAtMs: sinceMs };
    this.#fanOnMs = sinceMs;
    this.#augerOnMs = sinceMs;
    this.#orders = motorOrders('stop', 0, 0);
    this.#currents = this.#currentsNow();
  }

  /** Lives through all seconds up to the one that holds `wallMs`. A time in the past changes nothing. */
  advanceTo(wallMs: number): void {
    while (this.#atMs + secondMs <= wallMs) this.#step();
  }

  truth(): BoilerTruth {
    return {
      ...this.#heat.temperatures,
      atMs: this.#atMs,
      mode: this.#decision.mode,
      firePower: this.#fire.power,
      fanPct: this.#orders.fanPct,
      currents: this.#currents,
    };
  }

  #has(kind: BoilerFaultKind | HouseFaultKind): boolean {
    return isFaulty(this.#faults, kind, this.#atMs);
  }

  #step(): void {
    this.#atMs += secondMs;
    if (this.#has('fire-out')) this.#goOut();
    else this.#decide();
    this.#order();
    this.#currents = this.#currentsNow();
    const isFed = this.#orders.isAugerOn && !this.#has('empty-silo') && !this.#has('auger-jam');
    this.#fire.burn({
      pelletsG: isFed ? augerGramsPerSecond : 0,
      air: this.#orders.fanPct / fanPctMax,
      isIgniterHot: this.#currents.igniterA > 0,
    });
    this.#heat.pass({
      atMs: this.#atMs,
      firePower: this.#fire.power,
      hasDraught: this.#orders.fanPct > 0,
      isDoorOpen: this.#has('door-open'),
    });
  }

  /** The safety thermostat, a power switch, a door: all stands still until somebody comes. */
  #goOut(): void {
    this.#fire.putOut();
    if (this.#decision.mode !== 'locked') {
      this.#decision = { ...this.#decision, mode: 'locked', sinceMs: this.#atMs, ignitions: 0 };
    }
  }

  #decide(): void {
    const { waterC, flueC } = this.#heat.temperatures;
    this.#decision = decide(this.#decision, {
      atMs: this.#atMs,
      waterC,
      flueC,
      isCalled: this.#heat.isCalled,
      isOutOfOrder: boilerFaultKinds.some((kind) => this.#has(kind)),
    });
  }

  #order(): void {
    const { mode, sinceMs } = this.#decision;
    const before = this.#orders;
    this.#orders = motorOrders(mode, (this.#atMs - sinceMs) / secondMs, this.#heat.temperatures.waterC);
    if (before.fanPct === 0) this.#fanOnMs = this.#atMs;
    if (!before.isAugerOn) this.#augerOnMs = this.#atMs;
  }

  #currentsNow(): MotorCurrents {
    const sinceS = {
      fanS: (this.#atMs - this.#fanOnMs) / secondMs,
      augerS: (this.#atMs - this.#augerOnMs) / secondMs,
    };
    return motorCurrents(this.#orders, sinceS, {
      isIgniterDead: this.#has('igniter-dead'),
      isAugerJammed: this.#has('auger-jam'),
    });
  }
}
