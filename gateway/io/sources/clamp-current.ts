import type { MainsRms } from './mains-rms.ts';

interface Clamp {
  /** A (RMS) per V (RMS). */
  readonly ampsPerVolt: number;
  /** What is measured without a current, mV (RMS). */
  readonly noiseFloorMv: number;
  /** How far off the clamp may be, %. */
  readonly tolerancePct: number;
}

/**
 * The current through a clamp, with the noise taken off in quadrature: 0 when there is no more than noise.
 *
 * @returns A (RMS); the uncertainty is one standard deviation, of the cycles, the noise and the clamp together
 */
export function clampCurrent(
  { rmsMv, squareDeviationMv2 }: Pick<MainsRms, 'rmsMv' | 'squareDeviationMv2'>,
  { ampsPerVolt, noiseFloorMv, tolerancePct }: Clamp,
): { readonly currentA: number; readonly uncertaintyA: number } {
  const signalMv = Math.sqrt(Math.max(0, rmsMv ** 2 - noiseFloorMv ** 2));
  // The noise may be gone or twice what it was; and near zero a square says little of its root.
  const doubtMv2 = Math.hypot(squareDeviationMv2, noiseFloorMv ** 2);
  const doubtMv = Math.min(Math.sqrt(doubtMv2), doubtMv2 / (2 * signalMv));
  const toleranceMv = (signalMv * tolerancePct) / 100;
  return {
    currentA: (signalMv * ampsPerVolt) / 1_000,
    uncertaintyA: (Math.hypot(doubtMv, toleranceMv) * ampsPerVolt) / 1_000,
  };
}
