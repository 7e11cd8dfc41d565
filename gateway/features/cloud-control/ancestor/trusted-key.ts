import { createPublicKey, verify } from 'node:crypto';
import { GatewayError } from '../../../core/errors.ts';

/** The key under which the earlier gateway's backend signs. */
export interface TrustedKey {
  /**
   * Whether the signature (hex, 64 bytes: r and s) is one of the text: ECDSA, P-256 over SHA-256. It has a second form
   * that anybody can make, so it is worth nothing as a mark of what was seen before. Never throws.
   */
  verify(text: string, signature: string): boolean;
}

/** @param hex 64 bytes, X and Y. Errors: `input_invalid` for what is no point of the curve. */
export function parseTrustedKey(hex: string): TrustedKey {
  const bytes = bytesOf(hex);
  if (bytes === undefined) throw refused('it is not 64 bytes in hex, 128 digits');
  const x = bytes.subarray(0, 32).toString('base64url');
  const y = bytes.subarray(32).toString('base64url');
  try {
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    return {
      verify: (text, signature) => {
        const signed = bytesOf(signature);
        if (signed === undefined) return false;
        return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signed);
      },
    };
  } catch (cause) {
    throw refused('it is no point of the curve P-256', cause);
  }
}

function bytesOf(hex: string): Buffer | undefined {
  return /^[0-9a-fA-F]{128}$/.test(hex) ? Buffer.from(hex, 'hex') : undefined;
}

function refused(why: string, cause?: unknown): GatewayError {
  return new GatewayError(
    'input_invalid',
    `the key of the earlier gateway's backend cannot be used: ${why}`,
    {
      hint: 'give its public key, X and Y, as 128 hex digits',
      cause,
    },
  );
}
