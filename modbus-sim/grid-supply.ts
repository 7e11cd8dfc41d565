import type { SeededRandom } from './random.ts';
import { SmoothNoise } from './smooth-noise.ts';

/** Three values, one for each phase. */
export type Phases = readonly [number, number, number];

/** The street's side of the meter: voltages that sag and rise, a frequency near 50 Hz. */
export class GridSupply {
  readonly #common: SmoothNoise;
  readonly #phases: readonly [SmoothNoise, SmoothNoise, SmoothNoise];
  readonly #frequency: SmoothNoise;

  constructor(random: SeededRandom) {
    this.#common = new SmoothNoise(random.fork('voltage'), 20 * 60_000);
    this.#phases = [
      new SmoothNoise(random.fork('voltage 1'), 90_000),
      new SmoothNoise(random.fork('voltage 2'), 90_000),
      new SmoothNoise(random.fork('voltage 3'), 90_000),
    ];
    this.#frequency = new SmoothNoise(random.fork('frequency'), 45_000);
  }

  frequencyHz(atMs: number): number {
    return 50 + 0.06 * this.#frequency.at(atMs);
  }

  /** Import pulls a phase's voltage down and export lifts it, by the 0.25 Ω of an ordinary service line. */
  phaseVoltagesV(atMs: number, gridPhaseW: Phases): Phases {
    const commonV = 231 + 3 * this.#common.at(atMs);
    const voltageV = (phase: 0 | 1 | 2): number =>
      commonV + 0.8 * this.#phases[phase].at(atMs) - (0.25 * gridPhaseW[phase]) / commonV;
    return [voltageV(0), voltageV(1), voltageV(2)];
  }
}
