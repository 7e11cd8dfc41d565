import { exception } from './devices/simulated-device.ts';
import type { Distortion, SimulatedDevice } from './devices/simulated-device.ts';

interface Asked {
  readonly device: SimulatedDevice;
  /** Function code and data. */
  readonly pdu: Uint8Array;
  readonly nowMs: number;
  readonly distortion: Distortion | undefined;
}

/** By function code, "MODBUS Application Protocol Specification V1.1b3", section 6. Any other answers exception 1. */
const handlers: ReadonlyMap<number, (asked: Asked) => Uint8Array> = new Map([
  [3, readRegisters],
  [4, readRegisters],
  [6, writeRegister],
  [16, writeRegisters],
]);

/** Function codes that a broadcast may carry. */
const writeCodes: ReadonlySet<number> = new Set([6, 16]);

/** The PDU of the answer to a request PDU. */
export function answerPdu(asked: Asked): Uint8Array {
  const handler = handlers.get(asked.pdu[0] ?? 0);
  return handler === undefined ? exceptionPdu(asked.pdu, exception.illegalFunction) : handler(asked);
}

export function isWrite(pdu: Uint8Array): boolean {
  return writeCodes.has(pdu[0] ?? 0);
}

export function exceptionPdu(request: Uint8Array, code: number): Uint8Array {
  return Uint8Array.of((request[0] ?? 0) | 0x80, code);
}

/** Start (2), quantity (2) → byte count (1), words. */
function readRegisters({ device, pdu, nowMs, distortion }: Asked): Uint8Array {
  const words = wordAt(pdu, 3);
  if (pdu.length !== 5 || words < 1 || words > 125) return exceptionPdu(pdu, exception.illegalDataValue);
  const functionCode = pdu[0] === 3 ? 3 : 4;
  const bytes = new Uint8Array(2 + 2 * words);
  const buffer = { target: new DataView(bytes.buffer), offset: 2 };
  const code = device.read({ functionCode, address: wordAt(pdu, 1), words }, nowMs, buffer, distortion);
  if (code !== 0) return exceptionPdu(pdu, code);
  bytes[0] = functionCode;
  bytes[1] = 2 * words;
  return bytes;
}

/** Address (2), value (2) → the same. */
function writeRegister({ device, pdu, nowMs }: Asked): Uint8Array {
  if (pdu.length !== 5) return exceptionPdu(pdu, exception.illegalDataValue);
  const code = device.write({ address: wordAt(pdu, 1), words: Uint16Array.of(wordAt(pdu, 3)) }, nowMs);
  return code === 0 ? pdu.slice() : exceptionPdu(pdu, code);
}

/** Start (2), quantity (2), byte count (1), words → start (2), quantity (2). */
function writeRegisters({ device, pdu, nowMs }: Asked): Uint8Array {
  const quantity = wordAt(pdu, 3);
  const isWhole = pdu.length === 6 + 2 * quantity && pdu[5] === 2 * quantity;
  if (!isWhole || quantity < 1 || quantity > 123) return exceptionPdu(pdu, exception.illegalDataValue);
  const words = Uint16Array.from({ length: quantity }, (_, index) => wordAt(pdu, 6 + 2 * index));
  const code = device.write({ address: wordAt(pdu, 1), words }, nowMs);
  return code === 0 ? pdu.slice(0, 5) : exceptionPdu(pdu, code);
}

function wordAt(bytes: Uint8Array, index: number): number {
  return ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
}
