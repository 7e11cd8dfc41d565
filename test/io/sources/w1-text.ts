import { crc8 } from '../../../gateway/io/sources/w1-slave.ts';

interface W1Register {
  /** Sixteenths of a degree. */
  readonly units: number;
  readonly configuration?: number;
  /** Byte 6; what a genuine sensor has unless said. */
  readonly mark?: number;
  readonly alarm?: number;
  /** Bits that the line turns over after the CRC was made. */
  readonly flipped?: readonly number[];
}

/** What the driver's `w1_slave` says of a register; that it judges the CRC as good is part of the test. */
export function w1Text({
  units,
  configuration = 0x7f,
  mark,
  alarm = 0x4b,
  flipped = [],
}: W1Register): string {
  const bytes = [units & 0xff, (units >> 8) & 0xff, alarm, 0x46, configuration, 0xff];
  bytes.push(mark ?? 0x10 - (units & 0x0f), 0x10);
  bytes.push(crc8(bytes));
  for (const bit of flipped) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `${hex} : crc=${hex.slice(-2)} YES\n${hex} t=${Math.trunc((units * 1_000) / 16)}\n`;
}
