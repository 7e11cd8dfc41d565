import type { BoilerInput } from './boiler-input.ts';
import type { PhaseMinute } from './phase.ts';

/** What one input said in a minute: of its good samples, and how many were none. */
export interface InputMinute {
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Of a motor, whether any good sample was on; null of a temperature, and where there was none. */
  readonly isOn: boolean | null;
  /** Good samples. */
  readonly n: number;
  readonly bad: number;
}

/** A minute [start, start + 60 s) in which anything was said of the boiler, good or not. */
export interface BoilerMinute extends PhaseMinute {
  /** Only those that said anything. */
  readonly inputs: ReadonlyMap<BoilerInput, InputMinute>;
}

export const minuteMs = 60_000;

/** The start of the minute that holds an instant. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / minuteMs) * minuteMs;
}

export function boilerMinute(startMs: number, inputs: ReadonlyMap<BoilerInput, InputMinute>): BoilerMinute {
  return {
    startMs,
    waterC: inputs.get('water')?.mean ?? null,
    isIgniterOn: inputs.get('igniter')?.isOn ?? null,
    isPrimaryFanOn: inputs.get('primaryFan')?.isOn ?? null,
    inputs,
  };
}
