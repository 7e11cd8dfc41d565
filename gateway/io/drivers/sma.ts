import { firstFilled, netOf } from './alternatives.ts';
import type { DriverDefinition } from './driver.ts';
import type { RegisterField } from './register-map.ts';

type Holding = Omit<RegisterField, 'name' | 'table' | 'notAvailable'>;

const absent = {
  u32: [0xffffffff],
  s32: [-0x80000000],
  u64: [0xffff_ffff_ffff_ffffn],
} as const;

/** The manual's "NaN" of each type. */
function holding(name: string, field: Holding & { encoding: keyof typeof absent }): RegisterField {
  return { name, table: 'holding', ...field, notAvailable: absent[field.encoding] };
}

/** A code; its "NaN" has a value of its own, and fits all models. */
function code(name: string, address: number, labels: Readonly<Record<number, string>> = {}): RegisterField {
  const notAvailable = [0x00ff_fffd, 0xffffffff];
  return { name, table: 'holding', address, encoding: 'u32', notAvailable, min: 0, max: 0x00ff_ffff, labels };
}

const power = { encoding: 's32', min: -500_000, max: 500_000 } as const;
const directedPower = { encoding: 'u32', min: 0, max: 500_000 } as const;
const voltage = { encoding: 'u32', scale: 0.01, min: 0, max: 600 } as const;
const stringVoltage = { encoding: 's32', scale: 0.01, min: -10, max: 1_500 } as const;
const stringCurrent = { encoding: 's32', scale: 0.001, min: -10, max: 200 } as const;
const phaseCurrent = { scale: 0.001, min: -1_000, max: 1_000 } as const;
const energyTotal = { scale: 0.001, min: 0, max: 100_000_000 } as const;
const temperature = { encoding: 's32', scale: 0.1, min: -40, max: 150 } as const;

const noPower = -0x80000000;

/**
 * Three registers for a string: amperes, volts, watts. The watts are taken with their "NaN" as well: a string that
 * the model does not have is to be told from a read that failed.
 */
function stringFields(string: '1' | '2' | '3', address: number): RegisterField[] {
  return [
    holding(`pv_string${string}_current_a`, { address, ...stringCurrent }),
    holding(`pv_string${string}_voltage_v`, { address: address + 2, ...stringVoltage }),
    holding(`pv_string${string}_power_w`, { address: address + 4, ...power }),
    {
      name: `string${string}_raw`,
      table: 'holding',
      address: address + 4,
      encoding: 's32',
      min: noPower,
      max: 500_000,
    },
  ];
}

/** At night all strings are "NaN", and so is their sum. */
function sumOfStrings(values: readonly number[]): number | undefined {
  const there = values.filter((value) => value !== noPower);
  return there.length === 0 ? undefined : there.reduce((sum, value) => sum + value, 0);
}

const phases = [
  { phase: 'l1', offset: 0 },
  { phase: 'l2', offset: 2 },
  { phase: 'l3', offset: 4 },
] as const;

function phaseFields({ phase, offset }: (typeof phases)[number]): RegisterField[] {
  return [
    holding(`inverter_power_${phase}_w`, { address: 30777 + offset, ...power }),
    holding(`grid_voltage_${phase}_v`, { address: 30783 + offset, ...voltage }),
    holding(`phase_current_${phase}_older`, { address: 30797 + offset, encoding: 'u32', ...phaseCurrent }),
    holding(`phase_current_${phase}`, { address: 30977 + offset, encoding: 's32', ...phaseCurrent }),
    holding(`export_power_${phase}`, { address: 31259 + offset, ...directedPower }),
    holding(`import_power_${phase}`, { address: 31265 + offset, ...directedPower }),
  ];
}

const pvInverter = 8001;
const batteryInverter = 8007;
/** Where srcfl/srcful-gateway finds it. */
const otherSerialNumber: RegisterField = {
  name: 'other_serial_number',
  table: 'input',
  address: 40067,
  encoding: 'u32',
  notAvailable: [0xffffffff],
  min: 1,
  max: 0xfffffffe,
};
const deviceClass = code('device_class', 30051);
const condition = code('device_status', 30201, { 35: 'fault', 303: 'off', 307: 'ok', 455: 'warning' });

/**
 * SMA Sunny Boy, Sunny Tripower, Sunny Boy Storage and Sunny Island, once Modbus is enabled on them. At night most
 * values are "NaN": missing. The house's power is given for inverters with panels only: beside a battery inverter
 * there is another one that it does not see. The battery's current (30843) is left out: its sign is not documented.
 * Nothing is written: the set points (40149, 40151) cannot be read back.
 */
export const sma: DriverDefinition = {
  id: 'sma',
  title: 'SMA inverters (Sunny Boy, Sunny Tripower, Sunny Boy Storage, Sunny Island)',
  source:
    'SMA, SMA Modbus Interface for SUNNY BOY / SUNNY TRIPOWER, V1.5, section 6, zero-based addresses as printed; ' +
    'battery and meter after evcc-io/evcc, ricott/sma.modbus and OpenEMS/openems.',
  wordOrder: 'big',
  defaultUnit: 3,
  defaultPort: 502,
  limits: {
    registersMax: 125,
    responseMsMax: 300,
    requestGapMs: 0,
    connectDelayMs: 0,
    requestTimeoutMs: 5_000,
    perRequestMs: 40,
  },
  fields: [
    deviceClass,
    condition,
    holding('yield_u64', { address: 30513, encoding: 'u64', ...energyTotal }),
    holding('yield_today_u64', { address: 30517, encoding: 'u64', scale: 0.001, min: 0, max: 20_000 }),
    holding('yield_u32', { address: 30529, encoding: 'u32', ...energyTotal }),
    holding('yield_kwh', { address: 30531, encoding: 'u32', min: 0, max: 100_000_000 }),
    holding('yield_today_u32', { address: 30535, encoding: 'u32', scale: 0.001, min: 0, max: 20_000 }),
    holding('grid_import_kwh', { address: 30581, encoding: 'u32', ...energyTotal }),
    holding('grid_export_kwh', { address: 30583, encoding: 'u32', ...energyTotal }),
    ...stringFields('1', 30769),
    holding('inverter_power_w', { address: 30775, ...power }),
    ...phases.flatMap(phaseFields),
    holding('grid_frequency_hz', { address: 30803, encoding: 'u32', scale: 0.01, min: 40, max: 70 }),
    holding('inverter_reactive_power_var', { address: 30805, ...power }),
    holding('inverter_apparent_power_va', { address: 30813, ...power }),
    holding('battery_soc_pct', { address: 30845, encoding: 'u32', min: 0, max: 100 }),
    holding('battery_temperature_c', { address: 30849, ...temperature }),
    holding('battery_voltage_v', { address: 30851, encoding: 'u32', scale: 0.01, min: 0, max: 1_000 }),
    holding('import_power', { address: 30865, ...power }),
    holding('export_power', { address: 30867, ...power }),
    holding('inverter_temperature_c', { address: 30953, ...temperature }),
    code('battery_status', 30955, { 303: 'off', 2291: 'standby', 2292: 'charging', 2293: 'discharging' }),
    ...stringFields('2', 30957),
    ...stringFields('3', 30963),
    holding('charge_power', { address: 31393, ...directedPower }),
    holding('discharge_power', { address: 31395, ...directedPower }),
    holding('battery_charge_kwh', { address: 31397, encoding: 'u64', ...energyTotal }),
    holding('battery_discharge_kwh', { address: 31401, encoding: 'u64', ...energyTotal }),
    holding('inverter_heatsink_temperature_c', { address: 34109, ...temperature }),
  ],
  derived: [
    ...firstFilled('inverter_energy_kwh', ['yield_u64', 'yield_u32', 'yield_kwh']),
    ...firstFilled('pv_energy_today_kwh', ['yield_today_u64', 'yield_today_u32']),
    { quantity: 'pv_power_w', from: ['string1_raw', 'string2_raw', 'string3_raw'], compute: sumOfStrings },
    {
      quantity: 'pv_power_w',
      from: ['string1_raw', 'string2_raw'],
      unless: ['string3_raw'],
      compute: sumOfStrings,
    },
    {
      quantity: 'pv_power_w',
      from: ['string1_raw'],
      unless: ['string2_raw', 'string3_raw'],
      compute: sumOfStrings,
    },
    ...netOf('battery_power_w', 'discharge_power', 'charge_power'),
    ...netOf('grid_power_w', 'import_power', 'export_power'),
    ...phases.flatMap(({ phase }) => [
      ...netOf(`grid_power_${phase}_w`, `import_power_${phase}`, `export_power_${phase}`),
      ...firstFilled(`inverter_current_${phase}_a`, [
        `phase_current_${phase}`,
        `phase_current_${phase}_older`,
      ]),
    ]),
    {
      quantity: 'home_power_w',
      from: ['device_class', 'inverter_power_w', 'import_power', 'export_power'],
      compute: ([kind, inverterPowerW = NaN, importW = NaN, exportW = NaN]) =>
        kind === pvInverter ? inverterPowerW + importW - exportW : undefined,
    },
  ],
  serialNumber: holding('serial_number', { address: 30057, encoding: 'u32', min: 1, max: 0xfffffffe }),
  otherSerialNumbers: [otherSerialNumber],
  model: holding('device_type', { address: 30053, encoding: 'u32', min: 1, max: 0xfffffffe }),
  firmware: holding('firmware', { address: 30059, encoding: 'u32', min: 1, max: 0xfffffffe }),
  /** No other maker has these codes at these places. */
  recognition: {
    certainty: 'certain',
    checks: [
      { number: deviceClass, anyOf: [pvInverter, batteryInverter] },
      { number: condition, anyOf: [35, 303, 307, 455] },
    ],
  },
};
