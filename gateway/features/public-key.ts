import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { GatewayError } from '../core/errors.ts';

/** An Ed25519 key of somebody else: a client, an issuer, a backend. */
export interface PublicKey {
  /** base64url without padding, 43 characters: the same key is always the same text. */
  readonly text: string;
  /**
   * Whether the signature (base64url without padding, 86 characters) is one of the message by this key, and the only
   * form of it: RFC 8032, 5.1.7, with S below the order of the group. Never throws.
   */
  verify(message: Uint8Array, signature: string): boolean;
}

/** The field's prime, and the order of the group (RFC 8032, 5.1). */
const prime = 2n ** 255n - 19n;
const order = 2n ** 252n + 27742317777372353535851937790883648493n;
/** −121665/121666. */
const curveD = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
/**
 * y of the eight points of small order; each of the five has the points (±x, y). Under such a key one signature fits
 * many messages, and anybody can make it.
 */
const smallOrderYs: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  prime - 1n,
  littleEndian(Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex')),
  littleEndian(Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'hex')),
]);

/**
 * A key as somebody gives it: 32 bytes in base64url. Refused are other lengths and spellings, what is not the one
 * encoding of a point of the curve, and the points of small order. Errors: `input_invalid`.
 */
export function parsePublicKey(text: string): PublicKey {
  const bytes = decode(text, 32);
  if (bytes === undefined) throw refused('it is not 32 bytes in base64url without padding, 43 characters');
  if (!isCanonicalY(bytes)) throw refused('it is not written as RFC 8032 wants it');
  if (isSmallOrder(bytes)) throw refused('anybody can sign under it: it is a point of small order');
  if (!isOnCurve(bytes)) throw refused('it is no point of the curve Ed25519');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' });
  return { text, verify: (message, signature) => isSignature(key, message, signature) };
}

function isSignature(key: KeyObject, message: Uint8Array, signature: string): boolean {
  const bytes = decode(signature, 64);
  if (bytes === undefined) return false;
  const point = bytes.subarray(0, 32);
  if (littleEndian(bytes.subarray(32)) >= order || !isCanonicalY(point) || isSmallOrder(point)) return false;
  return verify(null, message, key, bytes);
}

/** base64url has several spellings of the same bytes; only the one that we would write counts. */
function decode(text: string, length: number): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length === length && bytes.toString('base64url') === text ? bytes : undefined;
}

function isCanonicalY(point: Uint8Array): boolean {
  return yOf(point) < prime;
}

function isSmallOrder(point: Uint8Array): boolean {
  return smallOrderYs.has(yOf(point));
}

/** x² = (y² − 1) / (d·y² + 1) has a root: Euler's criterion of numerator times denominator. */
function isOnCurve(point: Uint8Array): boolean {
  const ySquared = yOf(point) ** 2n % prime;
  const quotient = ((ySquared - 1n) * (curveD * ySquared + 1n)) % prime;
  return power(quotient, (prime - 1n) / 2n) === 1n;
}

/** The last bit is the sign of x. */
function yOf(point: Uint8Array): bigint {
  return littleEndian(point) & (2n ** 255n - 1n);
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % prime;
    square = (square * square) % prime;
  }
  return result;
}

function refused(why: string): GatewayError {
  return new GatewayError('input_invalid', `this is no public key of Ed25519: ${why}`, {
    hint: 'give the public key as base64url, as the program that made it shows it',
  });
}
