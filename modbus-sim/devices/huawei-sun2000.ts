import { counter, s16, s32, text, u16, u32 } from './device-definition.ts';
import type { DeviceDefinition } from './device-definition.ts';
import type { DeviceView } from './device-view.ts';

type Phase = 0 | 1 | 2;

const strings = 2;

/**
 * Huawei SUN2000 string inverter with array 2, no meter and no battery of its own. Holding registers, high word
 * first ("Solar Inverter Modbus Interface Definitions (V3.0)").
 */
export const huaweiSun2000: DeviceDefinition = {
  model: 'Huawei SUN2000-5KTL-M1',
  wordOrder: 'high-first',
  readWordsMax: 125,
  tooLongException: 3,
  alignmentWords: 1,
  registers: {
    3: [
      text(30000, 15, () => 'SUN2000-5KTL-M1'),
      text(30015, 10, (view) => view.serialNumber),
      text(30025, 10, () => '01074311-005'),
      u16(30070, 1, () => 427),
      u16(30071, 1, () => strings),
      u16(30072, 1, () => 2),
      u32(30073, 1, () => 5000),
      u32(30075, 1, () => 5500),
      u16(32000, 1, (view) => (isFeeding(view) ? 0x0006 : 0x0001)),
      u16(32002, 1, (view) => (isFeeding(view) ? 0x0007 : 0x0002)),
      u16(32008, 1, () => 0),
      u16(32009, 1, () => 0),
      u16(32010, 1, () => 0),
      s16(32016, 0.1, stringV),
      s16(32017, 0.01, stringA),
      s16(32018, 0.1, stringV),
      s16(32019, 0.01, stringA),
      s32(32064, 1, (view) => view.state.flow.pv2DcW),
      u16(32066, 0.1, (view) => lineV(view, 0, 1)),
      u16(32067, 0.1, (view) => lineV(view, 1, 2)),
      u16(32068, 0.1, (view) => lineV(view, 2, 0)),
      u16(32069, 0.1, (view) => view.state.flow.phaseVoltageV[0]),
      u16(32070, 0.1, (view) => view.state.flow.phaseVoltageV[1]),
      u16(32071, 0.1, (view) => view.state.flow.phaseVoltageV[2]),
      s32(32072, 0.001, (view) => phaseA(view, 0)),
      s32(32074, 0.001, (view) => phaseA(view, 1)),
      s32(32076, 0.001, (view) => phaseA(view, 2)),
      s32(32078, 1, (view) => view.state.pv2PeakTodayW),
      s32(32080, 1, acW),
      s32(32082, 1, () => 0),
      s16(32084, 0.001, (view) => (isFeeding(view) ? 1 : 0)),
      u16(32085, 0.01, (view) => view.state.flow.frequencyHz),
      u16(32086, 0.01, efficiencyPct),
      s16(32087, 0.1, (view) => view.state.flow.outdoorCelsius + 8 + acW(view) / 250),
      u16(32088, 0.001, () => 3),
      u16(32089, 1, (view) => (isFeeding(view) ? 0x0200 : 0xa000)),
      u16(32090, 1, () => 0),
      u32(32091, 1, (view) => localEpochS(view, view.state.pv2WakeMs)),
      u32(32093, 1, (view) => localEpochS(view, view.state.pv2SleepMs)),
      counter('u32', 32106, 10, (view) => view.lifetimeWh('pv2Ws')),
      counter('u32', 32114, 10, (view) => view.todayWh('pv2Ws')),
      u16(37000, 1, () => 0),
      u16(37100, 1, () => 0),
    ],
  },
};

function acW(view: DeviceView): number {
  return view.state.flow.pv2W;
}

function isFeeding(view: DeviceView): boolean {
  return acW(view) > 0;
}

function stringV(view: DeviceView): number {
  const { irradiance2Wm2, outdoorCelsius } = view.state.flow;
  return irradiance2Wm2 < 1 ? 0 : 380 - 1.1 * outdoorCelsius + 0.01 * irradiance2Wm2;
}

function stringA(view: DeviceView): number {
  const { pv2DcW } = view.state.flow;
  return pv2DcW === 0 ? 0 : pv2DcW / strings / stringV(view);
}

function lineV(view: DeviceView, from: Phase, to: Phase): number {
  const volts = view.state.flow.phaseVoltageV;
  return (Math.sqrt(3) * (volts[from] + volts[to])) / 2;
}

function phaseA(view: DeviceView, phase: Phase): number {
  return acW(view) / 3 / view.state.flow.phaseVoltageV[phase];
}

function efficiencyPct(view: DeviceView): number {
  const { pv2DcW } = view.state.flow;
  return pv2DcW === 0 ? 0 : (acW(view) / pv2DcW) * 100;
}

/** The inverter counts seconds of its local clock. */
function localEpochS(view: DeviceView, atMs: number): number {
  return atMs === 0 ? 0 : Math.floor(atMs / 1000) + view.site.utcOffsetMinutes * 60;
}
