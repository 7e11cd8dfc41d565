import type { EnergyCounter } from '../home-state.ts';
import { f32, u32 } from './device-definition.ts';
import type { DeviceDefinition, NumberRegister } from './device-definition.ts';
import type { DeviceView } from './device-view.ts';

type Phase = 0 | 1 | 2;

/** A steady share of reactive power, as motors and power supplies draw. */
const reactiveShare = 0.12;

const importCounters = ['importL1Ws', 'importL2Ws', 'importL3Ws'] as const satisfies EnergyCounter[];
const exportCounters = ['exportL1Ws', 'exportL2Ws', 'exportL3Ws'] as const satisfies EnergyCounter[];

/**
 * Eastron SDM630 at the grid connection: import +, export −. Every value is an F32 of two words at an even address,
 * high word first; at most 80 words a read ("SDM630 Smart Meter Modbus Protocol Implementation").
 */
export const sdm630: DeviceDefinition = {
  model: 'Eastron SDM630',
  wordOrder: 'high-first',
  readWordsMax: 80,
  tooLongException: 3,
  alignmentWords: 2,
  registers: {
    4: [
      ...perPhase(0, (view, phase) => view.state.flow.phaseVoltageV[phase]),
      ...perPhase(6, (view, phase) => apparentVa(phaseW(view, phase)) / view.state.flow.phaseVoltageV[phase]),
      ...perPhase(12, phaseW),
      ...perPhase(18, (view, phase) => apparentVa(phaseW(view, phase))),
      ...perPhase(24, (view, phase) => reactiveVar(phaseW(view, phase))),
      ...perPhase(30, (view, phase) => powerFactor(phaseW(view, phase))),
      f32(52, gridW),
      f32(56, (view) => apparentVa(gridW(view))),
      f32(60, (view) => reactiveVar(gridW(view))),
      f32(62, (view) => powerFactor(gridW(view))),
      f32(66, (view) => (Math.acos(powerFactor(gridW(view))) * 180) / Math.PI),
      f32(70, (view) => view.state.flow.frequencyHz),
      f32(72, (view) => kwh(view, 'importWs')),
      f32(74, (view) => kwh(view, 'exportWs')),
      f32(76, (view) => reactiveShare * kwh(view, 'importWs')),
      f32(78, (view) => reactiveShare * kwh(view, 'exportWs')),
      ...perPhase(234, () => 1.8),
      f32(248, () => 1.8),
      f32(342, (view) => kwh(view, 'importWs') + kwh(view, 'exportWs')),
      f32(344, (view) => reactiveShare * (kwh(view, 'importWs') + kwh(view, 'exportWs'))),
      ...perPhase(346, (view, phase) => kwh(view, importCounters[phase])),
      ...perPhase(352, (view, phase) => kwh(view, exportCounters[phase])),
      ...perPhase(358, (view, phase) => kwh(view, importCounters[phase]) + kwh(view, exportCounters[phase])),
    ],
    3: [
      f32(0x0c, () => 100),
      f32(0x12, () => 0),
      f32(0x14, () => 1),
      f32(0x1c, () => 2),
      u32(0xfc00, 1, (view) => Number(view.serialNumber)),
    ],
  },
};

function perPhase(address: number, value: (view: DeviceView, phase: Phase) => number): NumberRegister[] {
  return ([0, 1, 2] as const).map((phase) => f32(address + 2 * phase, (view) => value(view, phase)));
}

function gridW(view: DeviceView): number {
  return view.state.flow.gridW;
}

function phaseW(view: DeviceView, phase: Phase): number {
  return view.state.flow.gridPhaseW[phase];
}

function kwh(view: DeviceView, energyCounter: EnergyCounter): number {
  return view.lifetimeWh(energyCounter) / 1000;
}

function reactiveVar(powerW: number): number {
  return reactiveShare * Math.abs(powerW);
}

function apparentVa(powerW: number): number {
  return Math.hypot(powerW, reactiveVar(powerW));
}

function powerFactor(powerW: number): number {
  return powerW === 0 ? 1 : powerW / apparentVa(powerW);
}
