import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';
import { signatureHeaders, signedRequestText } from '../gateway/core/signed-request.ts';

/** What is signed, besides gateway and key. */
export interface SigningRequest {
  readonly method: string;
  readonly url: string;
  readonly body?: string;
  readonly timeMs: number;
  /** Random unless said. */
  readonly nonce?: string;
}

/** A client with a key of its own, by its own reading of the protocol. */
export class SigningClient {
  readonly publicKey: string;
  readonly id: string;
  readonly gatewayId: string;
  readonly #privateKey: KeyObject;

  /** @param seed 32 bytes, for the same key each time */
  constructor(gatewayId: string, seed?: Uint8Array) {
    this.gatewayId = gatewayId;
    this.#privateKey = seed === undefined ? generateKeyPairSync('ed25519').privateKey : keyOf(seed);
    this.publicKey = createPublicKey(this.#privateKey).export({ format: 'jwk' }).x ?? '';
    const digest = createHash('sha256').update(Buffer.from(this.publicKey, 'base64url'));
    this.id = digest.digest('hex').slice(0, 12);
  }

  headers({ method, url, body = '', timeMs, nonce }: SigningRequest): Record<string, string> {
    const time = String(timeMs);
    const value = nonce ?? randomBytes(16).toString('base64url');
    const bodyHash = createHash('sha256').update(body).digest('hex');
    const text = signedRequestText({
      gatewayId: this.gatewayId,
      method,
      target: url,
      bodyHash,
      time,
      nonce: value,
    });
    return {
      [signatureHeaders.key]: this.id,
      [signatureHeaders.time]: time,
      [signatureHeaders.nonce]: value,
      [signatureHeaders.signature]: sign(null, Buffer.from(text), this.#privateKey).toString('base64url'),
    };
  }
}

function keyOf(seed: Uint8Array): KeyObject {
  // RFC 8410, 7: the header of an Ed25519 key in PKCS #8.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}
