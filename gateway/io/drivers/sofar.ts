import { firstFilled } from './alternatives.ts';
import type { QuantityName } from '../../core/quantity.ts';
import type { DriverDefinition } from './driver.ts';
import type { DerivedField, RegisterField } from './register-map.ts';
import { sofarControls } from './sofar-controls.ts';

type Holding = Omit<RegisterField, 'name' | 'table'>;

function holding(name: string, field: Holding): RegisterField {
  return { name, table: 'holding', ...field };
}

const percent = { encoding: 'u16', min: 0, max: 100 } as const;
const degrees = { encoding: 's16', min: -40, max: 150 } as const;
const energyTotal = { encoding: 'u32', scale: 0.1, min: 0, max: 100_000_000 } as const;
/** Hundredths of a kilowatt at the grid connection: export is positive there, import here. */
const gridPower = { encoding: 's16', scale: -10, min: -330_000, max: 330_000 } as const;
/** Hundredths of a kilowatt into a battery: charging is positive there, discharging here. */
const batteryPower = { encoding: 's16', scale: -10, min: -330_000, max: 330_000 } as const;

function phaseFields(phase: 'l1' | 'l2' | 'l3', address: number): RegisterField[] {
  return [
    holding(`grid_voltage_${phase}_v`, { address, encoding: 'u16', scale: 0.1, min: 0, max: 500 }),
    holding(`grid_current_${phase}_a`, {
      address: address + 5,
      encoding: 'u16',
      scale: 0.01,
      min: 0,
      max: 650,
    }),
    holding(`grid_power_${phase}_w`, { address: address + 6, ...gridPower }),
  ];
}

function stringFields(string: number): RegisterField[] {
  const address = 0x0584 + 3 * (string - 1);
  return [
    holding(`pv_string${string}_voltage_v`, { address, encoding: 'u16', scale: 0.1, min: 0, max: 1_500 }),
    holding(`pv_string${string}_current_a`, {
      address: address + 1,
      encoding: 'u16',
      scale: 0.01,
      min: 0,
      max: 200,
    }),
    holding(`pv_string${string}_power_w`, {
      address: address + 2,
      encoding: 'u16',
      scale: 10,
      min: 0,
      max: 330_000,
    }),
  ];
}

/**
 * Totals are in steps of 100 W, their parts in steps of 10: when the parts add up to it, or the model does not fill
 * it, they say it better.
 */
function finer(quantity: QuantityName, total: string, parts: readonly string[]): DerivedField[] {
  return Array.from({ length: parts.length + 1 }, (_, absent) =>
    parts.slice(0, parts.length - absent),
  ).flatMap((there) => finerOf(quantity, total, { there, absent: parts.slice(there.length) }));
}

function finerOf(
  quantity: QuantityName,
  total: string,
  { there, absent }: { there: readonly string[]; absent: readonly string[] },
): DerivedField[] {
  const sumOf = (partsW: readonly number[]): number => partsW.reduce((sum, partW) => sum + partW, 0);
  const withTotal: DerivedField = {
    quantity,
    from: [total, ...there],
    unless: absent,
    compute: ([totalW = NaN, ...partsW]) => {
      const sumW = sumOf(partsW);
      return totalW === 0 || Math.abs(sumW - totalW) <= 100 ? sumW : totalW;
    },
  };
  const withoutTotal: DerivedField = { quantity, from: there, unless: [total, ...absent], compute: sumOf };
  return there.length === 0 ? [withTotal] : [withTotal, withoutTotal];
}

/**
 * Sofar inverters of the third generation: HYD-KTL-3PH and HYD-EP hybrids, KTLX-G3. A string inverter refuses the
 * battery's registers. Voltage, current and temperature of the battery are the first one's.
 */
export const sofar: DriverDefinition = {
  id: 'sofar',
  title: 'Sofar inverters and hybrids (G3, HYD-KTL-3PH, HYD-EP)',
  source:
    'SOFAR, Modbus protocol (G3) V1.x, zero-based addresses as printed; after ' +
    'wills106/homeassistant-solax-modbus, evcc-io/evcc and srcfl/srcful-gateway. On 9600 bit/s, or behind a logger.',
  wordOrder: 'big',
  defaultUnit: 1,
  defaultPort: 502,
  limits: {
    registersMax: 48,
    responseMsMax: 500,
    requestGapMs: 100,
    connectDelayMs: 0,
    requestTimeoutMs: 3_000,
    perRequestMs: 160,
    perRegisterMs: 2.3,
  },
  fields: [
    holding('device_status', {
      address: 0x0404,
      encoding: 'u16',
      min: 0,
      max: 0xffff,
      labels: {
        0: 'waiting',
        1: 'checking',
        2: 'on grid',
        3: 'on emergency supply',
        4: 'fault that may pass',
        5: 'permanent fault',
        6: 'upgrading',
        7: 'charging itself',
      },
    }),
    holding('inverter_temperature_c', { address: 0x0418, ...degrees }),
    holding('inverter_heatsink_temperature_c', { address: 0x041a, ...degrees }),
    holding('grid_frequency_hz', { address: 0x0484, encoding: 'u16', scale: 0.01, min: 40, max: 70 }),
    holding('inverter_power_w', { address: 0x0485, encoding: 's16', scale: 10, min: -330_000, max: 330_000 }),
    holding('grid_power_w', { address: 0x0488, ...gridPower }),
    ...phaseFields('l1', 0x048d),
    ...phaseFields('l2', 0x0498),
    ...phaseFields('l3', 0x04a3),
    holding('home_power_w', { address: 0x04af, encoding: 'u16', scale: 10, min: 0, max: 660_000 }),
    ...[1, 2, 3, 4].flatMap(stringFields),
    holding('pv_power_total', { address: 0x05c4, encoding: 'u16', scale: 100, min: 0, max: 6_600_000 }),
    holding('battery_voltage_v', { address: 0x0604, encoding: 'u16', scale: 0.1, min: 0, max: 1_000 }),
    holding('battery_current_a', { address: 0x0605, encoding: 's16', scale: -0.01, min: -330, max: 330 }),
    holding('battery1_power', { address: 0x0606, ...batteryPower }),
    holding('battery_temperature_c', { address: 0x0607, ...degrees }),
    holding('battery2_power', { address: 0x060d, ...batteryPower }),
    holding('battery_power_total', {
      address: 0x0667,
      encoding: 's16',
      scale: -100,
      min: -3_300_000,
      max: 3_300_000,
    }),
    holding('battery1_soc', { address: 0x0608, ...percent }),
    holding('batteries_soc', { address: 0x0668, ...percent }),
    holding('battery_soh_pct', { address: 0x0669, ...percent }),
    holding('pv_energy_today_kwh', { address: 0x0684, encoding: 'u32', scale: 0.01, min: 0, max: 20_000 }),
    holding('pv_energy_kwh', { address: 0x0686, ...energyTotal }),
    holding('home_energy_kwh', { address: 0x068a, ...energyTotal }),
    holding('grid_import_kwh', { address: 0x068e, ...energyTotal }),
    holding('grid_export_kwh', { address: 0x0692, ...energyTotal }),
    holding('battery_charge_kwh', { address: 0x0696, ...energyTotal }),
    holding('battery_discharge_kwh', { address: 0x069a, ...energyTotal }),
  ],
  derived: [
    ...finer(
      'pv_power_w',
      'pv_power_total',
      [1, 2, 3, 4].map((string) => `pv_string${string}_power_w`),
    ),
    ...finer('battery_power_w', 'battery_power_total', ['battery1_power', 'battery2_power']),
    ...firstFilled('battery_soc_pct', ['batteries_soc', 'battery1_soc']),
  ],
  /** Of 14 characters, or 16 in newer models. */
  serialNumber: { table: 'holding', address: 0x0445, count: 8 },
  otherSerialNumbers: [{ table: 'holding', address: 0x0445, count: 7 }],
  controls: sofarControls,
  recognition: {
    certainty: 'likely',
    checks: [
      { text: { table: 'holding', address: 0x0445, count: 7 }, matches: /^S[A-Z0-9]{13}$/ },
      {
        number: holding('frequency', { address: 0x0484, encoding: 'u16', scale: 0.01, min: 45, max: 65 }),
      },
      { number: holding('state', { address: 0x0404, encoding: 'u16', min: 0, max: 7 }) },
    ],
  },
};
