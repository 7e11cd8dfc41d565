/** Why a probe says no temperature, as the kernel's driver shows it. */
export type ProbeTrouble = 'silent' | 'shorted' | 'power-on';

export interface Ds18b20Chip {
  readonly celsius: number;
  /** 9 to 12. */
  readonly resolutionBits: number;
  readonly trouble?: ProbeTrouble;
}

/** Of a conversion, ms (DS18B20 data sheet 19-7487, “Electrical characteristics”: 93.75 to 750). */
export const conversionMsByBits: Readonly<Record<number, number>> = { 9: 95, 10: 190, 11: 375, 12: 750 };

const powerOnUnits = 0x0550;
/** Byte 6 of a register that no conversion has written. */
const unconvertedMark = 0x0c;
const celsiusMin = -55;
const celsiusMax = 125;

/**
 * The nine bytes of a probe's scratchpad (data sheet, “Memory”), the last a CRC of the others; undefined when it does
 * not answer.
 */
export function scratchpadOf({
  celsius,
  resolutionBits,
  trouble,
}: Ds18b20Chip): readonly number[] | undefined {
  if (trouble === 'silent') return undefined;
  // A line at ground is nine times zero, whose CRC is right.
  if (trouble === 'shorted') return Array<number>(9).fill(0);
  const isFresh = trouble === 'power-on';
  const units = isFresh ? powerOnUnits : unitsOf(celsius, resolutionBits);
  const bytes = [
    units & 0xff,
    (units >> 8) & 0xff,
    0x4b,
    0x46,
    ((resolutionBits - 9) << 5) | 0x1f,
    0xff,
    isFresh ? unconvertedMark : 0x10 - (units & 0x0f),
    0x10,
  ];
  return [...bytes, maximCrc8(bytes)];
}

/** The driver's `w1_slave`: empty when the probe did not answer (Linux 5.8 and later). */
export function w1SlaveText(scratchpad: readonly number[] | undefined): string {
  if (scratchpad === undefined) return '';
  const bytes = scratchpad.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${bytes} : crc=${bytes.slice(-2)} YES\n${bytes} t=${milliCelsiusOf(scratchpad)}\n`;
}

/** The driver's `temperature`. */
export function temperatureText(scratchpad: readonly number[] | undefined): string {
  return scratchpad === undefined ? '' : `${milliCelsiusOf(scratchpad)}\n`;
}

function unitsOf(celsius: number, bits: number): number {
  const step = 2 ** (12 - bits);
  const units = Math.round(Math.min(celsiusMax, Math.max(celsiusMin, celsius)) * 16);
  return Math.floor(units / step) * step;
}

function milliCelsiusOf([low = 0, high = 0]: readonly number[]): number {
  return Math.trunc((((high << 24) >> 16) | low) * 62.5);
}

/** Maxim application note 27: x⁸ + x⁵ + x⁴ + 1, reflected, from 0. */
function maximCrc8(bytes: readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0x8c : crc >> 1;
  }
  return crc;
}
