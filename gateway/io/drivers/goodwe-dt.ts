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
import { stringPowerOf } from './string-power.ts';

const statusLabels = { 0: 'waiting', 1: 'normal', 2: 'error', 4: 'checking' };
/** Of 30209. */
const heard = 1;
const unheard = 2;
const meterLabels = { [heard]: 'normal', [unheard]: 'no communication' };

const serialNumber: TextField = { table: 'holding', address: 30004, count: 8 };
const frequency = holding('grid_frequency_hz', { address: 30124, ...goodweFrequency });

function stringFields(string: 1 | 2 | 3): RegisterField[] {
  const first = 30103 + 2 * (string - 1);
  return [
    holding(`pv_string${string}_voltage_v`, { address: first, ...goodweStringVoltage }),
    holding(`pv_string${string}_current_a`, { address: first + 1, ...goodweStringCurrent }),
  ];
}

function pointsOf(string: number): string[] {
  return [`pv_string${string}_voltage_v`, `pv_string${string}_current_a`];
}

function stringPower(string: 1 | 2 | 3): DerivedField {
  return { quantity: `pv_string${string}_power_w`, from: pointsOf(string), compute: stringPowerOf };
}

/** Of as many strings as the model has; the others are not available. */
const pvPowers: readonly DerivedField[] = [3, 2, 1].map((count) => ({
  quantity: 'pv_power_w',
  from: [1, 2, 3].slice(0, count).flatMap(pointsOf),
  compute: stringPowerOf,
}));

/**
 * GoodWe string inverters. The power of a string is its voltage times its current. The meter, where there is one,
 * counts export positive, as all of GoodWe's do.
 */
export const goodweDt: DriverDefinition = {
  ...goodweFamily,
  id: 'goodwe-dt',
  title: 'GoodWe string inverters (DT, DNS, MS, XS)',
  source:
    'GoodWe, Modbus protocol for DT/DNS/XS, zero-based addresses as printed; meter after marcelblijleven/goodwe, ' +
    'where the house uses what the panels give less what the meter counts. Over UDP 8899 or TCP 502.',
  defaultUnit: 0x7f,
  fields: [
    ...stringFields(1),
    ...stringFields(2),
    ...stringFields(3),
    holding('grid_voltage_l1_v', { address: 30118, ...goodweVoltage }),
    holding('grid_voltage_l2_v', { address: 30119, ...goodweVoltage }),
    holding('grid_voltage_l3_v', { address: 30120, ...goodweVoltage }),
    holding('inverter_current_l1_a', { address: 30121, ...goodweCurrent }),
    holding('inverter_current_l2_a', { address: 30122, ...goodweCurrent }),
    holding('inverter_current_l3_a', { address: 30123, ...goodweCurrent }),
    frequency,
    holding('inverter_power_w', { address: 30127, encoding: 'u32', min: 0, max: 200_000 }),
    holding('device_status', { address: 30129, encoding: 'u16', min: 0, max: 4, labels: statusLabels }),
    goodweTemperature('inverter_temperature_c', 30141),
    holding('pv_energy_today_kwh', { address: 30144, encoding: 'u16', scale: 0.1, min: 0, max: 2_000 }),
    holding('pv_energy_kwh', { address: 30145, ...goodweEnergyTotal }),
    holding('meter_power', { address: 30195, encoding: 's32', min: -200_000, max: 200_000 }),
    holding('meter_status', { address: 30209, encoding: 'u16', min: 0, max: 2, labels: meterLabels }),
  ],
  derived: [
    stringPower(1),
    stringPower(2),
    stringPower(3),
    ...pvPowers,
    {
      // Some models do not say whether they hear it: a meter that is not there measures 0.
      quantity: 'grid_power_w',
      from: ['meter_power', 'meter_status'],
      compute: ([meterW = NaN, status]) =>
        status === unheard || (status !== heard && meterW === 0) ? undefined : -meterW,
    },
    {
      quantity: 'grid_power_w',
      from: ['meter_power'],
      unless: ['meter_status'],
      compute: ([meterW = NaN]) => (meterW === 0 ? undefined : -meterW),
    },
  ],
  serialNumber,
  recognition: {
    certainty: 'likely',
    checks: [{ text: serialNumber, matches: /^[0-9A-Z]{16}$/ }, { number: frequency }],
  },
};
