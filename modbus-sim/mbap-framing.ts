/**
 * Modbus TCP framing, "MODBUS Messaging on TCP/IP Implementation Guide V1.0b", section 3.1.3: transaction id (2),
 * protocol id 0 (2), length of what follows (2), unit id (1), then the PDU.
 */
export interface MbapFrame {
  readonly transactionId: number;
  readonly unitId: number;
  /** Function code and data, 1 … 253 bytes. */
  readonly pdu: Uint8Array;
}

export const mbapHeaderBytes = 7;
const lengthMin = 2;
const lengthMax = 254;

/** Cuts a byte stream into frames. Holds at most one incomplete frame. */
export class MbapFraming {
  #rest: Uint8Array = new Uint8Array(0);
  #isBroken = false;

  /** True after a header that is not Modbus TCP: from there on the stream has no known frame borders. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The frames completed by this chunk, in order. Nothing more comes once the stream is broken. */
  push(chunk: Uint8Array): MbapFrame[] {
    const frames: MbapFrame[] = [];
    if (this.#isBroken) return frames;
    const bytes = this.#rest.length === 0 ? chunk : concat([this.#rest, chunk]);
    let offset = 0;
    while (bytes.length - offset >= mbapHeaderBytes - 1) {
      const length = wordAt(bytes, offset + 4);
      if (wordAt(bytes, offset + 2) !== 0 || length < lengthMin || length > lengthMax) {
        this.#isBroken = true;
        this.#rest = new Uint8Array(0);
        return frames;
      }
      const end = offset + 6 + length;
      if (bytes.length < end) break;
      frames.push({
        transactionId: wordAt(bytes, offset),
        unitId: bytes[offset + 6] ?? 0,
        pdu: bytes.subarray(offset + mbapHeaderBytes, end),
      });
      offset = end;
    }
    // A copy: the caller may reuse its chunk.
    this.#rest = bytes.slice(offset);
    return frames;
  }
}

/** Writes the header of a frame whose PDU has `pduBytes` bytes. */
export function writeMbapHeader(target: Uint8Array, frame: MbapFrame, pduBytes: number): void {
  target[0] = frame.transactionId >>> 8;
  target[1] = frame.transactionId;
  target[2] = 0;
  target[3] = 0;
  target[4] = (pduBytes + 1) >>> 8;
  target[5] = pduBytes + 1;
  target[6] = frame.unitId;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

function wordAt(bytes: Uint8Array, index: number): number {
  return ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
}
