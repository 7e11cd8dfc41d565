/** Family 28 of the 1-wire bus. Maxim DS18B20 data sheet, “Memory”: nine bytes, the last a CRC of the others. */
const scratchpadLength = 9;
const crcPolynomial = 0x8c;
const celsiusPerUnit = 1 / 16;
const celsiusMin = -55;
const celsiusMax = 125;
/** +85 °C, what the register holds before a first conversion. */
const powerOnUnits = 0x0550;
/** Byte 6 of a register that no conversion has written (w1_therm, “features”). */
const unconvertedMark = 0x0c;
const milliCelsiusPerUnit = 1_000 * celsiusPerUnit;

const firstLine = /^((?:[0-9a-f]{2} ){9}): crc=[0-9a-f]{2} (YES|NO)$/;
const secondLine = /^(?:[0-9a-f]{2} ){9}t=(-?\d{1,6})$/;

/**
 * Why there is no temperature:
 * - `absent`: the sensor is not on the bus
 * - `no_answer`: the driver gave nothing: the sensor did not answer it five times
 * - `malformed`: not the text that the driver writes
 * - `crc_wrong`: damaged on the line
 * - `all_zero`: the line is shorted to ground, whose CRC is right
 * - `not_converted`: the register holds what it holds at power-on
 * - `unconfirmed`: 85 °C far from what was before, not said twice
 * - `out_of_range`: not between −55 and +125 °C
 * - `unreadable`: the system refuses the file
 * - `out_of_time`: the others took the time of this reading
 */
export type W1Fault =
  | 'absent'
  | 'no_answer'
  | 'malformed'
  | 'crc_wrong'
  | 'all_zero'
  | 'not_converted'
  | 'unconfirmed'
  | 'out_of_range'
  | 'unreadable'
  | 'out_of_time';

export interface W1Measurement {
  readonly celsius: number;
  /** 9 to 12, as the sensor's register says; undefined when a clone's says nothing known. */
  readonly resolutionBits?: number;
  /** Exactly the value at power-on, with nothing that says it is that. */
  readonly isDoubtful: boolean;
}

/** Maxim application note 27: x⁸ + x⁵ + x⁴ + 1, reflected, from 0. */
export function crc8(bytes: readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ crcPolynomial : crc >> 1;
  }
  return crc;
}

/** What a `w1_slave` file says. The nine bytes are judged by us; of `t=` only that it agrees. */
export function parseW1Slave(text: string): W1Measurement | W1Fault {
  if (text.trim() === '') return 'no_answer';
  const lines = text.trimEnd().split('\n');
  const [, hex, verdict] = firstLine.exec(lines[0] ?? '') ?? [];
  const milliCelsius = secondLine.exec(lines[1] ?? '')?.[1];
  if (hex === undefined || milliCelsius === undefined || lines.length !== 2) return 'malformed';
  const bytes = [...Buffer.from(hex.replaceAll(' ', ''), 'hex')];
  if (verdict === 'NO' || crc8(bytes.slice(0, -1)) !== bytes[scratchpadLength - 1]) return 'crc_wrong';
  if (bytes.every((byte) => byte === 0)) return 'all_zero';
  return measurementOf(bytes, Number(milliCelsius));
}

function measurementOf(bytes: readonly number[], milliCelsius: number): W1Measurement | W1Fault {
  const [low = 0, high = 0, , , configuration = 0, , mark = 0] = bytes;
  const units = ((high << 24) >> 16) | low;
  const resolutionBits = resolutionOf(configuration);
  const stepUnits = 2 ** (12 - (resolutionBits ?? 12));
  // The driver truncates, and may or may not drop the undefined bits.
  const isAgreed = Math.abs(units * milliCelsiusPerUnit - milliCelsius) < stepUnits * milliCelsiusPerUnit;
  if (!isAgreed) return 'malformed';
  if (units === powerOnUnits && mark === unconvertedMark) return 'not_converted';
  // Below 12 bits the last ones are undefined (data sheet, “Temperature register format”).
  const celsius = Math.floor(units / stepUnits) * stepUnits * celsiusPerUnit;
  if (celsius < celsiusMin || celsius > celsiusMax) return 'out_of_range';
  return {
    celsius,
    isDoubtful: units === powerOnUnits,
    ...(resolutionBits !== undefined && { resolutionBits }),
  };
}

/** 1f, 3f, 5f, 7f: 9 to 12 bits. */
function resolutionOf(configuration: number): number | undefined {
  return (configuration & 0x9f) === 0x1f ? 9 + (configuration >> 5) : undefined;
}
