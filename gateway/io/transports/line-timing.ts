import type { SerialSettings } from '../../core/serial-lines.ts';

/** Above this rate the silence does not shrink any more: "MODBUS over Serial Line V1.02", section 2.5.1.1. */
const fixedSilenceAboveBaud = 19_200;
const fixedSilenceMs = 1.75;
const silenceCharacters = 3.5;

/** Time that these bytes take on the line: a start bit, 8 data bits, a parity bit where there is one, stop bits. */
export function wireTimeMs(byteCount: number, line: SerialSettings): number {
  const bits = 1 + 8 + (line.parity === 'none' ? 0 : 1) + line.stopBits;
  return (byteCount * bits * 1_000) / line.baudRate;
}

/** Silence that parts two frames: 3.5 characters, 1.75 ms above 19,200 bit/s. */
export function frameSilenceMs(line: SerialSettings): number {
  return line.baudRate > fixedSilenceAboveBaud ? fixedSilenceMs : wireTimeMs(silenceCharacters, line);
}
