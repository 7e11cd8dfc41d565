import type { SeededRandom } from '../random.ts';
import type { InputSignal } from './ads1115-chip.ts';

export interface ClampSignal {
  /** The current, A (RMS). */
  readonly currentA: number;
  readonly ampsPerVolt?: number;
  readonly mainsHz?: number;
  readonly phaseDeg?: number;
  /** What the input is held at by two resistors. */
  readonly biasMv?: number;
  readonly noiseMv?: number;
  /** Share of the third harmonic, as of a lamp with a rectifier; the RMS is that of both together. */
  readonly thirdHarmonic?: number;
}

/** The voltage of an SCT-013-030 current clamp on an input: v(t) = bias + √2·V·sin(2πft + φ) + noise. */
export function clampSignal(signal: ClampSignal, random: SeededRandom): InputSignal {
  const { currentA, ampsPerVolt = 30, mainsHz = 50, phaseDeg = 0 } = signal;
  const { biasMv = 1_645, noiseMv = 0, thirdHarmonic = 0 } = signal;
  const rmsMv = (currentA / ampsPerVolt) * 1_000;
  const peakMv = (rmsMv * Math.SQRT2) / Math.hypot(1, thirdHarmonic);
  return (atMs) => {
    const turn = 2 * Math.PI * ((mainsHz * atMs) / 1_000 + phaseDeg / 360);
    const wave = Math.sin(turn) + thirdHarmonic * Math.sin(3 * turn);
    return biasMv + peakMv * wave + noiseMv * gaussian(random);
  };
}

/** Box and Muller. */
function gaussian(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
}
