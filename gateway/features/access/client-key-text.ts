import { createPublicKey } from 'node:crypto';
import { GatewayError } from '../../core/errors.ts';

/**
 * A public key as people have it, as base64url: that, 64 hex digits, or the PEM of `egw key new` and OpenSSL. Whether it
 * is a good key is not judged here. Errors: `input_invalid`.
 */
export function clientKeyText(text: string): string {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex').toString('base64url');
  if (!trimmed.startsWith('-----BEGIN')) return trimmed;
  if (/PRIVATE/.test(trimmed)) {
    throw new GatewayError('input_invalid', 'this is a private key, which belongs to nobody but its owner', {
      hint: 'give the public key, and make a new pair if this one has been seen by others',
    });
  }
  try {
    const { crv, x } = createPublicKey(trimmed).export({ format: 'jwk' });
    if (crv === 'Ed25519' && x !== undefined) return x;
  } catch {
    // Said below.
  }
  throw new GatewayError('input_invalid', 'this PEM holds no public key of Ed25519', {
    hint: 'make a key pair with: egw key new FILE',
  });
}
