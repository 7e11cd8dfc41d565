import assert from 'node:assert';

export interface BatteryOptions {
  readonly capacityWh: number;
  readonly chargeWMax: number;
  readonly dischargeWMax: number;
  /** Stored ÷ charged, and delivered ÷ drawn; their product is the round trip. */
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
  readonly socMinPct: number;
  readonly socMaxPct: number;
  readonly socStartPct: number;
}

/** Over this state of charge the battery takes less and less. */
const taperStartPct = 95;
/** Smaller wishes are ignored: a real battery does not follow a few watts. */
const deadBandW = 25;

interface SocLimits {
  readonly socMinPct: number;
  readonly socMaxPct: number;
}

/** Power is positive when the battery gives (house's point of view), negative when it charges; whole watts. */
export class Battery {
  readonly options: BatteryOptions;
  #storedWs: number;

  constructor(options: BatteryOptions) {
    assert(options.capacityWh > 0, 'a battery has a capacity');
    assert(options.socMinPct < options.socMaxPct, 'the minimum state of charge is below the maximum');
    assert(options.socStartPct >= options.socMinPct && options.socStartPct <= options.socMaxPct);
    this.options = options;
    this.#storedWs = this.#atPct(options.socStartPct);
  }

  get socPct(): number {
    return (this.#storedWs / (this.options.capacityWh * 3600)) * 100;
  }

  get storedWh(): number {
    return this.#storedWs / 3600;
  }

  /** The nearest power to the wish that the battery can hold for a whole step; `told` may narrow its limits. */
  feasibleW(wishW: number, stepS: number, told: SocLimits = this.options): number {
    if (Math.abs(wishW) < deadBandW) return 0;
    const socMinPct = Math.max(this.options.socMinPct, told.socMinPct);
    const socMaxPct = Math.min(this.options.socMaxPct, told.socMaxPct);
    return wishW > 0
      ? this.#feasibleDischargeW(wishW, stepS, socMinPct)
      : 0 - this.#feasibleChargeW(-wishW, stepS, socMaxPct);
  }

  /** Holds a feasible power for a step. */
  apply(powerW: number, stepS: number): void {
    const { chargeEfficiency, dischargeEfficiency } = this.options;
    this.#storedWs -= powerW > 0 ? (powerW * stepS) / dischargeEfficiency : powerW * stepS * chargeEfficiency;
  }

  #feasibleDischargeW(wishW: number, stepS: number, socMinPct: number): number {
    const availableWs = (this.#storedWs - this.#atPct(socMinPct)) * this.options.dischargeEfficiency;
    return Math.max(0, Math.floor(Math.min(wishW, this.options.dischargeWMax, availableWs / stepS)));
  }

  #feasibleChargeW(wishW: number, stepS: number, socMaxPct: number): number {
    const roomWs = (this.#atPct(socMaxPct) - this.#storedWs) / this.options.chargeEfficiency;
    const taper = Math.min(1, Math.max(0.05, (100 - this.socPct) / (100 - taperStartPct)));
    return Math.max(0, Math.floor(Math.min(wishW, this.options.chargeWMax * taper, roomWs / stepS)));
  }

  #atPct(pct: number): number {
    return (this.options.capacityWh * 3600 * pct) / 100;
  }
}
