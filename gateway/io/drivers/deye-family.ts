import type { DeviceLimits, Recognition } from './driver.ts';
import type { RegisterField, TextField } from './register-map.ts';

type Holding = Omit<RegisterField, 'name' | 'table'>;

/** Register 0 in both byte orders, as both are seen: what kind of device it is. */
export const deyeTypes = {
  string: [0x0002, 0x0200],
  singlePhaseHybrid: [0x0003, 0x0300],
  micro: [0x0004, 0x0400],
  lowVoltageHybrid: [0x0005, 0x0500],
  highVoltageHybrid: [0x0006, 0x0007, 0x0008, 0x0600, 0x0601],
} as const satisfies Record<string, readonly number[]>;

const typeLabels: Readonly<Record<number, string>> = {
  0x0002: 'string inverter',
  0x0200: 'string inverter',
  0x0003: 'single-phase hybrid',
  0x0300: 'single-phase hybrid',
  0x0004: 'micro inverter',
  0x0400: 'micro inverter',
  0x0005: 'three-phase hybrid, low-voltage battery',
  0x0500: 'three-phase hybrid, low-voltage battery',
  0x0006: 'three-phase hybrid, high-voltage battery',
  0x0007: 'three-phase hybrid, high-voltage battery, 6 to 15 kW',
  0x0008: 'three-phase hybrid, high-voltage battery, 20 to 50 kW',
  0x0600: 'three-phase hybrid, high-voltage battery, 6 to 15 kW',
  0x0601: 'three-phase hybrid, high-voltage battery, 20 to 50 kW',
};

const serialNumber: TextField = { table: 'holding', address: 3, count: 5 };

export function deyeHolding(name: string, field: Holding): RegisterField {
  return { name, table: 'holding', ...field };
}

/** Some firmware leaves it 0: then the value that is usual for the driver's devices counts. */
export const deyeType = deyeHolding('device_type', {
  address: 0,
  encoding: 'u16',
  min: 0,
  max: 0xffff,
  labels: typeLabels,
});

const model: RegisterField = { ...deyeType, min: 0x0002, max: 0x0601 };

/** On the serial line, or through a logger stick that passes each request on to it. */
const limits: DeviceLimits = {
  registersMax: 100,
  responseMsMax: 800,
  requestGapMs: 100,
  connectDelayMs: 0,
  requestTimeoutMs: 3_000,
  perRequestMs: 160,
  perRegisterMs: 2.3,
};

/** What all Deye and Sunsynk inverters have in common. */
export const deyeFamily = {
  wordOrder: 'little',
  defaultUnit: 1,
  defaultPort: 502,
  serialLine: { baudRate: 9_600, parity: 'none', stopBits: 1 },
  limits,
  serialNumber,
  model,
} as const;

/** The kind, and a serial number of ten digits or capitals. Neither names the maker. */
export function deyeRecognition(types: readonly number[]): Recognition {
  return {
    certainty: 'likely',
    checks: [
      { number: model, anyOf: types },
      { text: serialNumber, matches: /^[0-9A-Z]{10}$/ },
    ],
  };
}

export const deyeStatusLabels: Readonly<Record<number, string>> = {
  0: 'standby',
  1: 'self-test',
  2: 'normal',
  3: 'alarm',
  4: 'fault',
};

/** Bits of the alarm words; the low word comes first. */
export const deyeAlarmFlags: Readonly<Record<number, string>> = {
  1: 'fan failure',
  2: 'grid phase failure',
  3: 'no communication with the meter',
  30: 'battery lost',
  31: 'bad communication between parallel inverters',
};

/** Raw 1000 is 0 °C; raw 0 is no temperature. */
export const deyeTemperature = {
  encoding: 's16',
  scale: 0.1,
  offset: -100,
  notAvailable: [0],
  min: -40,
  max: 150,
} as const;
export const deyeEnergyTotal = { encoding: 'u32', scale: 0.1, min: 0, max: 10_000_000 } as const;
