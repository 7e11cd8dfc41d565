import { qualityCode } from '../../gateway/core/quality.ts';
import type { SeededRandom } from '../../modbus-sim/random.ts';
import { addReading, emptyTotals, type RollupTotals } from '../../gateway/storage/rollup-window.ts';
import { WinterBoiler, type BoilerNow } from './winter-boiler.ts';
import { emptyTruth, see, type TruthMinute } from './truth-minute.ts';
import {
  winterInputs,
  type SightTrouble,
  type WinterInput,
  type WinterPlan,
  type WinterTrouble,
} from './winter-plan.ts';

/** What of a minute of real time reaches the gateway. */
export interface SeenMinute {
  /** Of real time, from the beginning of the winter. */
  readonly minute: number;
  /** The minute, of UTC, that its readings are stamped with. */
  readonly stamp: number;
  /** Real minute after which they are on disk; undefined: never. */
  readonly storedAfter: number | undefined;
  readonly totals: Readonly<Record<WinterInput, RollupTotals>>;
  readonly truth: TruthMinute;
  readonly isGatewayDown: boolean;
  /** The gateway starts anew after it. */
  readonly isRestart: boolean;
  /** Warm water, and nothing between it and who looks at it. */
  readonly isCalm: boolean;
}

interface Shown {
  readonly value: number;
  readonly quality: number;
}

interface Looked {
  readonly sample: number;
  readonly totals: SeenMinute['totals'];
  readonly truth: TruthMinute;
}

const samplesPerMinute = 12;
const good = qualityCode('good');
const suspect = qualityCode('suspect');
const sensorError = qualityCode('sensor_error');
const onMv = 1_662;
/** DS18B20 at 12 bits. */
const quantumC = 0.0625;
const stepMinutes = 60;
const calmC = 58;

/** What sensors, clocks and power cuts leave of a winter: minutes, as the storage would sum them up. */
export class WinterSight {
  readonly #plan: WinterPlan;
  readonly #boiler: WinterBoiler;
  readonly #random: SeededRandom;
  #minute = 0;
  #active: readonly WinterTrouble<SightTrouble>[] = [];
  readonly #stuckAt = new Map<WinterTrouble<SightTrouble>, number>();

  readonly #takesBad: boolean;

  /** @param takesBad whether bad readings pass as good ones: a mistake */
  constructor(plan: WinterPlan, random: SeededRandom, takesBad = false) {
    this.#plan = plan;
    this.#random = random;
    this.#takesBad = takesBad;
    this.#boiler = new WinterBoiler(plan.boiler, random.fork('boiler'));
  }

  /** @param startMinute of UTC, where the winter begins */
  next(startMinute: number): SeenMinute {
    const minute = this.#minute;
    this.#minute += 1;
    this.#active = this.#plan.sight.filter(({ from, to }) => from <= minute && minute < to);
    const isOff = this.#has('gap') !== undefined;
    const reboots = this.#has('reboots');
    const isGatewayDown = isOff || (reboots !== undefined && this.#random.isLucky(reboots.share / 2));
    const late = this.#has('late');
    const aheadMinutes = this.#aheadMinutes();
    const truth = emptyTruth(late !== undefined);
    const totals = { water: emptyTotals(), igniter: emptyTotals(), primaryFan: emptyTotals() };
    for (let sample = 0; sample < samplesPerMinute; sample += 1) {
      this.#boiler.step(minute);
      if (isGatewayDown) continue;
      for (const input of winterInputs) this.#look(input, { sample, totals, truth });
    }
    return {
      minute,
      stamp: startMinute + minute + aheadMinutes,
      storedAfter: isGatewayDown ? undefined : (late?.to ?? minute),
      totals,
      truth,
      isGatewayDown,
      isCalm: this.#active.length === 0 && truth.water.low > calmC,
      isRestart: isGatewayDown || reboots !== undefined || this.#random.isLucky(0.0005),
    };
  }

  #has(kind: SightTrouble): WinterTrouble<SightTrouble> | undefined {
    return this.#active.find((trouble) => trouble.kind === kind);
  }

  #aheadMinutes(): number {
    if (this.#has('step-ahead') !== undefined) return stepMinutes;
    return this.#has('step-back') === undefined ? 0 : -stepMinutes;
  }

  #look(input: WinterInput, into: Looked): void {
    const now = this.#boiler;
    const shown = this.#shownOf(input, now);
    const trouble = this.#active.length === 0 ? undefined : this.#troubled(input, shown);
    const { value, quality } = trouble ?? { value: shown, quality: good };
    addReading(into.totals[input], {
      offsetMs: into.sample * 5_000,
      value,
      quality: this.#takesBad ? good : quality,
    });
    if (quality === good) see(into.truth, input, { now, shown: value });
  }

  #shownOf(input: WinterInput, now: BoilerNow): number {
    if (input === 'igniter') return now.isIgniterOn ? onMv : 0;
    if (input === 'primaryFan') return now.isFanOn ? onMv : 0;
    const shaken = now.waterC + (this.#random.unit() - 0.5) * quantumC;
    return Math.round(shaken / quantumC) * quantumC;
  }

  /** The first trouble that shows; undefined: it is shown as it is. */
  #troubled(input: WinterInput, shown: number): Shown | undefined {
    for (const trouble of this.#active) {
      const isMotor = input !== 'water';
      const isOfInput = trouble.input === input || (trouble.kind === 'noise' && isMotor);
      const instead = isOfInput ? this.#instead(trouble, shown, isMotor) : undefined;
      if (instead !== undefined) return instead;
    }
    return undefined;
  }

  /** A source says of what does not answer, or answers badly, that it is bad. */
  #instead(trouble: WinterTrouble<SightTrouble>, shown: number, isMotor: boolean): Shown | undefined {
    const { kind, share } = trouble;
    switch (kind) {
      case 'missing':
        return { value: Number.NaN, quality: sensorError };
      case 'crc':
        return this.#random.isLucky(share) ? { value: 12.5, quality: sensorError } : undefined;
      case 'power-on':
        return isMotor ? undefined : { value: 85, quality: sensorError };
      case 'minus-one':
        return { value: -1, quality: suspect };
      case 'stuck':
        return { value: this.#stuckValue(trouble, shown), quality: good };
      case 'noise':
        return isMotor && this.#random.isLucky(share / 20) ? { value: 1_655, quality: good } : undefined;
      default:
        return undefined;
    }
  }

  #stuckValue(trouble: WinterTrouble<SightTrouble>, value: number): number {
    const stuck = this.#stuckAt.get(trouble) ?? value;
    this.#stuckAt.set(trouble, stuck);
    return stuck;
  }
}
