import {
  deyeAlarmFlags,
  deyeEnergyTotal,
  deyeFamily,
  deyeHolding as holding,
  deyeRecognition,
  deyeStatusLabels,
  deyeType,
  deyeTypes,
} from './deye-family.ts';
import type { DriverDefinition } from './driver.ts';
import type { DerivedField } from './register-map.ts';
import { stringPowerOf } from './string-power.ts';

const power = { encoding: 'u32', scale: 0.1, min: 0, max: 200_000 } as const;
const phaseVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 480 } as const;
const phaseCurrent = { encoding: 'u16', scale: 0.1, min: 0, max: 400 } as const;
const stringVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 1_100 } as const;
const stringCurrent = { encoding: 'u16', scale: 0.1, min: 0, max: 100 } as const;
const raw = { encoding: 'u16', min: 0, max: 0xffff } as const;

/** So is one that does not say: string inverters all do. */
function isMicro(deviceType: number): boolean {
  return deviceType === 0 || deyeTypes.micro.some((type) => type === deviceType);
}

function isString(deviceType: number): boolean {
  return deyeTypes.string.some((type) => type === deviceType);
}

/** Micro inverters count the energy of their inputs where string inverters have phases 2 and 3. */
function ofString(quantity: DerivedField['quantity'], name: string): DerivedField {
  return {
    quantity,
    from: [name, 'device_type'],
    compute: ([value, deviceType = NaN]) => (isString(deviceType) ? value : undefined),
  };
}

function pointsOf(string: number): string[] {
  return [`pv_string${string}_voltage_v`, `pv_string${string}_current_a`];
}

function stringPower(string: 1 | 2 | 3 | 4): DerivedField {
  return { quantity: `pv_string${string}_power_w`, from: pointsOf(string), compute: stringPowerOf };
}

/** Of as many inputs as the model has; it may refuse the registers of the others. */
const pvPowers: readonly DerivedField[] = [4, 3, 2, 1].map((count) => ({
  quantity: 'pv_power_w',
  from: [1, 2, 3, 4].slice(0, count).flatMap(pointsOf),
  unless: [1, 2, 3, 4].slice(count).flatMap(pointsOf),
  compute: stringPowerOf,
}));

/** Hundredths of a degree in a micro inverter, tenths in a string inverter; raw 1000 is 0 °C in both. */
function temperature([value = NaN, deviceType = NaN]: readonly number[]): number | undefined {
  if (isMicro(deviceType)) return (value - 1_000) / 100;
  return isString(deviceType) ? (value - 1_000) / 10 : undefined;
}

/**
 * Deye micro inverters and string inverters, which register 0 tells apart. The power of a string is its voltage
 * times its current, as neither has a register for it. A string inverter's meter (198 to 210) is left out: which
 * sign its power has is not documented, and it reads 0 where there is no meter.
 */
export const deyeMicro: DriverDefinition = {
  ...deyeFamily,
  id: 'deye-micro',
  title: 'Deye micro inverters and string inverters',
  source:
    'Deye, Modbus protocol V118, zero-based addresses as printed, low word first; after davidrapan/ha-solarman ' +
    '(deye_micro, deye_string) and kbialek/deye-inverter-mqtt.',
  fields: [
    deyeType,
    holding('device_status', { address: 59, encoding: 'u16', min: 0, max: 5, labels: deyeStatusLabels }),
    holding('pv_energy_today_kwh', { address: 60, encoding: 'u16', scale: 0.1, min: 0, max: 2_000 }),
    holding('pv_energy_kwh', { address: 63, ...deyeEnergyTotal }),
    holding('grid_voltage_l1_v', { address: 73, ...phaseVoltage }),
    holding('voltage_l2', { address: 74, ...phaseVoltage, max: 6_553.5 }),
    holding('voltage_l3', { address: 75, ...phaseVoltage, max: 6_553.5 }),
    holding('inverter_current_l1_a', { address: 76, ...phaseCurrent }),
    holding('current_l2', { address: 77, ...phaseCurrent, max: 6_553.5 }),
    holding('current_l3', { address: 78, ...phaseCurrent, max: 6_553.5 }),
    holding('grid_frequency_hz', { address: 79, encoding: 'u16', scale: 0.01, min: 40, max: 70 }),
    holding('dc_power', { address: 82, ...power }),
    holding('inverter_power_w', { address: 86, ...power }),
    holding('temperature_raw', { address: 90, ...raw, notAvailable: [0] }),
    holding('alarm_code', { address: 101, encoding: 'u32', min: 0, max: 0xffffffff, flags: deyeAlarmFlags }),
    holding('pv_string1_voltage_v', { address: 109, ...stringVoltage }),
    holding('pv_string1_current_a', { address: 110, ...stringCurrent }),
    holding('pv_string2_voltage_v', { address: 111, ...stringVoltage }),
    holding('pv_string2_current_a', { address: 112, ...stringCurrent }),
    holding('pv_string3_voltage_v', { address: 113, ...stringVoltage }),
    holding('pv_string3_current_a', { address: 114, ...stringCurrent }),
    holding('pv_string4_voltage_v', { address: 115, ...stringVoltage }),
    holding('pv_string4_current_a', { address: 116, ...stringCurrent }),
  ],
  derived: [
    ofString('grid_voltage_l2_v', 'voltage_l2'),
    ofString('grid_voltage_l3_v', 'voltage_l3'),
    ofString('inverter_current_l2_a', 'current_l2'),
    ofString('inverter_current_l3_a', 'current_l3'),
    {
      quantity: 'inverter_heatsink_temperature_c',
      from: ['temperature_raw', 'device_type'],
      compute: temperature,
    },
    {
      quantity: 'inverter_heatsink_temperature_c',
      from: ['temperature_raw'],
      unless: ['device_type'],
      compute: ([raw = NaN]) => temperature([raw, 0]),
    },
    stringPower(1),
    stringPower(2),
    stringPower(3),
    stringPower(4),
    {
      quantity: 'pv_power_w',
      from: ['dc_power', 'device_type'],
      compute: ([powerW, deviceType = NaN]) => (isString(deviceType) && powerW !== 0 ? powerW : undefined),
    },
    ...pvPowers,
  ],
  recognition: deyeRecognition([...deyeTypes.micro, ...deyeTypes.string]),
};
