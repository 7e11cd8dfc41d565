import { concat } from './bytes.ts';

/** Control words of the Solarman V5 protocol; an acknowledgement is one less 0x3000. */
export const loggerControl = {
  request: 0x4510,
  reply: 0x1510,
  handshake: 0x4110,
  heartbeat: 0x4710,
} as const;

export interface SolarmanFrame {
  readonly control: number;
  /** Low byte: chosen by the client; high byte: counted by the logger. */
  readonly sequence: number;
  readonly loggerSerial: number;
  readonly payload: Uint8Array;
  /** The whole frame. */
  readonly bytes: Uint8Array;
}

const startByte = 0xa5;
const endByte = 0x15;
const headBytes = 11;
const tailBytes = 2;
const payloadBytesMax = 512;

/** Start, length, control, sequence and serial little-endian, payload, sum of all but the start, end. */
export function solarmanFrame(frame: Omit<SolarmanFrame, 'bytes'>): Uint8Array {
  const { payload } = frame;
  const bytes = concat([new Uint8Array(headBytes), payload, new Uint8Array(tailBytes)]);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, startByte);
  view.setUint16(1, payload.length, true);
  view.setUint16(3, frame.control, true);
  view.setUint16(5, frame.sequence, true);
  view.setUint32(7, frame.loggerSerial, true);
  return sealed(bytes);
}

/** The frame with the right checksum and end. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[copy.length - 2] = checksum(copy);
  copy[copy.length - 1] = endByte;
  return copy;
}

/** Cuts a byte stream into good frames and passes over the rest. Holds less than one frame. */
export class SolarmanStream {
  #rest: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array): SolarmanFrame[] {
    const frames: SolarmanFrame[] = [];
    let bytes = concat([this.#rest, chunk]);
    while (bytes.length >= 3) {
      const end = headBytes + ((bytes[1] ?? 0) | ((bytes[2] ?? 0) << 8)) + tailBytes;
      const isBegin = bytes[0] === startByte && end <= headBytes + payloadBytesMax + tailBytes;
      if (isBegin && bytes.length < end) break;
      const frame = isBegin ? parse(bytes.slice(0, end)) : undefined;
      if (frame !== undefined) frames.push(frame);
      bytes = bytes.subarray(frame === undefined ? 1 : end);
    }
    this.#rest = bytes.slice();
    return frames;
  }
}

function parse(bytes: Uint8Array): SolarmanFrame | undefined {
  if (bytes.at(-1) !== endByte || bytes.at(-2) !== checksum(bytes)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    control: view.getUint16(3, true),
    sequence: view.getUint16(5, true),
    loggerSerial: view.getUint32(7, true),
    payload: bytes.subarray(headBytes, -tailBytes),
    bytes,
  };
}

function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes.subarray(1, -tailBytes)) sum += byte;
  return sum & 0xff;
}
