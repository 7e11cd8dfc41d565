import type { RecognitionCheck } from './driver.ts';
import type { DerivedField, RegisterField, TextField } from './register-map.ts';

/** Registers 12999 of hybrids and 5037 of string inverters; the larger codes are those of newer firmware. */
export const sungrowStates = {
  0x0000: 'running',
  0x0001: 'stopped',
  0x0002: 'stopped by its key',
  0x0004: 'emergency stop',
  0x0008: 'standby',
  0x0010: 'initial standby',
  0x0020: 'starting',
  0x0040: 'running',
  0x0080: 'running, derated',
  0x0100: 'fault',
  0x0400: 'running, maintaining the battery',
  0x0800: 'running, forced',
  0x1000: 'running off grid',
  0x1200: 'initial standby',
  0x1300: 'stopped by its key',
  0x1400: 'standby',
  0x1500: 'emergency stop',
  0x1600: 'starting',
  0x2500: 'communication fault',
  0x4000: 'running for an external energy manager',
  0x5500: 'fault',
  0x8000: 'stopped',
  0x8100: 'running, derated',
  0x9100: 'running, with a warning',
} as const;

export const sungrowSerialNumber: TextField = { table: 'input', address: 4989, count: 10 };

/** "Device type code" */
export const sungrowModel: RegisterField = {
  name: 'device_type',
  table: 'input',
  address: 4999,
  encoding: 'u16',
  notAvailable: [0xffff],
  min: 1,
  max: 0xfffe,
};

/** Tenths of a hertz, as 5035 promises; some WiNet-S firmware gives hundredths, which are above. */
const tenthsMax = 1_000;

export const sungrowCoarseFrequency: RegisterField = {
  name: 'grid_frequency_coarse',
  table: 'input',
  address: 5035,
  encoding: 'u16',
  min: 400,
  max: 7_000,
};

export const sungrowFrequency: DerivedField = {
  quantity: 'grid_frequency_hz',
  from: ['grid_frequency_coarse'],
  compute: ([raw = NaN]) => (raw > tenthsMax ? raw / 100 : raw / 10),
};

export const isSungrow: readonly RecognitionCheck[] = [
  { text: sungrowSerialNumber, matches: /^[A-Z]\d{10}$/ },
  { number: sungrowCoarseFrequency },
];

/** SH5.0RS is 0x0D0F, SH10T 0x0E23. */
export const isSungrowHybrid: RecognitionCheck = {
  number: { ...sungrowModel, min: 0x0d00, max: 0x0eff },
};
