import type { DeviceLimits } from './driver.ts';
import type { RegisterField } from './register-map.ts';

type Input = Omit<RegisterField, 'name' | 'table'>;

export function solisInput(name: string, field: Input): RegisterField {
  return { name, table: 'input', ...field };
}

/** A Wi-Fi stick needs 300 ms between two requests. */
const limits: DeviceLimits = {
  registersMax: 50,
  responseMsMax: 800,
  requestGapMs: 300,
  connectDelayMs: 0,
  requestTimeoutMs: 3_000,
  perRequestMs: 360,
  perRegisterMs: 2.3,
};

/** What Solis string inverters and hybrids have in common. */
export const solisFamily = {
  wordOrder: 'big',
  defaultUnit: 1,
  defaultPort: 502,
  serialLine: { baudRate: 9_600, parity: 'none', stopBits: 1 },
  limits,
} as const;

const gridFault = 'grid fault';

const solisStatusLabels: Readonly<Record<number, string>> = {
  0: 'waiting',
  1: 'open run',
  2: 'soft run',
  3: 'generating',
  4: 'bypass',
  5: 'bypass',
  6: 'bypass',
  15: 'normal',
  0x1004: 'grid off',
  0x1010: 'grid overvoltage',
  0x1011: gridFault,
  0x1012: gridFault,
  0x1013: gridFault,
  0x1014: gridFault,
  0x1015: gridFault,
  0x1016: gridFault,
  0x1017: gridFault,
};

export const solisStatus = { encoding: 'u16', min: 0, max: 0xffff, labels: solisStatusLabels } as const;
export const solisVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 500 } as const;
export const solisCurrent = { encoding: 'u16', scale: 0.1, min: 0, max: 500 } as const;
export const solisStringVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 1_100 } as const;
export const solisStringCurrent = { encoding: 'u16', scale: 0.1, min: 0, max: 100 } as const;
export const solisTemperature = { encoding: 's16', scale: 0.1, min: -40, max: 150 } as const;
export const solisFrequency = { encoding: 'u16', scale: 0.01, min: 40, max: 70 } as const;
export const solisToday = { encoding: 'u16', scale: 0.1, min: 0, max: 2_000 } as const;
/** Whole kilowatt hours. */
export const solisEnergyTotal = { encoding: 'u32', min: 0, max: 10_000_000 } as const;
