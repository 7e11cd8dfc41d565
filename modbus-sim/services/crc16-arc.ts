/** CRC-16/ARC, P1 Companion Standard 5.0.2, 5.2: x16 + x15 + x2 + 1, least significant bit first, begins with 0. */
export function crc16Arc(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xa001;
  }
  return crc;
}
