import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Crockford's base 32: no I, L, O or U, which people misread. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const characters = 16;

/** 80 random bits as four groups of four: `7K3M-9QXC-41TZ-HW0E`. */
export function makePairingCode(): string {
  // 32 divides 256, so taking five bits of each byte is uniform.
  const symbols = [...randomBytes(characters)].map((byte) => alphabet.charAt(byte % alphabet.length));
  return (symbols.join('').match(/.{4}/g) ?? []).join('-');
}

/** The code as it was meant: case, spaces and dashes do not count, O is 0, I and L are 1. */
export function normalisePairingCode(text: string): string {
  return text
    .toUpperCase()
    .replaceAll(/[\s\-–—]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
}

/** Compares in constant time, whatever was typed. */
export function isSamePairingCode(expected: string, typed: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(normalisePairingCode(text)).digest();
  return timingSafeEqual(digest(expected), digest(typed));
}
