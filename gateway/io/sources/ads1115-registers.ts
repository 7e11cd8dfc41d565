/** TI SBAS444, “Register maps”. */
export const ads1115Registers = { conversion: 0, config: 1 } as const;

/** Against ground, or two inputs against each other. The code of the multiplexer. */
const muxCodes = {
  'a0-a1': 0,
  'a0-a3': 1,
  'a1-a3': 2,
  'a2-a3': 3,
  a0: 4,
  a1: 5,
  a2: 6,
  a3: 7,
} as const;

export type Ads1115Channel = keyof typeof muxCodes;

export const ads1115Channels = Object.keys(muxCodes) as readonly Ads1115Channel[];

/** Full scale, mV, by the code of the amplifier. */
const fullScalesMv = [6_144, 4_096, 2_048, 1_024, 512, 256] as const;
/** Conversions in a second, by code. */
const dataRates = [8, 16, 32, 64, 128, 250, 475, 860] as const;

export const ads1115FullScales = fullScalesMv.map(String);
export const ads1115DataRates = dataRates.map(String);

export interface Ads1115Setup {
  readonly channel: Ads1115Channel;
  readonly fullScaleMv: number;
  readonly dataRate: number;
  readonly mode: 'single' | 'continuous';
}

const startBit = 0x8000;
const singleBit = 0x0100;
const comparatorOff = 0x0003;
const codeMax = 0x7fff;
const codeMin = -0x8000;

/** The configuration that starts what is wanted; the comparator is off. */
export function ads1115Config({ channel, fullScaleMv, dataRate, mode }: Ads1115Setup): number {
  const gain = (fullScalesMv as readonly number[]).indexOf(fullScaleMv);
  const rate = (dataRates as readonly number[]).indexOf(dataRate);
  const modeBits = mode === 'single' ? startBit | singleBit : 0;
  return modeBits | (muxCodes[channel] << 12) | (gain << 9) | (rate << 5) | comparatorOff;
}

/** Ends continuous conversions; the converter sleeps. */
export function ads1115Idle(config: number): number {
  return (config & ~startBit) | singleBit;
}

/** Whether a configuration that was read is the one written: its first bit says something else then. */
export function isSameAds1115Config(read: number, written: number): boolean {
  return (read & ~startBit) === (written & ~startBit);
}

export function isAds1115Ready(config: number): boolean {
  return (config & startBit) !== 0;
}

export function ads1115Millivolts(word: number, fullScaleMv: number): number {
  return (signed(word) * fullScaleMv) / 0x8000;
}

/** At either end of its range the true voltage is unknown. */
export function isAds1115Saturated(word: number): boolean {
  const code = signed(word);
  return code === codeMax || code === codeMin;
}

function signed(word: number): number {
  return (word << 16) >> 16;
}
