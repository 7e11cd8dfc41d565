import { verify } from 'node:crypto';
import nacl from 'tweetnacl';
import type { PublicKey } from './public-key.ts';

/** What a gateway has signed of a batch. */
export interface SignedPlace {
  readonly gateway: string;
  readonly epoch: string;
  readonly to: number;
  readonly count: number;
  readonly head: Buffer;
}

/** Whether the 64 bytes are this key's signature of the batch. `twice`: by TweetNaCl as well, some 20 ms each. */
export function isSigned(place: SignedPlace, signature: Buffer, key: PublicKey, twice: boolean): boolean {
  const { gateway, epoch, to, count, head } = place;
  const message = Buffer.from(['gw-telemetry-1', gateway, epoch, to, count, head.toString('hex')].join('\n'));
  if (key.algorithm === 'ES256') {
    return verify('sha256', message, { key: key.object, dsaEncoding: 'ieee-p1363' }, signature);
  }
  return (
    verify(null, message, key.object, signature) &&
    (!twice || nacl.sign.detached.verify(message, signature, key.bytes))
  );
}
