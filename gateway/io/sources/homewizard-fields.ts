import type { QuantityName } from '../../core/quantity.ts';
import type { FieldRow } from './fields.ts';

/** What a meter measures: the connection to the street, panels, something that draws; of others only their own names. */
export type MeterRole = 'grid' | 'pv' | 'load' | 'battery' | 'unknown';
export type HomewizardApi = 'v1' | 'v2';

interface Range {
  readonly min?: number;
  readonly max?: number;
}

type Row = readonly [name: string, quantity: QuantityName, range: Range, negate?: true];

const powerRange: Range = { min: -1e6, max: 1e6 };
const energyRange: Range = { min: 0, max: 1e9 };
const voltageRange: Range = { min: 0, max: 500 };
const currentRange: Range = { min: -10_000, max: 10_000 };
const frequencyRange: Range = { min: 40, max: 70 };
const factorRange: Range = { min: -1, max: 1 };
const countRange: Range = { min: 0 };
const phases = [1, 2, 3] as const;
const tariffs = [1, 2, 3, 4] as const;

/** By the names of API v2. */
const rows: Readonly<Record<MeterRole, readonly Row[]>> = {
  grid: [
    ['power_w', 'grid_power_w', powerRange],
    ['energy_import_kwh', 'grid_import_kwh', energyRange],
    ['energy_export_kwh', 'grid_export_kwh', energyRange],
    ...tariffs.flatMap((tariff): Row[] => [
      [`energy_import_t${tariff}_kwh`, `grid_import_t${tariff}_kwh`, energyRange],
      [`energy_export_t${tariff}_kwh`, `grid_export_t${tariff}_kwh`, energyRange],
    ]),
    ['tariff', 'grid_tariff_code', countRange],
    ['current_a', 'grid_current_a', currentRange],
    ['frequency_hz', 'grid_frequency_hz', frequencyRange],
    ['power_factor', 'grid_power_factor', factorRange],
    ['apparent_power_va', 'grid_apparent_power_va', powerRange],
    ['reactive_power_var', 'grid_reactive_power_var', powerRange],
    ['average_power_15m_w', 'grid_import_quarter_w', powerRange],
    ['monthly_power_peak_w', 'grid_import_peak_w', powerRange],
    ['any_power_fail_count', 'grid_power_fail_count', countRange],
    ['long_power_fail_count', 'grid_power_fail_long_count', countRange],
    ...phases.flatMap((phase): Row[] => [
      [`power_l${phase}_w`, `grid_power_l${phase}_w`, powerRange],
      [`voltage_l${phase}_v`, `grid_voltage_l${phase}_v`, voltageRange],
      [`current_l${phase}_a`, `grid_current_l${phase}_a`, currentRange],
      [`reactive_power_l${phase}_var`, `grid_reactive_power_l${phase}_var`, powerRange],
      [`power_factor_l${phase}`, `grid_power_factor_l${phase}`, factorRange],
      [`voltage_sag_l${phase}_count`, `grid_voltage_sag_l${phase}_count`, countRange],
      [`voltage_swell_l${phase}_count`, `grid_voltage_swell_l${phase}_count`, countRange],
    ]),
  ],
  // A meter at an inverter counts what it produces as what goes out.
  pv: [
    ['power_w', 'pv_power_w', powerRange, true],
    ['energy_export_kwh', 'pv_energy_kwh', energyRange],
  ],
  load: [
    ['power_w', 'load_power_w', powerRange],
    ['energy_import_kwh', 'load_energy_kwh', energyRange],
    ['energy_export_kwh', 'load_feed_kwh', energyRange],
    ['voltage_v', 'load_voltage_v', voltageRange],
    ['current_a', 'load_current_a', currentRange],
    ['frequency_hz', 'load_frequency_hz', frequencyRange],
    ['power_factor', 'load_power_factor', factorRange],
    ['apparent_power_va', 'load_apparent_power_va', powerRange],
    ['reactive_power_var', 'load_reactive_power_var', powerRange],
    ...phases.flatMap((phase): Row[] => [
      [`power_l${phase}_w`, `load_power_l${phase}_w`, powerRange],
      [`voltage_l${phase}_v`, `load_voltage_l${phase}_v`, voltageRange],
      [`current_l${phase}_a`, `load_current_l${phase}_a`, currentRange],
    ]),
  ],
  // A battery draws what it is charged with: positive there, negative by our rule.
  battery: [
    ['power_w', 'battery_power_w', powerRange, true],
    ['energy_import_kwh', 'battery_charge_kwh', energyRange],
    ['energy_export_kwh', 'battery_discharge_kwh', energyRange],
    ['voltage_v', 'grid_voltage_l1_v', voltageRange],
    ['frequency_hz', 'grid_frequency_hz', frequencyRange],
    ['state_of_charge_pct', 'battery_soc_pct', { min: 0, max: 100 }],
    ['cycles', 'battery_cycle_count', countRange],
  ],
  unknown: [],
};

/** Of every kind of device: its radio, and the water that flows through it. */
const shared: readonly Row[] = [
  ['wifi_strength', 'wifi_strength_pct', { min: 0, max: 100 }],
  ['wifi_rssi_db', 'wifi_signal_dbm', { min: -200, max: 0 }],
  ['active_liter_lpm', 'water_flow_lpm', { min: 0, max: 1e5 }],
  ['total_liter_m3', 'water_m3', energyRange],
];

/** What v1 calls otherwise than by a rule; `montly` is how it is spelt. */
const namesInV1: Readonly<Record<string, string>> = {
  average_power_15m_w: 'active_power_average_w',
  monthly_power_peak_w: 'montly_power_peak_w',
  state_of_charge_pct: 'state_of_charge_pct',
};

export function homewizardFields(role: MeterRole, api: HomewizardApi): readonly FieldRow[] {
  const own = rows[role].map(([name, ...rest]): Row => [api === 'v1' ? nameInV1(name) : name, ...rest]);
  return [...own, ...shared].map(([path, quantity, range, negate]) => ({
    path,
    quantity,
    ...range,
    ...(negate === undefined ? {} : { negate }),
  }));
}

/** `power_l1_w` is `active_power_l1_w` there, `energy_import_kwh` `total_power_import_kwh`; counts are called the same. */
export function nameInV1(name: string): string {
  if (name.endsWith('_count')) return name;
  if (name.startsWith('energy_')) return name.replace('energy_', 'total_power_');
  return namesInV1[name] ?? (name === 'cycles' ? name : `active_${name}`);
}
