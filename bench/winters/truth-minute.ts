import type { BoilerNow } from './winter-boiler.ts';
import type { WinterInput } from './winter-plan.ts';

/** Bounds of what the water was, and of what it was shown as, at its good samples. */
interface Bounds {
  low: number;
  high: number;
}

/** What may be thought of a motor by its good samples: those of a minute in which it was on, was off, or cannot be told. */
interface MotorTruth {
  isSurelyOn: boolean;
  isMaybeOn: boolean;
  samples: number;
}

/** What a minute was like, by the simulator's truth at the samples that were good. */
export interface TruthMinute {
  /** Its readings came when it had been judged, or just before. */
  readonly isLate: boolean;
  /** Two minutes of real time were stamped with it. */
  readonly isDouble: boolean;
  readonly water: Bounds;
  waterSamples: number;
  waterSumC: number;
  /** By how much what was shown is off, in sum. */
  shownOffC: number;
  readonly igniter: MotorTruth;
  readonly primaryFan: MotorTruth;
}

export function emptyTruth(isLate: boolean): TruthMinute {
  return {
    isLate,
    isDouble: false,
    water: { low: Infinity, high: -Infinity },
    waterSamples: 0,
    waterSumC: 0,
    shownOffC: 0,
    igniter: { isSurelyOn: false, isMaybeOn: false, samples: 0 },
    primaryFan: { isSurelyOn: false, isMaybeOn: false, samples: 0 },
  };
}

/** Half a step of the sensor, and what shakes it. */
const sensorC = 0.0626;

/** A good sample was taken, and showed this: the truth, but for the sensor, or something else. */
export function see(
  truth: TruthMinute,
  input: WinterInput,
  { now, shown }: { readonly now: BoilerNow; readonly shown: number },
): void {
  if (input === 'water') {
    truth.water.low = Math.min(truth.water.low, now.waterC - sensorC, shown);
    truth.water.high = Math.max(truth.water.high, now.waterC + sensorC, shown);
    truth.waterSamples += 1;
    truth.waterSumC += now.waterC;
    truth.shownOffC += Math.max(0, Math.abs(shown - now.waterC) - sensorC);
    return;
  }
  const motor = truth[input];
  const isOn = input === 'igniter' ? now.isIgniterOn : now.isFanOn;
  const isShownOn = shown > 0;
  motor.samples += 1;
  if (isOn && isShownOn) motor.isSurelyOn = true;
  if (isOn || isShownOn) motor.isMaybeOn = true;
}

/** Two minutes of real time that were stamped with one. */
export function mergeTruth(first: TruthMinute, second: TruthMinute): TruthMinute {
  const motor = (input: 'igniter' | 'primaryFan'): MotorTruth => ({
    isSurelyOn: first[input].isSurelyOn || second[input].isSurelyOn,
    isMaybeOn: first[input].isMaybeOn || second[input].isMaybeOn,
    samples: first[input].samples + second[input].samples,
  });
  return {
    isLate: first.isLate || second.isLate,
    isDouble: true,
    water: {
      low: Math.min(first.water.low, second.water.low),
      high: Math.max(first.water.high, second.water.high),
    },
    waterSamples: first.waterSamples + second.waterSamples,
    waterSumC: first.waterSumC + second.waterSumC,
    shownOffC: first.shownOffC + second.shownOffC,
    igniter: motor('igniter'),
    primaryFan: motor('primaryFan'),
  };
}
