import type { DeviceLimits } from './driver.ts';
import type { RegisterField } from './register-map.ts';

type Holding = Omit<RegisterField, 'name' | 'table' | 'notAvailable'>;

/** The manual's "invalid value". A signed word may really be −1, so only unsigned values have one. */
const absent: Readonly<Partial<Record<RegisterField['encoding'], readonly (number | bigint)[]>>> = {
  u16: [0xffff],
  u32: [0xffffffff],
  u64: [2n ** 64n - 1n],
};

export function goodweHolding(name: string, field: Holding): RegisterField {
  const notAvailable = absent[field.encoding];
  return { name, table: 'holding', ...field, ...(notAvailable && { notAvailable }) };
}

/** −1 and 32767 mean that there is no sensor. */
export function goodweTemperature(name: string, address: number): RegisterField {
  const field = { encoding: 's16', scale: 0.1, notAvailable: [-1, 0x7fff], min: -40, max: 150 } as const;
  return { name, table: 'holding', address, ...field };
}

/** The Wi-Fi stick asks the inverter over a line of 9600 bit/s. */
const limits: DeviceLimits = {
  registersMax: 125,
  responseMsMax: 700,
  requestGapMs: 50,
  connectDelayMs: 0,
  requestTimeoutMs: 2_000,
  perRequestMs: 110,
  perRegisterMs: 2.3,
};

/** What the families of GoodWe have in common. */
export const goodweFamily = {
  wordOrder: 'big',
  defaultPort: 502,
  hasWrongLength: true,
  serialLine: { baudRate: 9_600, parity: 'none', stopBits: 1 },
  limits,
} as const;

export const goodweVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 500 } as const;
export const goodweCurrent = { encoding: 'u16', scale: 0.1, min: 0, max: 500 } as const;
export const goodweStringVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 1_100 } as const;
export const goodweStringCurrent = { encoding: 'u16', scale: 0.1, min: 0, max: 100 } as const;
export const goodweEnergyTotal = { encoding: 'u32', scale: 0.1, min: 0, max: 10_000_000 } as const;
export const goodweFrequency = { encoding: 'u16', scale: 0.01, min: 40, max: 70 } as const;
