import {
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import type { Identity } from '../../core/identity.ts';
import { refusal } from './refusal.ts';

/** docs/provisioning-protocol.md, section 3. */
const frameTypes = { clientHello: 0x01, deviceHello: 0x02, clientProof: 0x03, deviceProof: 0x04 } as const;
const keyBytes = 32;
const clientHelloBytes = 49;
const proofBytes = 33;
/** SubjectPublicKeyInfo of X25519 (RFC 8410, 4) up to the key. */
const spkiPrefix = Buffer.from('302a300506032b656e032100', 'hex');

/** The gateway's half of a handshake, when it has said `02`. */
export interface AnsweredHello {
  readonly frame: Uint8Array;
  /** Whether the other side knows the code, and what follows from it; undefined where it does not. Errors: `refused` (malformed). */
  prove(proof: Uint8Array, code: string): ProvedSession | undefined;
}

export interface ProvedSession {
  readonly frame: Uint8Array;
  readonly toDevice: Uint8Array;
  readonly toClient: Uint8Array;
}

/**
 * Answers a frame `01` with a key and a number of its own, so that nothing that was heard before is worth anything.
 * Errors: `refused` (malformed), `signer_unavailable`.
 */
export async function answerHello(hello: Uint8Array, identity: Identity): Promise<AnsweredHello> {
  if (hello.length !== clientHelloBytes || hello[0] !== frameTypes.clientHello) throw refusal('malformed');
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const secret = sharedSecret(privateKey, hello.subarray(1, 1 + keyBytes));
  const own = publicKey.export({ type: 'spki', format: 'der' }).subarray(-keyBytes);
  const parts = [own, randomBytes(16), identity.publicKey];
  const signature = await identity.sign('gw-prov-1', [sha256(hello, ...parts).toString('hex')]);
  const frame = Buffer.concat([
    Buffer.of(frameTypes.deviceHello),
    ...parts,
    Buffer.from(signature, 'base64url'),
  ]);
  const transcript = sha256(hello, frame);
  return {
    frame,
    prove: (proof, code) => {
      if (proof.length !== proofBytes || proof[0] !== frameTypes.clientProof) throw refusal('malformed');
      const keys = keysOf(secret, transcript, code);
      const expected = hmac(keys.confirm, 'client', transcript);
      if (!timingSafeEqual(expected, proof.subarray(1))) return undefined;
      const own = hmac(keys.confirm, 'device', transcript);
      return {
        frame: Buffer.concat([Buffer.of(frameTypes.deviceProof), own]),
        toDevice: keys.toDevice,
        toClient: keys.toClient,
      };
    },
  };
}

/** A value of zeros comes of a point that leaves nothing secret (RFC 7748, 6.1). */
function sharedSecret(privateKey: KeyObject, other: Uint8Array): Buffer {
  let secret: Buffer;
  try {
    const key = Buffer.concat([spkiPrefix, other]);
    const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
    secret = diffieHellman({ privateKey, publicKey });
  } catch {
    throw refusal('malformed');
  }
  if (secret.every((byte) => byte === 0)) throw refusal('malformed');
  return secret;
}

interface Keys {
  readonly confirm: Uint8Array;
  readonly toDevice: Uint8Array;
  readonly toClient: Uint8Array;
}

function keysOf(secret: Uint8Array, transcript: Uint8Array, code: string): Keys {
  const material = Buffer.concat([secret, Buffer.from(code, 'ascii')]);
  const keys = Buffer.from(hkdfSync('sha256', material, transcript, 'egw-prov-1', 3 * keyBytes));
  return {
    confirm: keys.subarray(0, keyBytes),
    toDevice: keys.subarray(keyBytes, 2 * keyBytes),
    toClient: keys.subarray(2 * keyBytes),
  };
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function hmac(key: Uint8Array, role: 'client' | 'device', transcript: Uint8Array): Buffer {
  return createHmac('sha256', key).update(role).update(transcript).digest();
}
