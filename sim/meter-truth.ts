import assert from 'node:assert';
import { SimulatedHome, stepMs } from '../modbus-sim/home.ts';
import type { HomeOptions } from '../modbus-sim/home-options.ts';
import type { HomeState } from '../modbus-sim/home-state.ts';

/** A poll takes up to this long: what it read first may be as old. */
const pollMsMax = 3_000;
const wsPerKwh = 3_600_000;

const quantities: Readonly<Record<string, (state: HomeState) => number>> = {
  grid_power_w: ({ flow }) => flow.gridW,
  grid_power_l1_w: ({ flow }) => flow.gridPhaseW[0],
  grid_power_l2_w: ({ flow }) => flow.gridPhaseW[1],
  grid_power_l3_w: ({ flow }) => flow.gridPhaseW[2],
  grid_voltage_l1_v: ({ flow }) => flow.phaseVoltageV[0],
  grid_voltage_l2_v: ({ flow }) => flow.phaseVoltageV[1],
  grid_voltage_l3_v: ({ flow }) => flow.phaseVoltageV[2],
  grid_frequency_hz: ({ flow }) => flow.frequencyHz,
  grid_import_kwh: ({ energy }) => energy.importWs / wsPerKwh,
  grid_export_kwh: ({ energy }) => energy.exportWs / wsPerKwh,
  grid_import_l1_kwh: ({ energy }) => energy.importL1Ws / wsPerKwh,
  grid_export_l1_kwh: ({ energy }) => energy.exportL1Ws / wsPerKwh,
};

/**
 * What an honest meter at the grid connection would have said at any time: a second home of the same seed, that
 * nobody reads. It is moved on only, so ask for the times of its future in any order; it keeps what it lived.
 */
export class MeterTruth {
  readonly #home: SimulatedHome;
  readonly #states = new Map<number, HomeState>();
  #livedMs: number;

  constructor(options: HomeOptions) {
    this.#home = new SimulatedHome(options);
    this.#livedMs = stepOf(options.startMs);
    this.#states.set(this.#livedMs, this.#home.state());
  }

  /** What it may have said in a poll that ended then: one value, or two where the home has just moved on. */
  of(quantity: string, atMs: number): readonly number[] {
    const value = quantities[quantity];
    if (value === undefined) return [];
    const steps = new Set([stepOf(atMs), stepOf(atMs - pollMsMax)]);
    return [...steps].map((step) => value(this.#stateAt(step)));
  }

  #stateAt(step: number): HomeState {
    while (this.#livedMs < step) {
      this.#livedMs += stepMs;
      this.#home.advanceTo(this.#livedMs);
      this.#states.set(this.#livedMs, this.#home.state());
    }
    const state = this.#states.get(step);
    assert(state !== undefined, `the home began after ${step}`);
    return state;
  }
}

function stepOf(atMs: number): number {
  return Math.floor(atMs / stepMs) * stepMs;
}
