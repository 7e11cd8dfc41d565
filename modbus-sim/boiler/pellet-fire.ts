/** What the fire is given in a second. */
export interface FireSupply {
  readonly pelletsG: number;
  /** Of the primary fan, 0 to 1 of its best. */
  readonly air: number;
  readonly isIgniterHot: boolean;
}

/** Burnt in a second at full power: 15 kW of pellets of 4.8 kWh/kg. */
export const burntGramsPerSecond = 0.87;

const bedGramsMax = 300;
/** Fewer pellets do not lie before the igniter. */
const kindlingGramsMin = 100;
const kindlingS = 150;
/** Air that the chimney draws by itself: it keeps embers, and no more. */
const draught = 0.03;
const settlingS = 120;
const emberMin = 0.005;

/** Pellets on the grate, and how much of them burns. */
export class PelletFire {
  #bedG = 120;
  #power = draught;
  #kindledS = 0;

  /** Of full power, 0 to 1; 0 is out. */
  get power(): number {
    return this.#power;
  }

  get bedG(): number {
    return this.#bedG;
  }

  /** Water on it, or a door that stood open. */
  putOut(): void {
    this.#power = 0;
  }

  /** One second. */
  burn({ pelletsG, air, isIgniterHot }: FireSupply): void {
    this.#bedG = Math.min(bedGramsMax, this.#bedG + pelletsG);
    this.#kindledS = isIgniterHot && air > 0 && this.#bedG >= kindlingGramsMin ? this.#kindledS + 1 : 0;
    if (this.#kindledS >= kindlingS) this.#power = Math.max(this.#power, 0.1);
    if (this.#power === 0) return;
    const possible = this.#bedG > 0 ? Math.max(air, draught) : 0;
    this.#power += (possible - this.#power) / settlingS;
    this.#bedG = Math.max(0, this.#bedG - burntGramsPerSecond * this.#power);
    if (this.#bedG === 0 && this.#power < emberMin) this.#power = 0;
  }
}
