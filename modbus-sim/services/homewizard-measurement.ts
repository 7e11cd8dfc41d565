import type { SimulatedHome } from '../home.ts';
import { meterLocalTime } from './meter-local-time.ts';
import { p1Readings } from './p1-readings.ts';

export type HomewizardProduct = 'HWE-P1' | 'HWE-SKT' | 'HWE-KWH1' | 'HWE-KWH3' | 'HWE-WTR' | 'HWE-BAT';

type Fields = Readonly<Record<string, unknown>>;

export interface MeasurementOptions {
  readonly home: SimulatedHome;
  readonly product: HomewizardProduct;
  /** IANA, of the meter's clock. */
  readonly zone: string;
}

const gasId = '4730303332353631323738373634353139';

/** By the names of API v2, of what both APIs say; what only one of them says is its own. */
export function homewizardMeasurement({ home, product, zone }: MeasurementOptions, nowMs: number): Fields {
  home.advanceTo(nowMs);
  const { flow, energy } = home.state();
  switch (product) {
    case 'HWE-P1':
      return gridMeter(home, nowMs, zone);
    case 'HWE-SKT': {
      // A freezer, an eighth of the time.
      const isRunning = Math.floor(nowMs / 450_000) % 8 === 0;
      return oneLoad(isRunning ? 96 : 1, Math.floor(nowMs / 450_000) * 1.6, flow.phaseVoltageV[0]);
    }
    case 'HWE-KWH1':
      return oneLoad(-flow.pv2W, 0, flow.phaseVoltageV[0], energy.pv2Ws / 3600);
    case 'HWE-KWH3':
      return {
        energy_import_kwh: 0,
        energy_export_kwh: kwh(energy.pv2Ws / 3600),
        power_w: -flow.pv2W,
        ...perPhase(
          'power',
          'w',
          [0, 1, 2].map(() => rounded(-flow.pv2W / 3, 3)),
        ),
        ...perPhase(
          'voltage',
          'v',
          flow.phaseVoltageV.map((volt) => rounded(volt, 3)),
        ),
        frequency_hz: rounded(flow.frequencyHz, 3),
      };
    case 'HWE-WTR':
      return {
        active_liter_lpm: 0,
        total_liter_m3: p1Readings(home, nowMs).waterM3,
        total_liter_offset_m3: 0,
      };
    case 'HWE-BAT':
      return {
        energy_import_kwh: kwh(energy.chargeWs / 3600),
        energy_export_kwh: kwh(energy.dischargeWs / 3600),
        // It draws what it is charged with.
        power_w: 0 - flow.batteryW,
        voltage_v: rounded(flow.phaseVoltageV[0], 3),
        current_a: rounded(-flow.batteryW / flow.phaseVoltageV[0], 3),
        frequency_hz: rounded(flow.frequencyHz, 3),
        state_of_charge_pct: rounded(home.battery.socPct, 1),
        cycles: 123,
      };
  }
}

function gridMeter(home: SimulatedHome, nowMs: number, zone: string): Fields {
  const readings = p1Readings(home, nowMs);
  const { importWh, exportWh, powerW, phaseW, phaseV, phaseA } = readings;
  return {
    protocol_version: 50,
    meter_model: 'ISKRA 2M550T-1012',
    unique_id: '4530303339303031383237363534333139',
    timestamp: meterLocalTime(nowMs, zone).iso,
    tariff: readings.tariff,
    energy_import_kwh: kwh(importWh[0] + importWh[1]),
    energy_import_t1_kwh: kwh(importWh[0]),
    energy_import_t2_kwh: kwh(importWh[1]),
    energy_export_kwh: kwh(exportWh[0] + exportWh[1]),
    energy_export_t1_kwh: kwh(exportWh[0]),
    energy_export_t2_kwh: kwh(exportWh[1]),
    power_w: powerW,
    ...perPhase('power', 'w', phaseW),
    ...perPhase(
      'voltage',
      'v',
      phaseV.map((volt) => rounded(volt, 1)),
    ),
    current_a: phaseA[0] + phaseA[1] + phaseA[2],
    ...perPhase('current', 'a', phaseA),
    ...Object.fromEntries([1, 2, 3].map((phase) => [`voltage_sag_l${phase}_count`, 4 - phase])),
    ...Object.fromEntries([1, 2, 3].map((phase) => [`voltage_swell_l${phase}_count`, 0])),
    any_power_fail_count: 7,
    long_power_fail_count: 2,
    external: [
      {
        unique_id: gasId,
        type: 'gas_meter',
        timestamp: meterLocalTime(readings.childAtMs, zone).iso,
        value: readings.gasM3,
        unit: 'm3',
      },
    ],
  };
}

function oneLoad(powerW: number, importWh: number, volt: number, exportWh = 0): Fields {
  return {
    energy_import_kwh: kwh(importWh),
    energy_export_kwh: kwh(exportWh),
    power_w: powerW,
    power_l1_w: powerW,
    voltage_v: rounded(volt, 3),
    current_a: rounded(powerW / volt, 3),
  };
}

function perPhase(name: string, unit: string, values: readonly number[]): Fields {
  return Object.fromEntries(values.map((value, index) => [`${name}_l${index + 1}_${unit}`, value]));
}

function kwh(wattHours: number): number {
  return Math.floor(wattHours) / 1000;
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals)) + 0;
}
