import type { SeededRandom } from '../random.ts';
import { Ads1115Chip } from './ads1115-chip.ts';
import { clampSignal } from './clamp-signal.ts';

/** Currents through the clamps at the converters of one I2C bus, A (RMS), A0 to A3, by the converters' addresses. */
export type ClampsNow = Readonly<Record<number, readonly number[]>>;

/** Name of the file that says them. */
export function clampsFile(bus: number): string {
  return `i2c-${bus}-clamps.json`;
}

/** What each input rests at by its two resistors, mV: no two are alike. */
const biasesMv = [1_647, 1_645, 1_645.5, 1_644];
const noiseMv = 1.2;

/** The converters that see those currents, by address. */
export function convertersOf(clamps: ClampsNow, random: SeededRandom): ReadonlyMap<number, Ads1115Chip> {
  return new Map(
    Object.entries(clamps).map(([address, currentsA]) => [
      Number(address),
      new Ads1115Chip({
        inputs: currentsA.map((currentA, index) =>
          clampSignal(
            { currentA, noiseMv, biasMv: biasesMv[index] ?? 1_645, phaseDeg: 25 * index },
            random.fork(`clamp ${index}`),
          ),
        ),
      }),
    ]),
  );
}
