import { createHash } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const idLength = 16;
const serialBytes = 9;

/** The id of the gateway that has this key: base 32 (RFC 4648) of its SHA-256 in small letters, 16 characters. */
export function gatewayIdOf(publicKey: Uint8Array): string {
  return base32(createHash('sha256').update(publicKey).digest()).slice(0, idLength);
}

/** All of it, in capitals: 52 characters, without padding. */
export function fingerprintOf(publicKey: Uint8Array): string {
  return base32(createHash('sha256').update(publicKey).digest()).toUpperCase();
}

function base32(bytes: Uint8Array): string {
  const length = Math.ceil((bytes.length * 8) / 5);
  const spare = BigInt(length * 5 - bytes.length * 8);
  const bits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`) << spare;
  return Array.from({ length }, (_, index) =>
    alphabet.charAt(Number((bits >> BigInt(5 * (length - 1 - index))) & 31n)),
  ).join('');
}

/** Hex: of a chip its own number, otherwise as much of the SHA-256 of the key. */
export function serialOf(publicKey: Uint8Array, chipSerial: Uint8Array | undefined): string {
  const bytes = chipSerial ?? createHash('sha256').update(publicKey).digest().subarray(0, serialBytes);
  return Buffer.from(bytes).toString('hex');
}
