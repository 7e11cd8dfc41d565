import { createHash } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const idLength = 16;
const serialBytes = 9;

/** The id of the gateway that has this key: base 32 (RFC 4648) of its SHA-256 in small letters, 16 characters. */
export function gatewayIdOf(publicKey: Uint8Array): string {
  const hash = createHash('sha256').update(publicKey).digest();
  const bits = BigInt(`0x${hash.subarray(0, (idLength * 5) / 8).toString('hex')}`);
  return Array.from({ length: idLength }, (_, index) =>
    alphabet.charAt(Number((bits >> BigInt(5 * (idLength - 1 - index))) & 31n)),
  ).join('');
}

/** Hex: of a chip its own number, otherwise as much of the SHA-256 of the key. */
export function serialOf(publicKey: Uint8Array, chipSerial: Uint8Array | undefined): string {
  const bytes = chipSerial ?? createHash('sha256').update(publicKey).digest().subarray(0, serialBytes);
  return Buffer.from(bytes).toString('hex');
}
