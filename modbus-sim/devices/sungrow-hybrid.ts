import { counter, s16, s32, text, u16, u32 } from './device-definition.ts';
import type { DeviceDefinition, RegisterDefinition } from './device-definition.ts';
import type { DeviceView } from './device-view.ts';
import { selfConsumption } from '../home-controls.ts';
import type { HybridControls } from '../home-controls.ts';
import { writable } from './writable-register.ts';
import type { Settings, WritableRegister } from './writable-register.ts';

type Phase = 0 | 1 | 2;

const absent = 0xffff;
const tenthKwh = 100;

/** Identity, inverter and meter: addresses below 6000. */
const inverterRegisters: RegisterDefinition[] = [
  text(4989, 10, (view) => view.serialNumber),
  u16(4999, 1, () => 0x0e03),
  u16(5000, 100, () => 10_000),
  u16(5001, 1, () => 1),
  counter('u16', 5002, tenthKwh, (view) => view.todayWh('hybridOutWs')),
  counter('u32', 5003, tenthKwh, (view) => view.lifetimeWh('hybridOutWs')),
  s16(5007, 0.1, (view) => view.state.flow.outdoorCelsius + 12 + Math.abs(acW(view)) / 400),
  u16(5010, 0.1, mpptV),
  u16(5011, 0.1, mpptA),
  u16(5012, 0.1, mpptV),
  u16(5013, 0.1, mpptA),
  u16(5014, 1, () => absent),
  u16(5015, 1, () => absent),
  u32(5016, 1, (view) => view.state.flow.pv1W),
  u16(5018, 0.1, (view) => view.state.flow.phaseVoltageV[0]),
  u16(5019, 0.1, (view) => view.state.flow.phaseVoltageV[1]),
  u16(5020, 0.1, (view) => view.state.flow.phaseVoltageV[2]),
  s32(5032, 1, () => 0),
  s16(5034, 0.001, () => 1),
  u16(5035, 0.1, (view) => view.state.flow.frequencyHz),
  u16(5114, 1, () => absent),
  u16(5115, 1, () => absent),
  s32(5213, 1, (view) => view.state.flow.batteryW),
  u16(5241, 0.01, (view) => view.state.flow.frequencyHz),
  s32(5600, 1, (view) => view.state.flow.gridW),
  s32(5602, 1, (view) => view.state.flow.gridPhaseW[0]),
  s32(5604, 1, (view) => view.state.flow.gridPhaseW[1]),
  s32(5606, 1, (view) => view.state.flow.gridPhaseW[2]),
  u16(5627, 100, () => 10_000),
  s16(5630, 0.1, batteryA),
  u16(5634, 1, () => 30),
  u16(5635, 1, () => 30),
  u16(5638, 10, (view) => view.state.batteryCapacityWh),
  s16(5740, 0.1, (view) => view.state.flow.phaseVoltageV[0]),
  s16(5741, 0.1, (view) => view.state.flow.phaseVoltageV[1]),
  s16(5742, 0.1, (view) => view.state.flow.phaseVoltageV[2]),
  u16(5743, 0.01, (view) => meterA(view, 0)),
  u16(5744, 0.01, (view) => meterA(view, 1)),
  u16(5745, 0.01, (view) => meterA(view, 2)),
];

/** State, energies and battery: addresses from 12999. */
const systemRegisters: RegisterDefinition[] = [
  u16(12999, 1, systemState),
  u16(13000, 1, powerFlowBits),
  counter('u16', 13001, tenthKwh, (view) => view.todayWh('pv1Ws')),
  counter('u32', 13002, tenthKwh, (view) => view.lifetimeWh('pv1Ws')),
  counter('u16', 13004, tenthKwh, (view) => view.todayWh('pv1ToGridWs')),
  counter('u32', 13005, tenthKwh, (view) => view.lifetimeWh('pv1ToGridWs')),
  s32(13007, 1, (view) => view.state.flow.loadW),
  s32(13009, 1, (view) => -view.state.flow.gridW),
  counter('u16', 13011, tenthKwh, (view) => view.todayWh('pv1ToBatteryWs')),
  counter('u32', 13012, tenthKwh, (view) => view.lifetimeWh('pv1ToBatteryWs')),
  counter('u16', 13016, tenthKwh, (view) => view.todayWh('pv1ToHouseWs')),
  counter('u32', 13017, tenthKwh, (view) => view.lifetimeWh('pv1ToHouseWs')),
  u16(13019, 0.1, batteryV),
  u16(13020, 0.1, (view) => Math.abs(batteryA(view))),
  u16(13021, 1, (view) => Math.abs(view.state.flow.batteryW)),
  u16(13022, 0.1, (view) => view.state.batterySocPct),
  u16(13023, 0.1, () => 98),
  s16(
    13024,
    0.1,
    (view) => 20 + view.state.flow.outdoorCelsius / 5 + Math.abs(view.state.flow.batteryW) / 1000,
  ),
  counter('u16', 13025, tenthKwh, (view) => view.todayWh('dischargeWs')),
  counter('u32', 13026, tenthKwh, (view) => view.lifetimeWh('dischargeWs')),
  s16(13030, 0.1, (view) => outputA(view, 0)),
  s16(13031, 0.1, (view) => outputA(view, 1)),
  s16(13032, 0.1, (view) => outputA(view, 2)),
  s32(13033, 1, acW),
  counter('u16', 13035, tenthKwh, (view) => view.todayWh('importWs')),
  counter('u32', 13036, tenthKwh, (view) => view.lifetimeWh('importWs')),
  u16(13038, 100, (view) => view.state.batteryCapacityWh),
  counter('u16', 13039, tenthKwh, (view) => view.todayWh('chargeWs')),
  counter('u32', 13040, tenthKwh, (view) => view.lifetimeWh('chargeWs')),
  counter('u16', 13044, tenthKwh, (view) => view.todayWh('exportWs')),
  counter('u32', 13045, tenthKwh, (view) => view.lifetimeWh('exportWs')),
];

/** "EMS mode" 2 does what the two registers after it say; 3 waits for an energy manager and rests meanwhile. */
const emsMode = { address: 13049, selfConsumption: 0, forced: 2, external: 3 } as const;
const command = { address: 13050, charge: 0xaa, discharge: 0xbb, stop: 0xcc } as const;
const forcedPowerAt = 13051;
const socMaxAt = 13057;
const socMinAt = 13058;
const exportLimitAt = 13073;
const exportSwitchAt = 13086;
const chargeMaxAt = 33046;
const dischargeMaxAt = 33047;
const on = 0xaa;
const off = 0x55;

/** "Parameter setting": they stay through a reboot, and nothing takes them back by itself. */
const settingRegisters: WritableRegister[] = [
  writable('u16', emsMode.address, { oneOf: [0, 2, 3] }, emsMode.selfConsumption),
  writable(
    'u16',
    command.address,
    { oneOf: [command.charge, command.discharge, command.stop] },
    command.stop,
  ),
  writable('u16', forcedPowerAt, { min: 0, max: 10_000 }, 0),
  writable('u16', socMaxAt, { min: 500, max: 1000 }, 1000),
  writable('u16', socMinAt, { min: 0, max: 500 }, 50),
  writable('u16', exportLimitAt, { min: 0, max: 10_000 }, 10_000),
  writable('u16', 13074, { oneOf: [on, off] }, off),
  writable('u16', exportSwitchAt, { oneOf: [on, off] }, off),
  writable('u16', chargeMaxAt, { min: 1, max: 1060 }, 500),
  writable('u16', dischargeMaxAt, { min: 1, max: 1060 }, 500),
];

/**
 * Sungrow SH10RT hybrid inverter with array 1, the battery, and a two-channel meter on the grid connection and on the
 * other inverter (so that its load, 13007, is the whole house's). Low word first; wire address = manual − 1
 * ("Communication Protocol of Residential Hybrid Inverter" V1.1.x). It plays firmware from before October 2024:
 * 13020 and 13021 are unsigned and the direction is in the bits of 13000; 5213 is signed, discharge positive.
 */
export const sungrowHybrid: DeviceDefinition = {
  model: 'Sungrow SH10RT',
  wordOrder: 'low-first',
  readWordsMax: 125,
  tooLongException: 3,
  alignmentWords: 1,
  registers: { 4: [...inverterRegisters, ...systemRegisters] },
  writable: settingRegisters,
  controls,
};

function controls(settings: Settings): HybridControls {
  const at = (address: number): number => settings.get(address) ?? 0;
  const chargeW = 10 * at(chargeMaxAt);
  const dischargeW = 10 * at(dischargeMaxAt);
  const forcedW = forcedBatteryW(at(emsMode.address), at(command.address), at(forcedPowerAt));
  return {
    ...selfConsumption,
    batteryWMin: Math.max(-chargeW, Math.min(dischargeW, forcedW ?? -Infinity)),
    batteryWMax: Math.min(dischargeW, Math.max(-chargeW, forcedW ?? Infinity)),
    socMaxPct: at(socMaxAt) / 10,
    socMinPct: at(socMinAt) / 10,
    exportWMax: at(exportSwitchAt) === on ? at(exportLimitAt) : Infinity,
  };
}

/** Undefined: as the meter wants it. */
function forcedBatteryW(mode: number, commanded: number, powerW: number): number | undefined {
  if (mode === emsMode.selfConsumption) return undefined;
  if (commanded === command.charge) return -powerW;
  return commanded === command.discharge ? powerW : 0;
}

/** Running, running as told, or standby. */
function systemState(view: DeviceView): number {
  const { pv1W, batteryW } = view.state.flow;
  if (view.setting(emsMode.address) === emsMode.forced) return 0x800;
  return pv1W > 0 || batteryW !== 0 ? 0x40 : 0x08;
}

function acW(view: DeviceView): number {
  return view.state.flow.hybridAcW;
}

function mpptV(view: DeviceView): number {
  const { irradiance1Wm2, outdoorCelsius } = view.state.flow;
  return irradiance1Wm2 < 1 ? 0 : 560 - 1.6 * outdoorCelsius + 0.015 * irradiance1Wm2;
}

function mpptA(view: DeviceView): number {
  const { pv1W } = view.state.flow;
  return pv1W === 0 ? 0 : pv1W / 2 / mpptV(view);
}

/** A stack of three 3.2 kWh modules. */
function batteryV(view: DeviceView): number {
  return 288 + 0.25 * view.state.batterySocPct - view.state.flow.batteryW / 800;
}

function batteryA(view: DeviceView): number {
  return view.state.flow.batteryW / batteryV(view);
}

function meterA(view: DeviceView, phase: Phase): number {
  return Math.abs(view.state.flow.gridPhaseW[phase]) / view.state.flow.phaseVoltageV[phase];
}

function outputA(view: DeviceView, phase: Phase): number {
  return acW(view) / 3 / view.state.flow.phaseVoltageV[phase];
}

function powerFlowBits(view: DeviceView): number {
  const { pv1W, batteryW, loadW, gridW } = view.state.flow;
  return (
    (pv1W > 0 ? 0x01 : 0) |
    (batteryW < 0 ? 0x02 : 0) |
    (batteryW > 0 ? 0x04 : 0) |
    (loadW > 0 ? 0x08 : 0) |
    (gridW < 0 ? 0x10 : 0) |
    (gridW > 0 ? 0x20 : 0)
  );
}
