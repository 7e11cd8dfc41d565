import type { DriverDefinition } from './driver.ts';
import type { DerivedField, RegisterField, TextField } from './register-map.ts';

type Input = Omit<RegisterField, 'name' | 'table'>;

function input(name: string, field: Input): RegisterField {
  return { name, table: 'input', ...field };
}

const stringPower = { encoding: 'u16', min: 0, max: 60_000 } as const;

const serialNumber: TextField = { table: 'holding', address: 0, count: 7 };
const frequency = input('grid_frequency_hz', { address: 7, encoding: 'u16', scale: 0.01, min: 40, max: 70 });

/** An inverter without a battery says 0 to everything about it. */
function ofBattery(quantity: DerivedField['quantity'], which: 0 | 1, scale: 1 | -1): DerivedField {
  return {
    quantity,
    from: ['battery_power_charging', 'battery_soc'],
    compute: (values) => (values.every((value) => value === 0) ? undefined : scale * (values[which] ?? NaN)),
  };
}

/**
 * SolaX X1 and X3 hybrids. The meter counts export positive and the battery charging: both are the opposite of ours.
 * Its counters are left out, as sources disagree about their scale.
 */
export const solax: DriverDefinition = {
  id: 'solax',
  title: 'SolaX X1 and X3 inverters',
  source:
    'SolaX, Hybrid X1/X3 Modbus RTU protocol, zero-based addresses as printed, low word first; after ' +
    'srcfl/srcful-gateway, wills106/homeassistant-solax-modbus and evcc-io/evcc (solax).',
  wordOrder: 'little',
  defaultUnit: 1,
  defaultPort: 502,
  serialLine: { baudRate: 19_200, parity: 'none', stopBits: 1 },
  limits: {
    registersMax: 100,
    responseMsMax: 500,
    requestGapMs: 100,
    connectDelayMs: 0,
    requestTimeoutMs: 3_000,
    perRequestMs: 140,
    perRegisterMs: 1.2,
  },
  fields: [
    input('grid_voltage_l1_v', { address: 0, encoding: 'u16', scale: 0.1, min: 0, max: 300 }),
    input('inverter_current_a', { address: 1, encoding: 's16', scale: 0.1, min: -500, max: 500 }),
    input('inverter_power_w', { address: 2, encoding: 's16', min: -32_000, max: 32_000 }),
    frequency,
    input('inverter_temperature_c', { address: 8, encoding: 's16', min: -40, max: 150 }),
    input('device_status', { address: 9, encoding: 'u16', min: 0, max: 0xffff }),
    input('pv_string1_power_w', { address: 10, ...stringPower }),
    input('pv_string2_power_w', { address: 11, ...stringPower }),
    input('battery_power_charging', { address: 22, encoding: 's16', min: -32_000, max: 32_000 }),
    input('battery_soc', { address: 28, encoding: 'u16', min: 0, max: 100 }),
    input('grid_power_w', { address: 70, encoding: 's32', scale: -1, min: -200_000, max: 200_000 }),
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
    ofBattery('battery_power_w', 0, -1),
    ofBattery('battery_soc_pct', 1, 1),
  ],
  serialNumber,
  recognition: {
    certainty: 'likely',
    checks: [{ text: serialNumber, matches: /^[0-9A-Z]{14}$/ }, { number: frequency }],
  },
};
