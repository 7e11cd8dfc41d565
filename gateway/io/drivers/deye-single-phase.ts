import {
  deyeEnergyTotal,
  deyeFamily,
  deyeHolding as holding,
  deyeRecognition,
  deyeStatusLabels,
  deyeTemperature,
  deyeTypes,
} from './deye-family.ts';
import type { DriverDefinition } from './driver.ts';

const power = { encoding: 's16', min: -32_000, max: 32_000 } as const;
const current = { encoding: 's16', scale: 0.01, min: -327.68, max: 327.67 } as const;
const stringVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 1_100 } as const;
const stringCurrent = { encoding: 'u16', scale: 0.1, min: 0, max: 100 } as const;

/**
 * Deye and Sunsynk single-phase hybrids. Signs are ours: grid > 0 is import, battery > 0 is discharge. The frequency
 * stands between the words of the imported energy.
 */
export const deyeSinglePhase: DriverDefinition = {
  ...deyeFamily,
  id: 'deye-single-phase',
  title: 'Deye and Sunsynk single-phase hybrid inverters (SG0xLP1)',
  source:
    'Deye, Modbus protocol V118, single-phase hybrid, zero-based addresses as printed, low word first; after ' +
    'davidrapan/ha-solarman (deye_hybrid), kbialek/deye-inverter-mqtt and evcc-io/evcc (deye-hybrid-1p).',
  fields: [
    holding('device_status', { address: 59, encoding: 'u16', min: 0, max: 5, labels: deyeStatusLabels }),
    holding('inverter_energy_kwh', { address: 63, ...deyeEnergyTotal }),
    holding('battery_charge_kwh', { address: 72, ...deyeEnergyTotal }),
    holding('battery_discharge_kwh', { address: 74, ...deyeEnergyTotal }),
    // All that two words can say is let pass: where it is a jump is for the counter's rules.
    holding('grid_import_kwh', { address: 78, highWordAddress: 80, ...deyeEnergyTotal, max: 429_496_729.5 }),
    holding('grid_frequency_hz', { address: 79, encoding: 'u16', scale: 0.01, min: 40, max: 70 }),
    holding('grid_export_kwh', { address: 81, ...deyeEnergyTotal }),
    holding('home_energy_kwh', { address: 85, ...deyeEnergyTotal }),
    holding('inverter_temperature_c', { address: 90, ...deyeTemperature }),
    holding('inverter_heatsink_temperature_c', { address: 91, ...deyeTemperature }),
    holding('pv_energy_kwh', { address: 96, ...deyeEnergyTotal }),
    holding('pv_energy_today_kwh', { address: 108, encoding: 'u16', scale: 0.1, min: 0, max: 2_000 }),
    holding('pv_string1_voltage_v', { address: 109, ...stringVoltage }),
    holding('pv_string1_current_a', { address: 110, ...stringCurrent }),
    holding('pv_string2_voltage_v', { address: 111, ...stringVoltage }),
    holding('pv_string2_current_a', { address: 112, ...stringCurrent }),
    holding('grid_voltage_l1_v', { address: 150, encoding: 'u16', scale: 0.1, min: 0, max: 300 }),
    holding('grid_current_l1_a', { address: 160, ...current }),
    holding('grid_power_w', { address: 169, ...power }),
    holding('inverter_power_w', { address: 175, ...power }),
    holding('home_power_w', { address: 178, ...power }),
    holding('battery_temperature_c', { address: 182, ...deyeTemperature, max: 100 }),
    holding('battery_voltage_v', { address: 183, encoding: 'u16', scale: 0.01, min: 0, max: 600 }),
    holding('battery_soc_pct', { address: 184, encoding: 'u16', min: 0, max: 100 }),
    holding('pv_string1_power_w', { address: 186, encoding: 'u16', min: 0, max: 40_000 }),
    holding('pv_string2_power_w', { address: 187, encoding: 'u16', min: 0, max: 40_000 }),
    holding('battery_power_w', { address: 190, ...power }),
    holding('battery_current_a', { address: 191, ...current }),
  ],
  derived: [
    {
      quantity: 'pv_power_w',
      from: ['pv_string1_power_w', 'pv_string2_power_w'],
      compute: ([string1W = NaN, string2W = NaN]) => string1W + string2W,
    },
    {
      quantity: 'pv_power_w',
      from: ['pv_string1_power_w'],
      unless: ['pv_string2_power_w'],
      compute: ([string1W]) => string1W,
    },
  ],
  recognition: deyeRecognition(deyeTypes.singlePhaseHybrid),
};
