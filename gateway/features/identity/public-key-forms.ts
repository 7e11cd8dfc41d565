import { createHash, createPublicKey } from 'node:crypto';
import type { SignatureAlgorithm } from '../../core/signer.ts';

/** The same public key as others write it; null where there is none. */
export interface PublicKeyForms {
  /** SubjectPublicKeyInfo (RFC 8410, RFC 5480), as openssl reads it. */
  readonly pem: string | null;
  /**
   * Base58Check of two bytes that say the curve, and the key: of P-256 its X alone, as the ancestor shows it and as
   * Helium writes addresses (0 is P-256, 1 is Ed25519).
   */
  readonly compactKey: string | null;
}

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const coordinateBytes = 32;

export function publicKeyForms(algorithm: SignatureAlgorithm, publicKey: Uint8Array): PublicKeyForms {
  if (algorithm === 'none') return { pem: null, compactKey: null };
  const first = publicKey.subarray(0, coordinateBytes);
  const x = Buffer.from(first).toString('base64url');
  const y = Buffer.from(publicKey.subarray(coordinateBytes)).toString('base64url');
  const isEdwards = algorithm === 'Ed25519';
  const key = isEdwards ? { kty: 'OKP', crv: 'Ed25519', x } : { kty: 'EC', crv: 'P-256', x, y };
  return {
    pem: createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
    compactKey: base58Check(Buffer.from([0, isEdwards ? 1 : 0, ...first])),
  };
}

function base58Check(payload: Uint8Array): string {
  const checksum = sha256(sha256(payload)).subarray(0, 4);
  const bytes = Buffer.concat([payload, checksum]);
  const zeros = bytes.findIndex((byte) => byte !== 0);
  let digits = '';
  for (let left = BigInt(`0x${bytes.toString('hex')}`); left > 0n; left /= 58n)
    digits = base58.charAt(Number(left % 58n)) + digits;
  return '1'.repeat(Math.max(0, zeros)) + digits;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
