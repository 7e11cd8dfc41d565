import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Signer } from '../gateway/core/signer.ts';

/** PKCS #8 before the 32 bytes of an Ed25519 seed (RFC 8410). */
const seedPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A key in memory: the same for the same number, so that a run can be repeated byte for byte. */
export function createSimulatedSigner(seed = 1): Signer {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32BE(seed >>> 0);
  const key = createPrivateKey({ key: Buffer.concat([seedPrefix, bytes]), format: 'der', type: 'pkcs8' });
  return {
    algorithm: 'Ed25519',
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32),
    sign: (message) => Promise.resolve(sign(null, message, key)),
    close: () => Promise.resolve(),
  };
}
