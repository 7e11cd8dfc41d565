import type { Reach } from '../core/network.ts';

/**
 * Where a server may be that the owner's own configuration names: anywhere. But a secret goes to a public address only
 * where nobody on the way can read it.
 *
 * @param isVerified whether it is encrypted, and the certificate must be valid
 * @param secret what it is told: a password, a token; an empty one is none
 */
export function serverReach(isVerified: boolean, secret: unknown): Reach {
  const isTold = typeof secret === 'string' && secret !== '';
  return isTold && !isVerified ? 'private' : 'internet';
}
