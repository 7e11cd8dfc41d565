import { selfConsumption } from '../home-controls.ts';
import type { HybridControls } from '../home-controls.ts';
import type { DeviceDefinition } from './device-definition.ts';
import type { DeviceView } from './device-view.ts';
import { commonModel } from './sunspec-identity.ts';
import { modelAddress, point, sunspecRegisters } from './sunspec-model.ts';
import type { SunspecModel } from './sunspec-model.ts';
import type { Settings } from './writable-register.ts';

type Phase = 0 | 1 | 2;

const base = 40_000;
const ratedW = 10_000;
const batteryRatedW = 5000;
const percentExponent = -2;
const hundredPct = 10_000;
const { unsigned, signed, constant, scale, absent, absentSigned, zeros, setting } = point;

const seconds = { min: 0, max: 0xfffe };
const flag = { oneOf: [0, 1] } as const;

/** Model 103 without DC values, as a GEN24 shows it: those are in model 160. */
const inverterModel: SunspecModel = {
  id: 103,
  length: 50,
  points: [
    unsigned(-2, (view) => phaseA(view, 0) + phaseA(view, 1) + phaseA(view, 2)),
    unsigned(-2, (view) => phaseA(view, 0)),
    unsigned(-2, (view) => phaseA(view, 1)),
    unsigned(-2, (view) => phaseA(view, 2)),
    scale(-2),
    unsigned(-1, (view) => lineV(view, 0, 1)),
    unsigned(-1, (view) => lineV(view, 1, 2)),
    unsigned(-1, (view) => lineV(view, 2, 0)),
    unsigned(-1, (view) => view.state.flow.phaseVoltageV[0]),
    unsigned(-1, (view) => view.state.flow.phaseVoltageV[1]),
    unsigned(-1, (view) => view.state.flow.phaseVoltageV[2]),
    scale(-1),
    signed(0, acW),
    scale(0),
    unsigned(-2, (view) => view.state.flow.frequencyHz),
    scale(-2),
    signed(0, (view) => Math.abs(acW(view))),
    scale(0),
    signed(0, () => 0),
    scale(0),
    signed(-2, () => 100),
    scale(-2),
    point.accumulator((view) => view.lifetimeWh('hybridOutWs')),
    scale(0),
    ...[absent(), absentSigned(), absent(), absentSigned(), absentSigned(2)],
    signed(-1, (view) => view.state.flow.outdoorCelsius + 12 + Math.abs(acW(view)) / 400),
    absentSigned(3),
    scale(-1),
    unsigned(0, operatingState),
    unsigned(0, operatingState),
    zeros(12),
  ],
};

/** Photovoltaic system with storage (82); ratings. */
const nameplateModel: SunspecModel = {
  id: 120,
  length: 26,
  points: [
    constant(82),
    ...[constant(ratedW), scale(0)],
    ...[constant(ratedW), scale(0)],
    ...[constant(ratedW), absentSigned(2), constant(-ratedW), scale(0)],
    ...[constant(160), scale(-1)],
    ...[constant(-800), absentSigned(2), constant(800), scale(-3)],
    ...[unsigned(0, (view) => view.state.batteryCapacityWh), scale(0)],
    ...[absent(), absentSigned()],
    ...[constant(batteryRatedW), scale(0)],
    ...[constant(batteryRatedW), scale(0)],
    absentSigned(),
  ],
};

const basicSettingsModel: SunspecModel = {
  id: 121,
  length: 30,
  points: [
    ...[constant(ratedW), constant(230), constant(0), absent(2), constant(ratedW)],
    ...[constant(ratedW), absentSigned(2), constant(-ratedW), absent()],
    ...[constant(-800), absentSigned(2), constant(800), absent(5)],
    ...[scale(0), scale(0), scale(0), absentSigned(), scale(0), scale(0), absentSigned(), scale(-3)],
    absentSigned(2),
  ],
};

const statusModel: SunspecModel = {
  id: 122,
  length: 44,
  points: [
    constant(7),
    constant(7),
    constant(1),
    point.longAccumulator((view) => view.lifetimeWh('hybridOutWs')),
    zeros(20),
    ...[absentSigned(), absentSigned(), absent(), absentSigned()],
    zeros(2),
    point.long((view) => (isLimited(view.settings) ? 1 : 0)),
    point.text(4, () => 'RTC'),
    point.long((view) => Math.floor(view.state.atMs / 1000) - 946_684_800),
    zeros(1),
    ...[absent(), absentSigned()],
  ],
};

const controlsModel: SunspecModel = {
  id: 123,
  length: 24,
  points: [
    ...[setting('u16', seconds, 0), setting('u16', seconds, 0), setting('u16', flag, 1)],
    setting('u16', { min: 0, max: hundredPct }, hundredPct),
    ...[setting('u16', seconds, 0), setting('u16', seconds, 0), setting('u16', seconds, 0)],
    setting('u16', flag, 0),
    ...[constant(100), absent(3), constant(0)],
    ...[absentSigned(3), absent(3), constant(0), constant(0)],
    ...[scale(percentExponent), scale(-2), absentSigned()],
  ],
};

const mpptModel: SunspecModel = {
  id: 160,
  length: 88,
  points: [
    ...[scale(-2), scale(-1), scale(0), scale(0)],
    zeros(2),
    ...[constant(4), absent()],
    ...mpptModule(1, 'MPPT1', { watts: pvInputW(0), wattHours: (view) => view.lifetimeWh('pv1Ws') / 2 }),
    ...mpptModule(2, 'MPPT2', { watts: pvInputW(1), wattHours: (view) => view.lifetimeWh('pv1Ws') / 2 }),
    ...mpptModule(3, 'StCha 3', {
      watts: (view) => Math.max(0, -view.state.flow.batteryW),
      wattHours: (view) => view.lifetimeWh('chargeWs'),
    }),
    ...mpptModule(4, 'StDisCha 4', {
      watts: (view) => Math.max(0, view.state.flow.batteryW),
      wattHours: (view) => view.lifetimeWh('dischargeWs'),
    }),
  ],
};

const storageModel: SunspecModel = {
  id: 124,
  length: 24,
  points: [
    ...[constant(batteryRatedW), constant(100), constant(100)],
    setting('u16', { min: 0, max: 3 }, 0),
    absent(),
    setting('u16', { min: 0, max: hundredPct }, 500),
    unsigned(-2, (view) => view.state.batterySocPct),
    ...[absent(), absent()],
    unsigned(0, chargeStatus),
    setting('s16', { min: -hundredPct, max: hundredPct }, hundredPct),
    setting('s16', { min: -hundredPct, max: hundredPct }, hundredPct),
    ...[setting('u16', seconds, 0), setting('u16', seconds, 0), setting('u16', seconds, 0)],
    setting('u16', flag, 0),
    ...[scale(0), scale(0), absentSigned(), scale(percentExponent), scale(-2), absentSigned(2)],
    scale(percentExponent),
  ],
};

const models = [
  commonModel({ model: 'Symo GEN24 10.0', version: '1.30.7-1' }),
  inverterModel,
  nameplateModel,
  basicSettingsModel,
  statusModel,
  controlsModel,
  mpptModel,
  storageModel,
];
const image = sunspecRegisters(base, models);

/** Offsets from a model's id are those of the SunSpec tables. */
const immediate = modelAddress(base, models, 123);
const at = {
  connectedRevertS: immediate + 3,
  connected: immediate + 4,
  limitPct: immediate + 5,
  limitRevertS: immediate + 7,
  limitOn: immediate + 9,
};
const storage = modelAddress(base, models, 124);
const stored = {
  mode: storage + 5,
  reservePct: storage + 7,
  dischargePct: storage + 12,
  chargePct: storage + 13,
  revertS: storage + 15,
  fromGrid: storage + 17,
};
const limitsCharge = 1;
const limitsDischarge = 2;

/**
 * A hybrid inverter after the manner of a Fronius GEN24, integer and scale factor: array 1 and the battery, SunSpec from
 * 40000 on, its meter at the unit 200 (see sunspec-meter.ts). What models 123 and 124 are told ends by itself when their
 * revert times say so, and with a reboot.
 */
export const sunspecHybrid: DeviceDefinition = {
  model: 'Fronius Symo GEN24 10.0',
  wordOrder: 'high-first',
  readWordsMax: 125,
  tooLongException: 3,
  alignmentWords: 1,
  registers: { 3: image.registers },
  writable: image.writable,
  forgetsAtReboot: true,
  revertTimers: [
    { timer: at.connectedRevertS, armedBy: [at.connected], reverts: [at.connected] },
    { timer: at.limitRevertS, armedBy: [at.limitPct, at.limitOn], reverts: [at.limitPct, at.limitOn] },
    {
      timer: stored.revertS,
      armedBy: [stored.mode, stored.dischargePct, stored.chargePct],
      reverts: [stored.mode, stored.dischargePct, stored.chargePct],
    },
  ],
  controls,
};

/** A negative rate turns a limit around: a discharge of at most −40 % is a charge of at least 40 %. */
function controls(settings: Settings): HybridControls {
  const get = (address: number): number => settings.get(address) ?? 0;
  const watts = (address: number): number => Math.round((get(address) / hundredPct) * batteryRatedW);
  const mode = get(stored.mode);
  return {
    ...selfConsumption,
    batteryWMin: (mode & limitsCharge) === 0 ? -Infinity : -watts(stored.chargePct),
    batteryWMax: (mode & limitsDischarge) === 0 ? Infinity : watts(stored.dischargePct),
    socMinPct: get(stored.reservePct) / 100,
    chargesFromGrid: get(stored.fromGrid) === 1,
    acWMax:
      get(at.connected) === 0 ? 0 : isLimited(settings) ? (get(at.limitPct) / hundredPct) * ratedW : Infinity,
  };
}

function isLimited(settings: Settings): boolean {
  return settings.get(at.limitOn) === 1;
}

/** 2 sleeping, 4 follows the sun, 5 held back. */
function operatingState({ state, settings }: DeviceView): number {
  if (isLimited(settings)) return 5;
  return state.flow.pv1W > 0 || state.flow.batteryW !== 0 ? 4 : 2;
}

function acW(view: DeviceView): number {
  return view.state.flow.hybridAcW;
}

function phaseA(view: DeviceView, phase: Phase): number {
  return Math.abs(acW(view)) / 3 / view.state.flow.phaseVoltageV[phase];
}

function lineV(view: DeviceView, from: Phase, to: Phase): number {
  const volts = view.state.flow.phaseVoltageV;
  return (Math.sqrt(3) * (volts[from] + volts[to])) / 2;
}

/** Array 1 lies on two trackers; the odd watt on the first. */
function pvInputW(tracker: 0 | 1): (view: DeviceView) => number {
  return ({ state }) => (tracker === 0 ? Math.ceil(state.flow.pv1W / 2) : Math.floor(state.flow.pv1W / 2));
}

interface MpptValues {
  readonly watts: (view: DeviceView) => number;
  readonly wattHours: (view: DeviceView) => number;
}

function mpptModule(id: number, name: string, { watts, wattHours }: MpptValues) {
  const volts = (view: DeviceView): number =>
    watts(view) === 0 ? 0 : 400 + view.state.flow.irradiance1Wm2 / 50;
  return [
    constant(id),
    point.text(8, () => name),
    unsigned(-2, (view) => (watts(view) === 0 ? 0 : watts(view) / volts(view))),
    unsigned(-1, volts),
    unsigned(0, watts),
    point.accumulator(wattHours),
    absent(2),
    absentSigned(),
    constant(4),
    zeros(2),
  ];
}

/** 2 empty, 3 discharging, 4 charging, 5 full, 6 holding. */
function chargeStatus({ state }: DeviceView): number {
  if (state.flow.batteryW !== 0) return state.flow.batteryW > 0 ? 3 : 4;
  if (state.batterySocPct >= 99.9) return 5;
  return state.batterySocPct <= 5.1 ? 2 : 6;
}
