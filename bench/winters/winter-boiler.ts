import type { SeededRandom } from '../../modbus-sim/random.ts';
import type { BoilerTrouble, WinterTrouble } from './winter-plan.ts';

/** What is at a sample, whatever anybody sees of it. */
export interface BoilerNow {
  readonly waterC: number;
  readonly isIgniterOn: boolean;
  readonly isFanOn: boolean;
}

type Mode = 'hold' | 'ignition' | 'combustion' | 'burn-out' | 'locked';

const stepMinutes = 5 / 60;
const fullC = 70;
const restartC = 61;
const ignitionMinutes = 7;
const deadIgnitionMinutes = 24;
const burnOutMinutes = 6;
const embersMinutes = 90;
/** It believes in its fire for so long. */
const coldMinutesMax = 150;

/**
 * A boiler in steps of five seconds: coarser than modbus-sim/boiler/, whose fire, flue and enclosure it does not have.
 * The water gains what the fire gives and loses what the house takes; motors do what the controller says.
 */
export class WinterBoiler implements BoilerNow {
  readonly #random: SeededRandom;
  readonly #troubles: readonly WinterTrouble<BoilerTrouble>[];
  #active: readonly BoilerTrouble[] = [];
  #minute = -1;
  #mode: Mode = 'hold';
  #inModeMinutes = 0;
  #coldMinutes = 0;
  #waterC: number;
  #lossPerMinute = 0.1;
  #isDoorOpen = false;
  #doorMinutes = 0;
  #isIgniterOn = false;
  #isFanOn = false;

  constructor(troubles: readonly WinterTrouble<BoilerTrouble>[], random: SeededRandom) {
    this.#troubles = troubles;
    this.#random = random;
    this.#waterC = random.between(40, 68);
  }

  get waterC(): number {
    return this.#waterC;
  }

  get isIgniterOn(): boolean {
    return this.#isIgniterOn;
  }

  get isFanOn(): boolean {
    return this.#isFanOn;
  }

  /** The next five seconds, in a minute of the winter. */
  step(minute: number): void {
    if (minute !== this.#minute) this.#beginMinute(minute);
    this.#decide();
    this.#inModeMinutes += stepMinutes;
    const isBurning = (this.#mode === 'combustion' && this.#hasFire) || this.#mode === 'burn-out';
    const gain = isBurning ? (this.#has('weak') ? 0.08 : 0.42) : 0;
    const loss = this.#waterC > 20 ? this.#lossPerMinute * Math.min(1, (this.#waterC - 20) / 25) : 0;
    this.#waterC += (gain - loss) * stepMinutes;
    this.#switchMotors();
  }

  get #hasFire(): boolean {
    return !(['empty-silo', 'auger-jam', 'fire-out', 'door'] as const).some((kind) => this.#has(kind));
  }

  #has(kind: BoilerTrouble): boolean {
    return this.#active.includes(kind);
  }

  #beginMinute(minute: number): void {
    this.#minute = minute;
    this.#active = this.#troubles
      .filter(({ from, to }) => from <= minute && minute < to)
      .map(({ kind }) => kind);
    const hour = Math.floor(minute / 60) % 24;
    const night = hour < 5 ? 0.5 : 1;
    if (minute % 30 === 0) this.#lossPerMinute = night * this.#random.between(0.06, 0.3);
  }

  #decide(): void {
    const before = this.#mode;
    this.#mode = this.#nextMode();
    if (this.#mode !== before) this.#inModeMinutes = 0;
    const isCold = this.#mode === 'combustion' && !this.#hasFire;
    this.#coldMinutes = isCold ? this.#coldMinutes + stepMinutes : 0;
  }

  #nextMode(): Mode {
    if (this.#has('fire-out')) return 'locked';
    return this.#steps[this.#mode]() ?? this.#mode;
  }

  /** undefined: it stays as it is. */
  readonly #steps: Readonly<Record<Mode, () => Mode | undefined>> = {
    hold: () => {
      if (this.#waterC >= restartC) return undefined;
      return this.#inModeMinutes > embersMinutes || this.#waterC < 54 ? 'ignition' : 'combustion';
    },
    ignition: () => {
      const isDead = this.#has('igniter-dead');
      if (this.#inModeMinutes < (isDead ? deadIgnitionMinutes : ignitionMinutes)) return undefined;
      return isDead ? 'locked' : 'combustion';
    },
    combustion: () => {
      if (this.#coldMinutes >= coldMinutesMax) return 'locked';
      return this.#waterC >= fullC ? 'burn-out' : undefined;
    },
    'burn-out': () => (this.#inModeMinutes >= burnOutMinutes ? 'hold' : undefined),
    locked: () => (this.#hasFire && !this.#has('igniter-dead') ? 'ignition' : undefined),
  };

  /** A door that flaps stops all, and starts the fan when it is shut. */
  #switchMotors(): void {
    this.#isIgniterOn = this.#mode === 'ignition' && !this.#has('igniter-dead');
    this.#isFanOn = this.#mode !== 'hold' && this.#mode !== 'locked';
    if (!this.#has('door')) return;
    this.#doorMinutes -= stepMinutes;
    if (this.#doorMinutes <= 0) {
      this.#isDoorOpen = !this.#isDoorOpen;
      this.#doorMinutes = this.#random.between(0.1, 8);
    }
    if (this.#isDoorOpen) this.#isIgniterOn = false;
    this.#isFanOn = !this.#isDoorOpen && (this.#isFanOn || this.#mode === 'locked');
  }
}
