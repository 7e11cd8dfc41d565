import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

export type KeyAlgorithm = 'Ed25519' | 'ES256';

/** A gateway's public key, that signatures are checked with. */
export interface PublicKey {
  readonly algorithm: KeyAlgorithm;
  /** Ed25519: 32 bytes; ES256: X and Y, 64. */
  readonly bytes: Buffer;
  readonly object: KeyObject;
}

const fieldPrime = 2n ** 255n - 19n;
/** SubjectPublicKeyInfo up to the key itself: RFC 8410, and RFC 5480 with an uncompressed point. */
const prefixes: Readonly<Record<KeyAlgorithm, string>> = {
  Ed25519: '302a300506032b6570032100',
  ES256: '3059301306072a8648ce3d020106082a8648ce3d03010703420004',
};
/** y of the points of order 1, 2, 4 and 8, in hex, big-endian: a key like these signs anything. */
const smallOrderY = new Set(
  [
    0n,
    1n,
    fieldPrime - 1n,
    0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
    0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  ].map(String),
);

/** 16 characters: base 32 (RFC 4648) of the SHA-256 of the key, in small letters, cut. */
export function gatewayIdOf(key: Uint8Array): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567';
  const bits = BigInt(`0x${createHash('sha256').update(key).digest('hex').slice(0, 20)}`);
  return Array.from({ length: 16 }, (_, at) => letters[Number((bits >> BigInt(75 - 5 * at)) & 31n)]).join('');
}

/** From base64url, hex or PEM. undefined: it is none, or one that would vouch for anything. */
export function parsePublicKey(text: string): PublicKey | undefined {
  const trimmed = text.trim();
  const bytes = trimmed.startsWith('-----') ? bytesOfPem(trimmed) : bytesOfText(trimmed);
  return bytes === undefined ? undefined : publicKeyOf(bytes);
}

/** 32 bytes are Ed25519, 64 are P-256. */
export function publicKeyOf(bytes: Buffer): PublicKey | undefined {
  if (bytes.length !== 32 && bytes.length !== 64) return undefined;
  const algorithm = bytes.length === 32 ? 'Ed25519' : 'ES256';
  if (algorithm === 'Ed25519' && !isSoundEd25519(bytes)) return undefined;
  const der = Buffer.concat([Buffer.from(prefixes[algorithm], 'hex'), bytes]);
  try {
    return { algorithm, bytes, object: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
  } catch {
    // No point of the curve.
    return undefined;
  }
}

/** Of the one text that its bytes have: without padding, unused bits zero. */
export function bytesOfBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

function bytesOfText(text: string): Buffer | undefined {
  return /^([0-9a-f]{64}|[0-9a-f]{128})$/i.test(text) ? Buffer.from(text, 'hex') : bytesOfBase64url(text);
}

function bytesOfPem(text: string): Buffer | undefined {
  const body = /^-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----$/.exec(text)?.[1];
  const hex = Buffer.from(body ?? '', 'base64').toString('hex');
  const prefix = Object.values(prefixes).find((start) => hex.startsWith(start));
  return prefix === undefined ? undefined : Buffer.from(hex.slice(prefix.length), 'hex');
}

/** Written in the one way there is, and not of small order. */
function isSoundEd25519(bytes: Buffer): boolean {
  const y = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`) & (2n ** 255n - 1n);
  return y < fieldPrime && !smallOrderY.has(String(y));
}
