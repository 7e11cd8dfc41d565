import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { wallMs, type Clock } from '../../../gateway/core/clock.ts';
import type { Identity } from '../../../gateway/core/identity.ts';
import { createIdentity } from '../../../gateway/features/identity/create-identity.ts';

/** A gateway with a key of its own, the same for the same seed. */
export function testIdentity(
  seed = 1,
  clock: Pick<Clock, 'wall'> = { wall: () => wallMs(60_000) },
): Identity {
  const secret = createHash('sha256').update(`test identity ${seed}`).digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = Buffer.from(String(createPublicKey(key).export({ format: 'jwk' }).x), 'base64url');
  const signer = {
    algorithm: 'Ed25519',
    publicKey,
    sign: (message: Uint8Array) => Promise.resolve(sign(null, message, key)),
    close: () => Promise.resolve(),
  } as const;
  return createIdentity(signer, clock);
}
