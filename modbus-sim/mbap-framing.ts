import { garbageKinds } from './fault-plan.ts';
import type { GarbageKind } from './fault-plan.ts';
import type { Framing, GarbledAnswer, IncomingRequest } from './framing.ts';
import { garbleMbap } from './garble-mbap.ts';
import { concat } from './bytes.ts';
import type { SeededRandom } from './random.ts';

const headerBytes = 7;
const lengthMin = 2;
const lengthMax = 254;

/**
 * Modbus TCP, "MODBUS Messaging on TCP/IP Implementation Guide V1.0b", section 3.1.3: transaction id (2), protocol id 0
 * (2), length of what follows (2), unit id (1), then the PDU. Holds at most one incomplete frame.
 */
export class MbapFraming implements Framing {
  readonly broadcastUnitId = undefined;
  readonly garbageKinds = garbageKinds;
  readonly pieceGapMs = 4;
  #rest: Uint8Array = new Uint8Array(0);
  #isBroken = false;

  get isBroken(): boolean {
    return this.#isBroken;
  }

  push(chunk: Uint8Array): IncomingRequest[] {
    const requests: IncomingRequest[] = [];
    if (this.#isBroken) return requests;
    const bytes = this.#rest.length === 0 ? chunk : concat([this.#rest, chunk]);
    let offset = 0;
    while (bytes.length - offset >= headerBytes - 1) {
      const length = wordAt(bytes, offset + 4);
      if (wordAt(bytes, offset + 2) !== 0 || length < lengthMin || length > lengthMax) {
        this.#isBroken = true;
        this.#rest = new Uint8Array(0);
        return requests;
      }
      const end = offset + headerBytes - 1 + length;
      if (bytes.length < end) break;
      requests.push(requestOf(bytes.subarray(offset, end)));
      offset = end;
    }
    // A copy: the caller may reuse its chunk.
    this.#rest = bytes.slice(offset);
    return requests;
  }

  wireMs(): number {
    return 0;
  }

  garble(kind: GarbageKind, { bytes }: GarbledAnswer, random: SeededRandom): readonly Uint8Array[] {
    return garbleMbap(kind, bytes, random);
  }
}

function requestOf(bytes: Uint8Array): IncomingRequest {
  return {
    kind: 'request',
    unitId: bytes[headerBytes - 1] ?? 0,
    pdu: bytes.subarray(headerBytes),
    bytes,
    frame: (pdu) => mbapFrame(bytes, pdu),
  };
}

/** An answer under the transaction and unit id of its request. */
function mbapFrame(request: Uint8Array, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(headerBytes + pdu.length);
  frame[0] = request[0] ?? 0;
  frame[1] = request[1] ?? 0;
  frame[4] = (pdu.length + 1) >>> 8;
  frame[5] = pdu.length + 1;
  frame[6] = request[6] ?? 0;
  frame.set(pdu, headerBytes);
  return frame;
}

function wordAt(bytes: Uint8Array, index: number): number {
  return ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
}
