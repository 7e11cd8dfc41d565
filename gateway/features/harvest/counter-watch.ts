import {
  CounterTrack,
  type CounterReading,
  type CounterRules,
  type CounterStep,
} from '../../core/counter.ts';
import { quantityDefinition } from '../../core/quantity.ts';
import type { IntakeValue } from './reading-intake.ts';

/** A counter that began anew, for the record. */
export interface CounterRestart {
  readonly quantity: string;
  readonly from: number;
  readonly to: number;
}

export interface CounterWatchPorts {
  /** How the device's counter behaves; undefined: as counters of a home do. */
  rulesOf(quantity: string): CounterRules | undefined;
  /** What it was when the last run ended. */
  lastOf(quantity: string): CounterReading | undefined;
  onRestart(restart: CounterRestart): void;
}

/** No home takes or gives a megawatt, or 100 m³ of gas or water an hour. */
const perHourMax: Readonly<Record<string, number>> = { kWh: 1_000, 'm³': 100 };
const ordinary = { resolution: 0.01, perHourMax: 1_000 };

/** Looks at each counter of one device whether it may have said that: what cannot be is `suspect`. */
export class CounterWatch {
  readonly #ports: CounterWatchPorts;
  readonly #tracks = new Map<string, CounterTrack>();

  constructor(ports: CounterWatchPorts) {
    this.#ports = ports;
  }

  check(values: readonly IntakeValue[], atMs: number): readonly IntakeValue[] {
    return values.map((polled) => {
      const { quantity, value, quality } = polled;
      if (quality !== 'good' || quantityDefinition(quantity).kind !== 'counter') return polled;
      const step = this.#trackOf(quantity).take({ value, atMs });
      if (step.kind === 'restarted') this.#ports.onRestart({ quantity, from: step.from, to: step.to });
      return isBelieved(step) ? polled : { ...polled, quality: 'suspect' };
    });
  }

  #trackOf(quantity: string): CounterTrack {
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
