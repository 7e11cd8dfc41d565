/** CRC-16/MODBUS, "MODBUS over Serial Line V1.02", section 6.2.2: reflected 0x8005, begins with 0xFFFF. */
function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

/** The bytes with their CRC, low byte first. */
export function withCrc(bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(bytes.length + 2);
  frame.set(bytes);
  const crc = crc16(bytes);
  frame[bytes.length] = crc;
  frame[bytes.length + 1] = crc >>> 8;
  return frame;
}

/** Whether the last two bytes are the CRC of those before. */
export function hasCrc(frame: Uint8Array): boolean {
  // The CRC over a frame with its own CRC is zero.
  return frame.length >= 4 && crc16(frame) === 0;
}

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xa001;
  return crc;
});
