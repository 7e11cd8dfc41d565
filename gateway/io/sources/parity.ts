/** What no telegram without a CRC may hold. */
const damaged = 0xff;

/**
 * DSMR 2 and 3 send 7 data bits and even parity, which a line of 8 bits without parity reads as one character too: its
 * highest bit is the parity. A character with the wrong one becomes 0xFF.
 */
export function withoutParity(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (isEven(byte) ? byte & 0x7f : damaged));
}

function isEven(byte: number): boolean {
  let folded = byte ^ (byte >>> 4);
  folded ^= folded >>> 2;
  folded ^= folded >>> 1;
  return (folded & 1) === 0;
}
