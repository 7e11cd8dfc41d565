export interface PowerSupplyOptions {
  readonly startMs: number;
  /** What hangs on it, W. */
  readonly loadW: (nowMs: number) => number;
  /** What its battery holds when full. 100 Wh unless said. */
  readonly capacityWh?: number;
  /** 600 W unless said. */
  readonly ratedW?: number;
}

const usualCapacityWh = 100;
const usualRatedW = 600;
const msPerHour = 3_600_000;
/** From empty to full. */
const chargeMs = 4 * msPerHour;
/** It says so from there on. */
const lowShare = 0.2;
const mainsV = 231;

/** An uninterruptible power supply: its battery empties while the mains are away, by what hangs on it. */
export class PowerSupply {
  readonly #options: PowerSupplyOptions;
  readonly #capacityWh: number;
  #atMs: number;
  #storedWh: number;
  #hasMains = true;
  /** Its master has announced that it is about to be switched off. */
  isForced = false;

  constructor(options: PowerSupplyOptions) {
    this.#options = options;
    this.#capacityWh = options.capacityWh ?? usualCapacityWh;
    this.#atMs = options.startMs;
    this.#storedWh = this.#capacityWh;
  }

  mains(hasMains: boolean, nowMs: number): void {
    this.#advanceTo(nowMs);
    this.#hasMains = hasMains;
  }

  /** What NUT's drivers say of it. */
  variables(nowMs: number): Readonly<Record<string, string>> {
    this.#advanceTo(nowMs);
    const loadW = this.#options.loadW(nowMs);
    const share = this.#storedWh / this.#capacityWh;
    const runtimeS = loadW <= 0 ? 86_400 : Math.round((this.#storedWh / loadW) * 3_600);
    return {
      'ups.mfr': 'EATON',
      'ups.model': 'Ellipse ECO 650',
      'ups.status': this.#status(share),
      'ups.load': String(Math.round((loadW / (this.#options.ratedW ?? usualRatedW)) * 100)),
      'battery.charge': String(Math.round(share * 100)),
      'battery.runtime': String(runtimeS),
      'input.voltage': (this.#hasMains ? mainsV : 0).toFixed(1),
    };
  }

  #status(share: number): string {
    const forced = this.isForced ? ['FSD'] : [];
    const low = share <= lowShare ? ['LB'] : [];
    if (!this.#hasMains) return [...forced, 'OB', ...low, 'DISCHRG'].join(' ');
    return [...forced, 'OL', ...low, ...(share < 1 ? ['CHRG'] : [])].join(' ');
  }

  #advanceTo(nowMs: number): void {
    const forMs = Math.max(0, nowMs - this.#atMs);
    const changeWh = this.#hasMains
      ? (this.#capacityWh * forMs) / chargeMs
      : (-this.#options.loadW(this.#atMs) * forMs) / msPerHour;
    this.#storedWh = Math.min(this.#capacityWh, Math.max(0, this.#storedWh + changeWh));
    this.#atMs = Math.max(this.#atMs, nowMs);
  }
}
