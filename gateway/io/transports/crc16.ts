const table = new Uint16Array(256).map((_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** The CRC before the first byte. */
export const crc16Start = 0xffff;

/** The CRC after one more byte. */
export function crc16Next(crc: number, byte: number): number {
  return (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
}

/**
 * CRC-16/MODBUS (reflected 0x8005, from 0xFFFF) of the first `length` bytes; goes low byte first on the wire.
 * That of a frame with its CRC is 0.
 */
export function crc16(bytes: Uint8Array, length: number): number {
  let crc = crc16Start;
  for (let index = 0; index < length; index += 1) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
  }
  return crc;
}

/** A copy with its CRC at the end. */
export function withCrc(unitAndPdu: Uint8Array): Buffer {
  const { length } = unitAndPdu;
  const frame = Buffer.allocUnsafe(length + 2);
  frame.set(unitAndPdu);
  frame.writeUInt16LE(crc16(unitAndPdu, length), length);
  return frame;
}
