import nacl from 'tweetnacl';
import {
  decodeGatewayHello,
  decodeGatewayProof,
  encodePhoneHello,
  encodePhoneProof,
  type GatewayHello,
} from '../protocol/frames.ts';
import { isSignedBy } from './gateway-signature.ts';
import { ownFault } from './setup-error.ts';
import { fingerprintOf, type SetupLabel } from './setup-label.ts';

/** What a session's records are closed and opened with. */
export interface SessionKeys {
  readonly toDevice: Uint8Array;
  readonly toClient: Uint8Array;
}

/** The phone's answer to a frame `02`. */
export interface PhoneAnswer {
  /** Frame `03`. */
  readonly proof: Uint8Array;
  /** 52 capitals; undefined where the gateway has no signer. */
  readonly fingerprint: string | undefined;
  /** The keys, when the frame `04` shows that the gateway knows the code. Errors: `not_proven`. */
  readonly accept: (frame: Uint8Array) => Promise<SessionKeys>;
}

type Bytes = Uint8Array<ArrayBuffer>;

const keyBytes = 32;
const nonceBytes = 16;

/** The phone's side of the handshake of docs/provisioning-protocol.md, section 3: for one session. */
export class Handshake {
  /** Frame `01`. */
  readonly hello: Bytes;
  readonly #secretKey: Uint8Array;

  constructor() {
    const { publicKey, secretKey } = nacl.box.keyPair();
    this.#secretKey = secretKey;
    this.hello = encodePhoneHello({ publicKey, nonce: nacl.randomBytes(nonceBytes) }).slice();
  }

  /**
   * Checks a frame `02` before anything that follows from the code is told. Errors: `another_gateway` when the label
   * names a key and this is not it, `not_proven` when the signature is wrong, or is missing though the label names a key.
   */
  async answer(frame: Uint8Array, { code, fingerprint: known }: SetupLabel): Promise<PhoneAnswer> {
    const hello = decodeGatewayHello(frame);
    const fingerprint = hello.signature === undefined ? undefined : await fingerprintOf(hello.identity);
    if (known !== undefined && known !== fingerprint) throw ownFault('another_gateway');
    if (!(await this.#isSigned(hello))) throw ownFault('not_proven');
    const shared = nacl.scalarMult(this.#secretKey, hello.publicKey);
    if (shared.every((byte) => byte === 0)) throw ownFault('not_proven');
    const transcript = await digest(this.hello, frame);
    const keys = await deriveKeys(joined(shared, ascii(code)), transcript);
    const confirm = keys.slice(0, keyBytes);
    return {
      proof: encodePhoneProof(await authenticate(confirm, ascii('client'), transcript)),
      fingerprint,
      accept: async (proof) => {
        const expected = await authenticate(confirm, ascii('device'), transcript);
        if (!nacl.verify(decodeGatewayProof(proof), expected)) throw ownFault('not_proven');
        return { toDevice: keys.slice(keyBytes, 2 * keyBytes), toClient: keys.slice(2 * keyBytes) };
      },
    };
  }

  async #isSigned({ publicKey, nonce, identity, signature }: GatewayHello): Promise<boolean> {
    if (signature === undefined) return true;
    const hash = await digest(this.hello, publicKey, nonce, identity);
    return await isSignedBy(identity, ascii(`gw-prov-1\n${hexOf(hash)}`), signature);
  }
}

async function deriveKeys(secret: Bytes, salt: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const way = { name: 'HKDF', hash: 'SHA-256', salt, info: ascii('egw-prov-1') };
  return new Uint8Array(await crypto.subtle.deriveBits(way, key, 3 * keyBytes * 8));
}

async function authenticate(key: Bytes, role: Bytes, transcript: Bytes): Promise<Bytes> {
  const way = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', key, way, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, joined(role, transcript)));
}

async function digest(...parts: readonly Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined(...parts)));
}

function joined(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function ascii(text: string): Bytes {
  return new TextEncoder().encode(text);
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
