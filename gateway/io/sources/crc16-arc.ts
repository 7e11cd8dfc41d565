const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** CRC-16/ARC (reflected 0x8005, from 0) of a text of one byte a character; that of `123456789` is 0xBB3D. */
export function crc16Arc(latin1: string): number {
  let crc = 0;
  for (let index = 0; index < latin1.length; index += 1) {
    crc = (crc >>> 8) ^ (table[(crc ^ latin1.charCodeAt(index)) & 0xff] ?? 0);
  }
  return crc;
}
