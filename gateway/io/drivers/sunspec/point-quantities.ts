import type { QuantityName } from '../../../core/quantity.ts';

/** A point of a model that is a quantity of ours, times `scale`. */
export interface PointQuantity {
  readonly point: string;
  readonly quantity: QuantityName;
  readonly scale?: number;
}

const kilo = 0.001;
const fromPct = 0.01;

/** Models 101 to 103 and 111 to 113: their points have the same names. */
export const inverterQuantities: readonly PointQuantity[] = [
  { point: 'W', quantity: 'inverter_power_w' },
  { point: 'VA', quantity: 'inverter_apparent_power_va' },
  { point: 'VAr', quantity: 'inverter_reactive_power_var' },
  { point: 'PF', quantity: 'inverter_power_factor', scale: fromPct },
  { point: 'A', quantity: 'inverter_current_a' },
  { point: 'AphA', quantity: 'inverter_current_l1_a' },
  { point: 'AphB', quantity: 'inverter_current_l2_a' },
  { point: 'AphC', quantity: 'inverter_current_l3_a' },
  { point: 'PhVphA', quantity: 'grid_voltage_l1_v' },
  { point: 'PhVphB', quantity: 'grid_voltage_l2_v' },
  { point: 'PhVphC', quantity: 'grid_voltage_l3_v' },
  { point: 'Hz', quantity: 'grid_frequency_hz' },
  { point: 'WH', quantity: 'inverter_energy_kwh', scale: kilo },
  { point: 'DCA', quantity: 'inverter_dc_current_a' },
  { point: 'DCV', quantity: 'inverter_dc_voltage_v' },
  { point: 'DCW', quantity: 'inverter_dc_power_w' },
  { point: 'TmpCab', quantity: 'inverter_temperature_c' },
  { point: 'TmpSnk', quantity: 'inverter_heatsink_temperature_c' },
  { point: 'St', quantity: 'device_status' },
  { point: 'Evt1', quantity: 'alarm_code' },
];

/** Model 701: its phases are the house's where it has three, and LNV is what a single phase has. */
export const derQuantities: readonly PointQuantity[] = [
  { point: 'W', quantity: 'inverter_power_w' },
  { point: 'WL1', quantity: 'inverter_power_l1_w' },
  { point: 'WL2', quantity: 'inverter_power_l2_w' },
  { point: 'WL3', quantity: 'inverter_power_l3_w' },
  { point: 'VA', quantity: 'inverter_apparent_power_va' },
  { point: 'Var', quantity: 'inverter_reactive_power_var' },
  { point: 'PF', quantity: 'inverter_power_factor' },
  { point: 'A', quantity: 'inverter_current_a' },
  { point: 'AL1', quantity: 'inverter_current_l1_a' },
  { point: 'AL2', quantity: 'inverter_current_l2_a' },
  { point: 'AL3', quantity: 'inverter_current_l3_a' },
  { point: 'VL1', quantity: 'grid_voltage_l1_v' },
  { point: 'LNV', quantity: 'grid_voltage_l1_v' },
  { point: 'VL2', quantity: 'grid_voltage_l2_v' },
  { point: 'VL3', quantity: 'grid_voltage_l3_v' },
  { point: 'Hz', quantity: 'grid_frequency_hz' },
  { point: 'TotWhInj', quantity: 'inverter_energy_kwh', scale: kilo },
  { point: 'TmpCab', quantity: 'inverter_temperature_c' },
  { point: 'TmpSnk', quantity: 'inverter_heatsink_temperature_c' },
  { point: 'InvSt', quantity: 'device_status' },
  { point: 'Alrm', quantity: 'alarm_code' },
];

/** Model 714: all of its ports together. */
export const derPortsQuantities: readonly PointQuantity[] = [
  { point: 'DCW', quantity: 'inverter_dc_power_w' },
  { point: 'DCA', quantity: 'inverter_dc_current_a' },
];

/** Models 201 to 204 and 211 to 214, with import positive. The power factor is per cent in the former only. */
export const meterQuantities: readonly PointQuantity[] = [
  { point: 'W', quantity: 'grid_power_w' },
  { point: 'WphA', quantity: 'grid_power_l1_w' },
  { point: 'WphB', quantity: 'grid_power_l2_w' },
  { point: 'WphC', quantity: 'grid_power_l3_w' },
  { point: 'VA', quantity: 'grid_apparent_power_va' },
  { point: 'VAR', quantity: 'grid_reactive_power_var' },
  { point: 'PF', quantity: 'grid_power_factor', scale: fromPct },
  { point: 'AphA', quantity: 'grid_current_l1_a' },
  { point: 'AphB', quantity: 'grid_current_l2_a' },
  { point: 'AphC', quantity: 'grid_current_l3_a' },
  { point: 'PhVphA', quantity: 'grid_voltage_l1_v' },
  { point: 'PhVphB', quantity: 'grid_voltage_l2_v' },
  { point: 'PhVphC', quantity: 'grid_voltage_l3_v' },
  { point: 'Hz', quantity: 'grid_frequency_hz' },
  { point: 'TotWhImp', quantity: 'grid_import_kwh', scale: kilo },
  { point: 'TotWhImpPhA', quantity: 'grid_import_l1_kwh', scale: kilo },
  { point: 'TotWhImpPhB', quantity: 'grid_import_l2_kwh', scale: kilo },
  { point: 'TotWhImpPhC', quantity: 'grid_import_l3_kwh', scale: kilo },
  { point: 'TotWhExp', quantity: 'grid_export_kwh', scale: kilo },
  { point: 'TotWhExpPhA', quantity: 'grid_export_l1_kwh', scale: kilo },
  { point: 'TotWhExpPhB', quantity: 'grid_export_l2_kwh', scale: kilo },
  { point: 'TotWhExpPhC', quantity: 'grid_export_l3_kwh', scale: kilo },
  { point: 'Evt', quantity: 'meter_status' },
];

/** Those of the meter whose sign turns with it. */
export const meterDirections: ReadonlySet<QuantityName> = new Set([
  'grid_power_w',
  'grid_power_l1_w',
  'grid_power_l2_w',
  'grid_power_l3_w',
  'grid_reactive_power_var',
]);

export const derStorageQuantities: readonly PointQuantity[] = [
  { point: 'SoC', quantity: 'battery_soc_pct' },
  { point: 'SoH', quantity: 'battery_soh_pct' },
  { point: 'WHRtg', quantity: 'battery_capacity_kwh', scale: kilo },
  { point: 'WHAvail', quantity: 'battery_available_kwh', scale: kilo },
  { point: 'Sta', quantity: 'battery_status' },
];

/** Model 802: current and power are positive when it discharges. */
export const batteryQuantities: readonly PointQuantity[] = [
  { point: 'SoC', quantity: 'battery_soc_pct' },
  { point: 'SoH', quantity: 'battery_soh_pct' },
  { point: 'WHRtg', quantity: 'battery_capacity_kwh', scale: kilo },
  { point: 'V', quantity: 'battery_voltage_v' },
  { point: 'A', quantity: 'battery_current_a' },
  { point: 'W', quantity: 'battery_power_w' },
  { point: 'ChaSt', quantity: 'battery_status' },
];

export const storageQuantities: readonly PointQuantity[] = [
  { point: 'ChaState', quantity: 'battery_soc_pct' },
  { point: 'InBatV', quantity: 'battery_voltage_v' },
  { point: 'ChaSt', quantity: 'battery_status' },
];

export const nameplateQuantities: readonly PointQuantity[] = [
  { point: 'WHRtg', quantity: 'battery_capacity_kwh', scale: kilo },
];
