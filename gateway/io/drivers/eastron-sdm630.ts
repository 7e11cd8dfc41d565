import type { DriverDefinition } from './driver.ts';
import type { RegisterField } from './register-map.ts';

type Float = Pick<RegisterField, 'address' | 'min' | 'max'>;

function float(name: string, field: Float): RegisterField {
  return { name, table: 'input', encoding: 'f32', ...field };
}

const voltage = { min: 0, max: 500 } as const;
const current = { min: -10_000, max: 10_000 } as const;
const power = { min: -5_000_000, max: 5_000_000 } as const;
const energyTotal = { min: 0, max: 100_000_000 } as const;

const serialNumber: RegisterField = {
  name: 'serial_number',
  table: 'holding',
  address: 64512,
  encoding: 'u32',
  min: 1,
  max: 0xffffffff,
  notAvailable: [0xffffffff],
};

const voltageL1 = float('grid_voltage_l1_v', { address: 0, ...voltage });
const frequency = float('grid_frequency_hz', { address: 70, min: 40, max: 70 });

/** Eastron SDM630 at the grid connection, on a serial line behind a Modbus TCP gateway. Import is positive, as ours. */
export const eastronSdm630: DriverDefinition = {
  id: 'eastron-sdm630',
  title: 'Eastron SDM630 three-phase meter',
  source:
    'Eastron, SDM630 Smart Meter Modbus Protocol Implementation, "input registers": zero-based addresses of the ' +
    "table's hexadecimal column; IEEE-754, high word first (some tools print low word first: check that 70 is " +
    'about 50). At most 40 values a request, at even addresses. Serial number: holding register FC00. After ' +
    'volkszaehler/mbmd.',
  wordOrder: 'big',
  defaultUnit: 1,
  defaultPort: 502,
  serialLine: { baudRate: 9_600, parity: 'none', stopBits: 1 },
  limits: {
    registersMax: 80,
    // 18 registers and their request take 57 ms at 9600 baud; the rest is for the meter and a TCP adapter.
    responseMsMax: 100,
    // The silence between frames on its serial line is the business of the line.
    requestGapMs: 0,
    connectDelayMs: 0,
    requestTimeoutMs: 1_000,
    perRequestMs: 60,
    perRegisterMs: 2.3,
  },
  fields: [
    voltageL1,
    float('grid_voltage_l2_v', { address: 2, ...voltage }),
    float('grid_voltage_l3_v', { address: 4, ...voltage }),
    float('grid_current_l1_a', { address: 6, ...current }),
    float('grid_current_l2_a', { address: 8, ...current }),
    float('grid_current_l3_a', { address: 10, ...current }),
    float('grid_power_l1_w', { address: 12, ...power }),
    float('grid_power_l2_w', { address: 14, ...power }),
    float('grid_power_l3_w', { address: 16, ...power }),
    float('grid_power_w', { address: 52, ...power }),
    float('grid_apparent_power_va', { address: 56, ...power }),
    float('grid_reactive_power_var', { address: 60, ...power }),
    float('grid_power_factor', { address: 62, min: -1, max: 1 }),
    frequency,
    float('grid_import_kwh', { address: 72, ...energyTotal }),
    float('grid_export_kwh', { address: 74, ...energyTotal }),
    float('grid_import_l1_kwh', { address: 346, ...energyTotal }),
    float('grid_import_l2_kwh', { address: 348, ...energyTotal }),
    float('grid_import_l3_kwh', { address: 350, ...energyTotal }),
    float('grid_export_l1_kwh', { address: 352, ...energyTotal }),
    float('grid_export_l2_kwh', { address: 354, ...energyTotal }),
    float('grid_export_l3_kwh', { address: 356, ...energyTotal }),
  ],
  derived: [],
  serialNumber,
  /** The holes between the values of the manual. */
  forbidden: [
    { table: 'input', first: 36, last: 41 },
    { table: 'input', first: 44, last: 45 },
    { table: 'input', first: 50, last: 51 },
    { table: 'input', first: 54, last: 55 },
    { table: 'input', first: 58, last: 59 },
    { table: 'input', first: 64, last: 65 },
    { table: 'input', first: 68, last: 69 },
  ],
  recognition: {
    certainty: 'likely',
    checks: [
      { number: frequency },
      { number: { ...voltageL1, min: 80, max: 300 } },
      { number: serialNumber },
    ],
  },
};
