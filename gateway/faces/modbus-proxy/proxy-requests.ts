/** One request of a master: "MODBUS Messaging on TCP/IP Implementation Guide V1.0b", section 3.1.3. */
export interface ProxyRequest {
  readonly transaction: number;
  readonly unit: number;
  /** Function code and data. */
  readonly pdu: Uint8Array;
}

/** A read that makes sense, or the exception that says why not. */
export type ParsedRead =
  | { readonly table: 'holding' | 'input'; readonly address: number; readonly count: number }
  | { readonly exception: number };

const headerBytes = 7;
const pduBytesMax = 253;

/** Cuts the bytes of one connection into requests. Holds at most one incomplete frame. */
export class ProxyRequests {
  #rest: Uint8Array = new Uint8Array(0);
  #isBroken = false;

  /** What came is not Modbus TCP: nothing of this connection is read any more. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  push(chunk: Uint8Array): ProxyRequest[] {
    const requests: ProxyRequest[] = [];
    const bytes = Buffer.concat([this.#rest, chunk]);
    let offset = 0;
    while (!this.#isBroken && bytes.length - offset >= headerBytes - 1) {
      const length = bytes.readUInt16BE(offset + 4);
      if (bytes.readUInt16BE(offset + 2) !== 0 || length < 2 || length > pduBytesMax + 1) {
        this.#isBroken = true;
        break;
      }
      const end = offset + headerBytes - 1 + length;
      if (bytes.length < end) break;
      const pdu = Uint8Array.from(bytes.subarray(offset + headerBytes, end));
      requests.push({ transaction: bytes.readUInt16BE(offset), unit: bytes.readUInt8(offset + 6), pdu });
      offset = end;
    }
    this.#rest = this.#isBroken ? new Uint8Array(0) : Uint8Array.from(bytes.subarray(offset));
    return requests;
  }
}

/**
 * "MODBUS Application Protocol Specification V1.1b3", sections 6.3 and 6.4: exception 1 for every function but
 * reading registers, 3 for a malformed request or count, 2 beyond the last address.
 */
export function parseRead(pdu: Uint8Array): ParsedRead {
  const [functionCode] = pdu;
  if (functionCode !== 3 && functionCode !== 4) return { exception: 1 };
  if (pdu.length !== 5) return { exception: 3 };
  const view = new DataView(pdu.buffer, pdu.byteOffset);
  const [address, count] = [view.getUint16(1), view.getUint16(3)];
  if (count < 1 || count > 125) return { exception: 3 };
  if (address + count > 65_536) return { exception: 2 };
  return { table: functionCode === 3 ? 'holding' : 'input', address, count };
}

export function readAnswer(request: ProxyRequest, words: Uint16Array): Uint8Array {
  const pdu = Buffer.alloc(2 + 2 * words.length);
  pdu.writeUInt8(request.pdu[0] ?? 0, 0);
  pdu.writeUInt8(2 * words.length, 1);
  words.forEach((word, index) => pdu.writeUInt16BE(word, 2 + 2 * index));
  return frame(request, pdu);
}

export function exceptionAnswer(request: ProxyRequest, exception: number): Uint8Array {
  return frame(request, Uint8Array.of((request.pdu[0] ?? 0) | 0x80, exception));
}

function frame({ transaction, unit }: ProxyRequest, pdu: Uint8Array): Uint8Array {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(pdu.length + 1, 4);
  header.writeUInt8(unit, 6);
  return Buffer.concat([header, pdu]);
}
