/** How an honest slave frames an answer, and whether a stream carries one: written apart from the gateway's own. */
export interface WireCodec {
  /** The answer's frame. `request` is the request as it went over the wire. */
  frame(unitAndPdu: Buffer, request: Uint8Array): Buffer;
  /** Whether the stream has this very answer to this request, whole and framed as it must be. */
  carries(stream: Buffer, unitAndPdu: Uint8Array, request: Uint8Array): boolean;
}

export const mbapCodec: WireCodec = {
  frame: (unitAndPdu, request) => Buffer.concat([mbapHeader(unitAndPdu.length, request), unitAndPdu]),
  carries: (stream, unitAndPdu, request) =>
    stream.includes(Buffer.concat([mbapHeader(unitAndPdu.length, request), unitAndPdu])),
};

export const rtuCodec: WireCodec = {
  frame: withCrc,
  carries: (stream, unitAndPdu) => stream.includes(withCrc(unitAndPdu)),
};

/** Transaction id of the request, protocol id 0, length. */
function mbapHeader(length: number, request: Uint8Array): Buffer {
  return Buffer.of(request[0] ?? 0, request[1] ?? 0, 0, 0, length >>> 8, length & 0xff);
}

/** Bit by bit, as "MODBUS over Serial Line V1.02", section 6.2.2, describes it. */
function withCrc(unitAndPdu: Uint8Array): Buffer {
  let crc = 0xffff;
  for (const byte of unitAndPdu) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return Buffer.concat([unitAndPdu, Buffer.of(crc & 0xff, crc >>> 8)]);
}
