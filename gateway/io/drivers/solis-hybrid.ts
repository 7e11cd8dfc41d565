import type { DriverDefinition } from './driver.ts';
import type { DerivedField, RegisterField, TextField } from './register-map.ts';
import {
  solisCurrent,
  solisEnergyTotal,
  solisFamily,
  solisFrequency,
  solisInput as input,
  solisStatus,
  solisStringCurrent,
  solisStringVoltage,
  solisTemperature,
  solisToday,
  solisVoltage,
} from './solis-family.ts';

type Quantity = DerivedField['quantity'];

const power = { encoding: 's32', min: -200_000, max: 200_000 } as const;
/** Export is positive. */
const meterPower = { ...power, scale: -1 } as const;
const meterCurrent = { encoding: 'u16', scale: 0.01, min: 0, max: 655.34 } as const;
const load = { encoding: 'u16', min: 0, max: 60_000 } as const;
const meterEnergy = { encoding: 'u32', scale: 0.01, min: 0, max: 10_000_000 } as const;

const serialNumber: TextField = { table: 'input', address: 33004, count: 15 };
const frequency = input('grid_frequency_hz', { address: 33094, ...solisFrequency });

/** Of 33135. */
const charging = 0;
const discharging = 1;

/** Some models count charging positive, others have no sign: then it is taken from 33135. */
function ofBattery(quantity: Quantity, raw: string): DerivedField[] {
  return [
    {
      quantity,
      from: [raw, 'battery_direction'],
      compute: ([value = NaN, direction]) => {
        if (value < 0) return -value;
        if (direction === charging) return -value;
        return direction === discharging ? value : undefined;
      },
    },
    { quantity, from: [raw], unless: ['battery_direction'], compute: ([value = NaN]) => -value },
  ];
}

/** The first where the firmware has it: there it is neither refused nor 0. */
function firstOf(quantity: Quantity, first: string, second: string): DerivedField[] {
  return [
    { quantity, from: [first, second], compute: ([value, other]) => (value === 0 ? other : value) },
    { quantity, from: [first], unless: [second], compute: ([value]) => value },
    { quantity, from: [second], unless: [first], compute: ([value]) => value },
  ];
}

function meterFields(phase: 1 | 2 | 3): RegisterField[] {
  return [
    input(`grid_current_l${phase}_a`, { address: 33250 + 2 * phase, ...meterCurrent }),
    input(`grid_power_l${phase}_w`, { address: 33255 + 2 * phase, ...meterPower }),
  ];
}

function stringFields(string: 1 | 2 | 3 | 4): RegisterField[] {
  return [
    input(`pv_string${string}_voltage_v`, { address: 33047 + 2 * string, ...solisStringVoltage }),
    input(`pv_string${string}_current_a`, { address: 33048 + 2 * string, ...solisStringCurrent }),
  ];
}

/**
 * Solis hybrids. The meter counts export positive. The house uses what 33147 says and what its backup output gives.
 * Nothing is written: the registers that are known limit the battery's current, not its power.
 */
export const solisHybrid: DriverDefinition = {
  ...solisFamily,
  id: 'solis-hybrid',
  title: 'Solis hybrid inverters (RHI, S5-EH, S6-EH)',
  source:
    'Ginlong Solis, RS485_MODBUS-Hybrid (2018-11-28), input registers, zero-based addresses as printed; after ' +
    'davidrapan/ha-solarman (solis_hybrid), fboundy/ha_solis_modbus and evcc-io/evcc (solis-hybrid).',
  limits: { ...solisFamily.limits, registersMax: 100 },
  fields: [
    input('pv_energy_kwh', { address: 33029, ...solisEnergyTotal }),
    input('pv_energy_today_kwh', { address: 33035, ...solisToday }),
    ...stringFields(1),
    ...stringFields(2),
    ...stringFields(3),
    ...stringFields(4),
    input('pv_power_w', { address: 33057, encoding: 'u32', min: 0, max: 200_000 }),
    input('grid_voltage_l1_v', { address: 33073, ...solisVoltage }),
    input('grid_voltage_l2_v', { address: 33074, ...solisVoltage }),
    input('grid_voltage_l3_v', { address: 33075, ...solisVoltage }),
    input('inverter_current_l1_a', { address: 33076, ...solisCurrent }),
    input('inverter_current_l2_a', { address: 33077, ...solisCurrent }),
    input('inverter_current_l3_a', { address: 33078, ...solisCurrent }),
    input('inverter_power_w', { address: 33079, ...power }),
    input('inverter_reactive_power_var', { address: 33081, ...power }),
    input('inverter_apparent_power_va', { address: 33083, ...power }),
    input('inverter_temperature_c', { address: 33093, ...solisTemperature }),
    frequency,
    input('device_status', { address: 33095, ...solisStatus }),
    input('meter_power', { address: 33130, ...meterPower }),
    input('battery_voltage_v', { address: 33133, encoding: 'u16', scale: 0.1, min: 0, max: 1_000 }),
    input('battery_current_raw', { address: 33134, encoding: 's16', scale: 0.1, min: -500, max: 500 }),
    input('battery_direction', { address: 33135, encoding: 'u16', min: 0, max: 1 }),
    input('battery_soc_pct', { address: 33139, encoding: 'u16', min: 0, max: 100 }),
    input('battery_soh_pct', { address: 33140, encoding: 'u16', min: 0, max: 100 }),
    input('house_load', { address: 33147, ...load }),
    input('backup_power_w', { address: 33148, ...load }),
    input('battery_power_raw', { address: 33149, ...power }),
    input('battery_charge_kwh', { address: 33161, ...solisEnergyTotal }),
    input('battery_discharge_kwh', { address: 33165, ...solisEnergyTotal }),
    input('import_coarse', { address: 33169, ...solisEnergyTotal }),
    input('export_coarse', { address: 33173, ...solisEnergyTotal }),
    input('home_energy_kwh', { address: 33177, ...solisEnergyTotal }),
    ...meterFields(1),
    ...meterFields(2),
    ...meterFields(3),
    input('meter_power_total', { address: 33263, ...meterPower }),
    input('meter_import', { address: 33283, ...meterEnergy }),
    input('meter_export', { address: 33285, ...meterEnergy }),
  ],
  derived: [
    ...firstOf('grid_power_w', 'meter_power_total', 'meter_power'),
    ...firstOf('grid_import_kwh', 'meter_import', 'import_coarse'),
    ...firstOf('grid_export_kwh', 'meter_export', 'export_coarse'),
    ...ofBattery('battery_power_w', 'battery_power_raw'),
    ...ofBattery('battery_current_a', 'battery_current_raw'),
    {
      quantity: 'home_power_w',
      from: ['house_load', 'backup_power_w'],
      compute: ([houseW = NaN, backupW = NaN]) => houseW + backupW,
    },
    {
      quantity: 'home_power_w',
      from: ['house_load'],
      unless: ['backup_power_w'],
      compute: ([houseW]) => houseW,
    },
  ],
  serialNumber,
  recognition: {
    certainty: 'likely',
    checks: [{ text: serialNumber, matches: /^[0-9A-Z]{15,16}$/ }, { number: frequency }],
  },
};
