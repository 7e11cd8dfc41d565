import type { EnergyCounter } from '../home-state.ts';
import type { DeviceDefinition } from './device-definition.ts';
import type { DeviceView } from './device-view.ts';
import { commonModel } from './sunspec-identity.ts';
import { point, sunspecRegisters } from './sunspec-model.ts';
import type { SunspecModel, SunspecPoint } from './sunspec-model.ts';

type Phase = 0 | 1 | 2;

const phases: readonly Phase[] = [0, 1, 2];
const importCounters = ['importL1Ws', 'importL2Ws', 'importL3Ws'] as const satisfies EnergyCounter[];
const exportCounters = ['exportL1Ws', 'exportL2Ws', 'exportL3Ws'] as const satisfies EnergyCounter[];
const { signed, scale, accumulator, zeros, absentSigned } = point;

/** Model 203 at the grid connection: import +, export −. */
const meterModel: SunspecModel = {
  id: 203,
  length: 105,
  points: [
    signed(-2, (view) => phaseA(view, 0) + phaseA(view, 1) + phaseA(view, 2)),
    ...phases.map((phase) => signed(-2, (view) => phaseA(view, phase))),
    scale(-2),
    signed(-1, (view) => mean(view.state.flow.phaseVoltageV)),
    ...phases.map((phase) => signed(-1, (view) => view.state.flow.phaseVoltageV[phase])),
    signed(-1, (view) => Math.sqrt(3) * mean(view.state.flow.phaseVoltageV)),
    signed(-1, (view) => lineV(view, 0, 1)),
    signed(-1, (view) => lineV(view, 1, 2)),
    signed(-1, (view) => lineV(view, 2, 0)),
    scale(-1),
    signed(-2, (view) => view.state.flow.frequencyHz),
    scale(-2),
    ...totalAndPhases((powerW) => powerW),
    scale(0),
    ...totalAndPhases((powerW) => Math.abs(powerW)),
    scale(0),
    ...totalAndPhases(() => 0),
    scale(0),
    ...totalAndPhases(() => 100),
    scale(0),
    accumulator((view) => view.lifetimeWh('exportWs')),
    ...exportCounters.map((energyCounter) => accumulator((view) => view.lifetimeWh(energyCounter))),
    accumulator((view) => view.lifetimeWh('importWs')),
    ...importCounters.map((energyCounter) => accumulator((view) => view.lifetimeWh(energyCounter))),
    scale(0),
    ...[zeros(16), absentSigned()],
    ...[zeros(32), absentSigned()],
    zeros(2),
  ],
};

const image = sunspecRegisters(40_000, [
  commonModel({ model: 'Smart Meter TS 65A-3', version: '1.3' }),
  meterModel,
]);

/** The meter of the SunSpec hybrid, which answers at a unit id of its own. */
export const sunspecMeter: DeviceDefinition = {
  model: 'Fronius Smart Meter',
  wordOrder: 'high-first',
  readWordsMax: 125,
  tooLongException: 3,
  alignmentWords: 1,
  registers: { 3: image.registers },
};

function totalAndPhases(value: (powerW: number) => number): SunspecPoint[] {
  return [
    signed(0, (view) => value(view.state.flow.gridW)),
    ...phases.map((phase) => signed(0, (view) => value(view.state.flow.gridPhaseW[phase]))),
  ];
}

function phaseA(view: DeviceView, phase: Phase): number {
  return view.state.flow.gridPhaseW[phase] / view.state.flow.phaseVoltageV[phase];
}

function lineV(view: DeviceView, from: Phase, to: Phase): number {
  const volts = view.state.flow.phaseVoltageV;
  return (Math.sqrt(3) * (volts[from] + volts[to])) / 2;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
