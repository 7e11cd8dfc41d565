import { concat } from './bytes.ts';
import { hasCrc, withCrc } from './crc16.ts';
import { lineGarbageKinds } from './fault-plan.ts';
import type { GarbageKind } from './fault-plan.ts';
import type { Framing, GarbledAnswer, IncomingRequest } from './framing.ts';
import { garbleRtu } from './garble-rtu.ts';
import type { SeededRandom } from './random.ts';
import { exchangeMs } from './wire-time.ts';

/** "MODBUS over Serial Line V1.02", section 2.5.1: unit, PDU, CRC. */
const frameBytesMax = 256;

/**
 * Modbus RTU, on a serial line or tunnelled through TCP. Frames are found by their length and CRC instead of by
 * silence, which neither a pseudo-terminal nor TCP keeps: bytes that are part of no whole frame are passed over, and
 * the next good request is answered whatever came before it.
 */
export class RtuFraming implements Framing {
  readonly isBroken = false;
  readonly broadcastUnitId = 0;
  readonly garbageKinds = lineGarbageKinds;
  /** Longer than the 1.5 characters that a frame may pause, at any baud rate. */
  readonly pieceGapMs = 25;
  readonly #baudRate: number | undefined;
  #rest: Uint8Array = new Uint8Array(0);

  /** Without a baud rate the wire takes no time. */
  constructor(baudRate?: number) {
    this.#baudRate = baudRate;
  }

  push(chunk: Uint8Array): IncomingRequest[] {
    const requests: IncomingRequest[] = [];
    const bytes = concat([this.#rest, chunk]);
    let unused = 0;
    for (let offset = 0; offset < bytes.length;) {
      const end = offset + (requestBytes(bytes.subarray(offset)) ?? Infinity);
      if (end <= bytes.length && hasCrc(bytes.subarray(offset, end))) {
        requests.push(requestOf(bytes.slice(offset, end)));
        unused = end;
        offset = end;
      } else {
        offset += 1;
      }
    }
    this.#rest = bytes.slice(Math.max(unused, bytes.length - frameBytesMax));
    return requests;
  }

  wireMs(requestBytes: number, answerBytes: number): number {
    return this.#baudRate === undefined ? 0 : exchangeMs(this.#baudRate, requestBytes, answerBytes);
  }

  garble(kind: GarbageKind, answer: GarbledAnswer, random: SeededRandom): readonly Uint8Array[] {
    return garbleRtu(kind, answer, random);
  }
}

function requestOf(bytes: Uint8Array): IncomingRequest {
  const unitId = bytes[0] ?? 0;
  return {
    kind: 'request',
    unitId,
    pdu: bytes.subarray(1, -2),
    bytes,
    frame: (pdu) => withCrc(concat([Uint8Array.of(unitId), pdu])),
  };
}

/** How long the request is that begins here, CRC included; undefined when too little of it is there to know. */
function requestBytes(bytes: Uint8Array): number | undefined {
  const functionCode = bytes[1];
  if (functionCode === undefined) return undefined;
  if (functionCode >= 1 && functionCode <= 6) return 8;
  if (functionCode === 15 || functionCode === 16) return counted(bytes, 6);
  if (functionCode === 22) return 10;
  if (functionCode === 23) return counted(bytes, 10);
  // Its length is not known: it is taken to end where the bytes end.
  return bytes.length >= 4 && bytes.length <= frameBytesMax ? bytes.length : undefined;
}

function counted(bytes: Uint8Array, index: number): number | undefined {
  const count = bytes[index];
  return count === undefined ? undefined : index + 1 + count + 2;
}
