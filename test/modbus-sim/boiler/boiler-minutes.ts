import type { PelletBoiler } from '../../../modbus-sim/boiler/pellet-boiler.ts';

/** What a gateway that reads every 5 s makes of a minute. */
export interface BoilerMinute {
  readonly atMs: number;
  /** Mean, °C; undefined without a good sample. */
  readonly waterC: number | undefined;
  /** Whether any sample was on. */
  readonly isIgniterOn: boolean;
  readonly isFanOn: boolean;
}

const sampleMs = 5_000;
const minuteMs = 60_000;
/** Less is what a clamp says of a motor that rests. */
const onA = 0.1;

export function minutesOf(
  boiler: PelletBoiler,
  { startMs, minutes }: { readonly startMs: number; readonly minutes: number },
): readonly BoilerMinute[] {
  return Array.from({ length: minutes }, (_, index) => {
    const atMs = startMs + index * minuteMs;
    const samples = Array.from({ length: minuteMs / sampleMs }, (_, sample) => {
      boiler.advanceTo(atMs + sample * sampleMs);
      return boiler.truth();
    });
    return {
      atMs,
      waterC: samples.reduce((sum, { waterC }) => sum + waterC, 0) / samples.length,
      isIgniterOn: samples.some(({ currents }) => currents.igniterA > onA),
      isFanOn: samples.some(({ currents }) => currents.primaryFanA > onA),
    };
  });
}

const failureC = 56;

/**
 * The phases of the boiler's page, by its rules as they stand there: 0 undefined, 6 combustion, 7 ignition, 8 hold,
 * 9 stop, 10 jam or empty silo, 11 combustion to watch. One minute follows the other without a hole.
 */
export function phasesOf(minutes: readonly BoilerMinute[]): readonly number[] {
  const phases: number[] = [];
  for (const [index, minute] of minutes.entries())
    phases.push(phaseOf(minute, minutes.slice(0, index), phases));
  return phases;
}

function phaseOf(
  { waterC, isIgniterOn, isFanOn }: BoilerMinute,
  before: readonly BoilerMinute[],
  phases: readonly number[],
): number {
  if (waterC === undefined) return 0;
  if (isIgniterOn) return 7;
  if (waterC >= failureC) return isFanOn ? 6 : 8;
  if (!isFanOn) return 9;
  const rise = (forMinutes: number): number | undefined => {
    const oldestC = before.at(-forMinutes)?.waterC;
    return oldestC === undefined ? undefined : waterC - oldestC;
  };
  if (phases.slice(-20).includes(7) || (rise(10) ?? 0) > 0.2) return 11;
  return (rise(30) ?? Infinity) < 1 ? 10 : 6;
}

/** Each phase once, when it comes. */
export function sequenceOf(phases: readonly number[]): readonly number[] {
  return phases.filter((phase, index) => phase !== phases[index - 1]);
}
