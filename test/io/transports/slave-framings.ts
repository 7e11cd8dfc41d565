import assert from 'node:assert';

/** How a slave of the tests unpacks requests and packs answers: written from the manuals, apart from the gateway's. */
export interface SlaveFraming {
  /** Unit and PDU of a whole request. */
  unpack(request: Buffer): Buffer;
  /** The answer's unit and PDU as the answer to this request. */
  pack(unitAndPdu: Buffer, request: Buffer): Buffer;
}

const mbap: SlaveFraming = {
  unpack: (request) => {
    assert(request.readUInt16BE(2) === 0 && request.readUInt16BE(4) === request.length - 6, 'a good header');
    return request.subarray(6);
  },
  pack: (unitAndPdu, request) => {
    const header = Buffer.from(request.subarray(0, 6));
    header.writeUInt16BE(unitAndPdu.length, 4);
    return Buffer.concat([header, unitAndPdu]);
  },
};

const rtu: SlaveFraming = {
  unpack: (request) => {
    assert(bitwiseCrc(request) === 0, 'a good CRC');
    return request.subarray(0, -2);
  },
  pack: (unitAndPdu) => withBitwiseCrc(unitAndPdu),
};

const solarman: SlaveFraming = {
  unpack: (request) => {
    assert(request.readUInt8(0) === 0xa5 && request.readUInt16LE(3) === 0x4510, 'a request');
    assert(request.readUInt16LE(1) === request.length - 13, 'a good length');
    assert(sumOf(request.subarray(1, -2)) === request.at(-2) && request.at(-1) === 0x15, 'a good end');
    return rtu.unpack(request.subarray(26, -2));
  },
  pack: (unitAndPdu, request) => packSolarman(withBitwiseCrc(unitAndPdu), request),
};

export const slaveFramings = {
  'modbus-tcp': mbap,
  'modbus-rtu': rtu,
  'rtu-over-tcp': rtu,
  'solarman-v5': solarman,
} as const satisfies Record<string, SlaveFraming>;

/** Any bytes as a logger's answer to this request. */
export function packSolarman(inner: Buffer, request: Buffer): Buffer {
  const frame = Buffer.alloc(25 + inner.length + 2);
  request.copy(frame, 0, 0, 11);
  frame.writeUInt16LE(14 + inner.length, 1);
  frame.writeUInt16LE(0x1510, 3);
  frame.writeUInt8(7, 6);
  frame.set([2, 1], 11);
  frame.writeUInt32LE(10_125, 13);
  inner.copy(frame, 25);
  return sealSolarman(frame);
}

/** Sets checksum and end. */
export function sealSolarman(frame: Buffer): Buffer {
  frame.writeUInt8(sumOf(frame.subarray(1, -2)), frame.length - 2);
  frame.writeUInt8(0x15, frame.length - 1);
  return frame;
}

export function withBitwiseCrc(bytes: Buffer): Buffer {
  const crc = bitwiseCrc(bytes);
  return Buffer.concat([bytes, Buffer.of(crc & 0xff, crc >>> 8)]);
}

/** Bit by bit, as the specification draws it. */
export function bitwiseCrc(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}
