import type { ControlDefinition } from './control-definition.ts';
import type { DriverDefinition } from './driver.ts';
import {
  goodweCurrent,
  goodweEnergyTotal,
  goodweFamily,
  goodweFrequency,
  goodweHolding as holding,
  goodweStringCurrent,
  goodweStringVoltage,
  goodweTemperature,
  goodweVoltage,
} from './goodwe-family.ts';
import type { DerivedField, RegisterField, TextField } from './register-map.ts';

type Quantity = DerivedField['quantity'];

const power = { encoding: 's16', min: -32_000, max: 32_000 } as const;
const widePower = { encoding: 's32', min: -200_000, max: 200_000 } as const;
const stringPower = { encoding: 'u32', min: 0, max: 100_000 } as const;
const energyToday = { encoding: 'u32', scale: 0.1, min: 0, max: 20_000 } as const;
const wattHours = { encoding: 'f32', scale: 0.001, min: 0, max: 10_000_000 } as const;
const hundredths = { encoding: 'u64', scale: 0.01, min: 0, max: 10_000_000 } as const;

const statusLabels = { 0: 'waiting', 1: 'on grid', 2: 'off grid', 3: 'fault', 4: 'updating', 5: 'checking' };
const batteryLabels = { 0: 'no battery', 1: 'standby', 2: 'discharging', 3: 'charging' };
const meterLabels = { 0: 'no communication', 1: 'normal' };

const serialNumber: TextField = { table: 'holding', address: 35003, count: 8 };
const frequency = holding('grid_frequency_hz', { address: 35123, ...goodweFrequency });
const ratedPower = holding('rated_power', { address: 35001, encoding: 'u16', min: 1, max: 60_000 });

const stringPowers = [1, 2, 3, 4].map((string) => `pv_string${string}_power_w`);

/** Of as many strings as the model has; the others are not available. */
const pvPowers: readonly DerivedField[] = [4, 3, 2, 1].map((count) => ({
  quantity: 'pv_power_w',
  from: stringPowers.slice(0, count),
  compute: (powers) => powers.reduce((sum, stringW) => sum + stringW, 0),
}));

/**
 * The meter counts export positive. Older firmware has the words of 16 bits only: the wide ones are 0, or refused. Of
 * a meter that the inverter does not hear all are 0: this is no reading then.
 */
function meterPower(quantity: Quantity, wide: string, narrow: string): DerivedField[] {
  return [
    ...[wide, narrow].map((name): DerivedField => ({
      quantity,
      from: [name],
      compute: ([powerW = NaN]) => (powerW === 0 ? undefined : -powerW),
    })),
    {
      quantity,
      from: [narrow, 'meter_status'],
      compute: ([narrowW, status]) => (status === 1 ? narrowW : undefined),
    },
  ];
}

/** The extended meter's counter, exact; otherwise the one of single precision. */
function meterEnergy(quantity: Quantity, exact: string, rounded: string): DerivedField[] {
  return [
    {
      quantity,
      from: [exact, rounded],
      compute: ([exactKwh, roundedKwh]) => (exactKwh === 0 ? roundedKwh : exactKwh),
    },
    { quantity, from: [rounded], unless: [exact], compute: ([roundedKwh]) => roundedKwh },
    { quantity, from: [exact], unless: [rounded], compute: ([exactKwh]) => exactKwh },
  ];
}

function gridFields(phase: 1 | 2 | 3): RegisterField[] {
  const first = 35121 + 5 * (phase - 1);
  return [
    holding(`grid_voltage_l${phase}_v`, { address: first, ...goodweVoltage }),
    holding(`inverter_current_l${phase}_a`, { address: first + 1, ...goodweCurrent }),
    holding(`inverter_power_l${phase}_w`, { address: first + 4, ...power }),
    holding(`meter_power_l${phase}`, { address: 36004 + phase, ...power }),
    holding(`meter_power_wide_l${phase}`, { address: 36017 + 2 * phase, ...widePower }),
    holding(`grid_current_l${phase}_a`, { address: 36054 + phase, ...goodweCurrent }),
  ];
}

function stringFields(string: 1 | 2 | 3 | 4): RegisterField[] {
  const first = 35103 + 4 * (string - 1);
  return [
    holding(`pv_string${string}_voltage_v`, { address: first, ...goodweStringVoltage }),
    holding(`pv_string${string}_current_a`, { address: first + 1, ...goodweStringCurrent }),
    holding(`pv_string${string}_power_w`, { address: first + 2, ...stringPower }),
  ];
}

const emsMode = { address: 47511, encoding: 'u16', functionCode: 6 } as const;
const emsPower = { address: 47512, encoding: 'u16', functionCode: 6 } as const;
const exportLimitOn = { address: 47509, encoding: 'u16', functionCode: 6 } as const;
const exportLimit = { address: 47510, encoding: 'u16', functionCode: 6 } as const;

/** EMS modes. In 2 and 3 the power is a limit for what is taken besides the panels; in these it is the battery's. */
const [automatic, chargeBattery, dischargeBattery] = [1, 11, 12];

const batteryPower: ControlDefinition = {
  name: 'battery_power_w',
  source:
    'GoodWe, ARM Modbus protocol, 47511 EMSPowerMode and 47512 EMSPowerSet; modes after OpenEMS and evcc-io/evcc',
  min: -10_000,
  max: 10_000,
  step: 1,
  ratedMax: ratedPower,
  minIntervalMs: 5_000,
  writesPerYearMax: 100_000,
  // The power first, so that the new mode never works with an old one.
  set: [
    { register: emsPower, value: (setPointW) => Math.abs(setPointW) },
    { register: emsMode, value: (setPointW) => (setPointW < 0 ? chargeBattery : dischargeBattery) },
  ],
  revert: [
    { register: emsMode, value: automatic },
    { register: emsPower, value: 0 },
  ],
};

/** A limit that the installer has set comes back. */
const gridExportLimit: ControlDefinition = {
  name: 'grid_export_limit_w',
  source:
    'GoodWe, ARM Modbus protocol, 47509 export limit enable and 47510 export limit; after marcelblijleven/goodwe',
  min: 0,
  max: 10_000,
  step: 1,
  ratedMax: ratedPower,
  minIntervalMs: 5_000,
  writesPerYearMax: 50_000,
  set: [
    { register: exportLimit, value: (setPointW) => setPointW },
    { register: exportLimitOn, value: 1 },
  ],
  revert: [
    { register: exportLimitOn, value: 'as_before' },
    { register: exportLimit, value: 'as_before' },
  ],
};

/**
 * GoodWe hybrids. Their grid signs are the opposite of ours, export positive; the battery's is ours, discharge
 * positive. Voltages, currents and powers of the phases are the inverter's; those of the grid are its meter's, and
 * only count while the inverter hears it.
 */
export const goodwe: DriverDefinition = {
  ...goodweFamily,
  id: 'goodwe',
  title: 'GoodWe hybrid inverters (ET, EH, BT, BH)',
  source:
    'GoodWe, ARM Modbus protocol for ET/EH/BT/BH, zero-based addresses as printed; after marcelblijleven/goodwe and ' +
    'evcc-io/evcc (goodwe-hybrid). Over UDP 8899 or TCP 502.',
  defaultUnit: 0xf7,
  fields: [
    ...stringFields(1),
    ...stringFields(2),
    ...stringFields(3),
    ...stringFields(4),
    ...gridFields(1),
    ...gridFields(2),
    ...gridFields(3),
    frequency,
    holding('inverter_power_w', { address: 35138, ...power }),
    holding('active_power', { address: 35140, ...power }),
    holding('backup_power_w', { address: 35170, ...power }),
    holding('home_power_w', { address: 35172, ...power }),
    goodweTemperature('inverter_temperature_c', 35174),
    goodweTemperature('inverter_heatsink_temperature_c', 35176),
    holding('battery_voltage_v', { address: 35180, encoding: 'u16', scale: 0.1, min: 0, max: 1_000 }),
    holding('battery_current_a', { address: 35181, encoding: 's16', scale: 0.1, min: -500, max: 500 }),
    holding('battery_power_w', { address: 35182, ...widePower }),
    holding('battery_status', { address: 35184, encoding: 'u16', min: 0, max: 3, labels: batteryLabels }),
    holding('device_status', { address: 35187, encoding: 'u16', min: 0, max: 5, labels: statusLabels }),
    holding('alarm_code', { address: 35189, encoding: 'u32', min: 0, max: 0xffffffff }),
    holding('pv_energy_kwh', { address: 35191, ...goodweEnergyTotal }),
    holding('pv_energy_today_kwh', { address: 35193, ...energyToday }),
    holding('inverter_energy_kwh', { address: 35195, ...goodweEnergyTotal }),
    holding('home_energy_kwh', { address: 35203, ...goodweEnergyTotal }),
    holding('battery_charge_kwh', { address: 35206, ...goodweEnergyTotal }),
    holding('battery_discharge_kwh', { address: 35209, ...goodweEnergyTotal }),
    holding('meter_status', { address: 36004, encoding: 'u16', min: 0, max: 1, labels: meterLabels }),
    holding('meter_power', { address: 36008, ...power }),
    holding('meter_export_rounded', { address: 36015, ...wattHours }),
    holding('meter_import_rounded', { address: 36017, ...wattHours }),
    holding('meter_power_wide', { address: 36025, ...widePower }),
    holding('meter_export_exact', { address: 36104, ...hundredths }),
    holding('meter_import_exact', { address: 36120, ...hundredths }),
    goodweTemperature('battery_temperature_c', 37003),
    holding('battery_soc_pct', { address: 37007, encoding: 'u16', min: 0, max: 100 }),
    holding('battery_soh_pct', { address: 37008, encoding: 'u16', min: 0, max: 100 }),
  ],
  derived: [
    ...pvPowers,
    ...meterPower('grid_power_l1_w', 'meter_power_wide_l1', 'meter_power_l1'),
    ...meterPower('grid_power_l2_w', 'meter_power_wide_l2', 'meter_power_l2'),
    ...meterPower('grid_power_l3_w', 'meter_power_wide_l3', 'meter_power_l3'),
    ...meterPower('grid_power_w', 'meter_power_wide', 'meter_power'),
    {
      quantity: 'grid_power_w',
      from: ['active_power'],
      unless: ['meter_power'],
      compute: ([activeW = NaN]) => -activeW,
    },
    {
      // Without a meter that is heard it is what the inverter itself gives to the grid.
      quantity: 'grid_power_w',
      from: ['active_power', 'meter_power'],
      compute: ([activeW = NaN, meterW]) => (meterW === 0 && activeW !== 0 ? -activeW : undefined),
    },
    ...meterEnergy('grid_export_kwh', 'meter_export_exact', 'meter_export_rounded'),
    ...meterEnergy('grid_import_kwh', 'meter_import_exact', 'meter_import_rounded'),
  ],
  serialNumber,
  model: { table: 'holding', address: 35011, count: 5 },
  controls: [batteryPower, gridExportLimit],
  recognition: {
    certainty: 'likely',
    checks: [{ text: serialNumber, matches: /^[0-9A-Z]{16}$/ }, { number: frequency }],
  },
};
