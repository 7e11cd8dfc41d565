import type { DriverDefinition } from './driver.ts';
import type { RegisterField } from './register-map.ts';

type Float = Pick<RegisterField, 'address' | 'min' | 'max' | 'scale'>;

function float(name: string, field: Float): RegisterField {
  return { name, table: 'input', encoding: 'f32', ...field };
}

const voltage = { min: 0, max: 500 } as const;
const current = { min: -1_000, max: 1_000 } as const;
const energyTotal = { min: 0, max: 10_000_000 } as const;
const power = { min: -500_000, max: 500_000 } as const;
/** No home's hub has as many kilowatts: a number above this is watts. */
const kilowattsMax = 100;

/** Its own document has kilowatts, some profiles that were read from hubs have watts. */
function watts([raw = NaN]: readonly number[]): number {
  return Math.abs(raw) > kilowattsMax ? raw : raw * 1_000;
}

const frequency = float('grid_frequency_hz', { address: 2016, min: 45, max: 65 });

/**
 * Ferroamp EnergyHub. Its powers are in kilowatts, or in watts; signs are ours: import and discharge are
 * positive. It does not say who it is.
 */
export const ferroamp: DriverDefinition = {
  id: 'ferroamp',
  title: 'Ferroamp EnergyHub',
  source:
    'Ferroamp, EnergyHub Modbus TCP specification, revision PC1, input registers, zero-based addresses, low word ' +
    'first; after evcc-io/evcc (ferroamp-energyhub) and srcfl/srcful-gateway.',
  wordOrder: 'little',
  defaultUnit: 1,
  defaultPort: 502,
  limits: {
    registersMax: 100,
    responseMsMax: 300,
    requestGapMs: 20,
    connectDelayMs: 0,
    requestTimeoutMs: 3_000,
  },
  fields: [
    frequency,
    float('grid_voltage_l1_v', { address: 2032, ...voltage }),
    float('grid_voltage_l2_v', { address: 2036, ...voltage }),
    float('grid_voltage_l3_v', { address: 2040, ...voltage }),
    float('grid_export_kwh', { address: 3064, ...energyTotal }),
    float('grid_import_kwh', { address: 3068, ...energyTotal }),
    float('grid_power_raw', { address: 3100, ...power }),
    float('grid_current_l1_a', { address: 3112, ...current }),
    float('grid_current_l2_a', { address: 3116, ...current }),
    float('grid_current_l3_a', { address: 3120, ...current }),
    float('pv_energy_kwh', { address: 5064, ...energyTotal }),
    float('pv_power_raw', { address: 5100, ...power }),
    float('battery_soc_pct', { address: 6016, min: 0, max: 100 }),
    float('battery_discharge_kwh', { address: 6064, ...energyTotal }),
    float('battery_charge_kwh', { address: 6068, ...energyTotal }),
    float('battery_power_raw', { address: 6100, ...power }),
  ],
  derived: [
    { quantity: 'grid_power_w', from: ['grid_power_raw'], compute: watts },
    { quantity: 'pv_power_w', from: ['pv_power_raw'], compute: watts },
    { quantity: 'battery_power_w', from: ['battery_power_raw'], compute: watts },
  ],
  /** Between the values: each is there twice, with either word first, in four registers. */
  forbidden: [
    { table: 'input', first: 2018, last: 2031 },
    { table: 'input', first: 3070, last: 3099 },
    { table: 'input', first: 3102, last: 3111 },
    { table: 'input', first: 5066, last: 5099 },
    { table: 'input', first: 6018, last: 6063 },
    { table: 'input', first: 6070, last: 6099 },
  ],
  recognition: { certainty: 'likely', checks: [{ number: frequency }] },
};
