import { createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { canonicalJson, type JsonValue } from '../../../gateway/core/canonical-json.ts';

type Message = Readonly<Record<string, JsonValue>>;

export type Signed = Message & { readonly signature: string };

/** A key as a backend has it. */
export class BackendKey {
  readonly #key: KeyObject;
  readonly publicKey: string;

  /** The same for the same seed. */
  constructor(seed: string) {
    const raw = createHash('sha256').update(seed).digest();
    const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), raw]);
    this.#key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    this.publicKey = this.#key.export({ format: 'jwk' }).x ?? '';
  }

  /** With its signature, in the domain of its kind unless said. */
  sign({ ...message }: Message, domain = `gw-${JSON.stringify(message['kind']).slice(1, -1)}-1`): Signed {
    const hash = createHash('sha256').update(canonicalJson(message)).digest('hex');
    return {
      ...message,
      signature: sign(null, Buffer.from(`${domain}\n${hash}`), this.#key).toString('base64url'),
    };
  }
}
