import {
  CounterTrack,
  type CounterReading,
  type CounterRules,
  type CounterStep,
} from '../../core/counter.ts';
import { quantityDefinition, type QuantityName } from '../../core/quantity.ts';
import type { PolledValue } from './harvest.ts';

/** A counter that began anew, for the record. */
export interface CounterRestart {
  readonly quantity: QuantityName;
  readonly from: number;
  readonly to: number;
}

export interface CounterWatchPorts {
  /** How the device's counter behaves; undefined: as counters of a home do. */
  rulesOf(quantity: QuantityName): CounterRules | undefined;
  /** What it was when the last run ended. */
  lastOf(quantity: QuantityName): CounterReading | undefined;
  onRestart(restart: CounterRestart): void;
}

/** No home takes or gives a megawatt, or 100 m³ of gas or water an hour. */
const perHourMax: Readonly<Record<string, number>> = { kWh: 1_000, 'm³': 100 };
const ordinary = { resolution: 0.01, perHourMax: 1_000 };

/** Looks at each counter of one device whether it may have said that: what cannot be is `suspect`. */
export class CounterWatch {
  readonly #ports: CounterWatchPorts;
  readonly #tracks = new Map<QuantityName, CounterTrack>();

  constructor(ports: CounterWatchPorts) {
    this.#ports = ports;
  }

  check(values: readonly PolledValue[], atMs: number): readonly PolledValue[] {
    return values.map((polled) => {
      const { quantity, value, quality } = polled;
      if (quality !== 'good' || quantityDefinition(quantity).kind !== 'counter') return polled;
      const step = this.#trackOf(quantity).take({ value, atMs });
      if (step.kind === 'restarted') this.#ports.onRestart({ quantity, from: step.from, to: step.to });
      return isBelieved(step) ? polled : { ...polled, quality: 'suspect' };
    });
  }

  #trackOf(quantity: QuantityName): CounterTrack {
    const known = this.#tracks.get(quantity);
    if (known !== undefined) return known;
    const usual = { ...ordinary, perHourMax: perHourMax[quantityDefinition(quantity).unit] ?? Infinity };
    const track = new CounterTrack(this.#ports.rulesOf(quantity) ?? usual, this.#ports.lastOf(quantity));
    this.#tracks.set(quantity, track);
    return track;
  }
}

function isBelieved({ kind }: CounterStep): boolean {
  return kind === 'first' || kind === 'counted' || kind === 'restarted';
}
