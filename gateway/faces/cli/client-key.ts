import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { GatewayError } from '../../core/errors.ts';
import { signatureHeaders, signedRequestText } from '../../core/signed-request.ts';

/** What a gateway says of itself to whoever wants to sign (`GET /api/v1/auth/challenge`). */
export interface Challenge {
  readonly gateway: string;
  readonly challenge: string;
  /** By the gateway's clock, UTC epoch ms. */
  readonly atMs: number;
}

export interface RequestToSign {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: string | undefined;
}

/** A private key on this machine that a gateway knows the public part of. */
export interface ClientKey {
  /** The headers that prove a request. */
  headersFor(request: RequestToSign, challenge: Challenge): Readonly<Record<string, string>>;
}

/** From a PEM file that nobody else can read. Errors: `input_invalid`. */
export function readClientKey(path: string): ClientKey {
  const key = parse(path);
  const id = clientKeyId(publicKeyOf(key));
  return {
    headersFor: ({ method, path: target, body = '' }, { gateway, challenge, atMs }) => {
      const bodyHash = createHash('sha256').update(body).digest('hex');
      const time = String(atMs);
      const text = signedRequestText({
        gatewayId: gateway,
        method,
        target,
        bodyHash,
        time,
        nonce: challenge,
      });
      return {
        [signatureHeaders.key]: id,
        [signatureHeaders.time]: time,
        [signatureHeaders.nonce]: challenge,
        [signatureHeaders.signature]: sign(null, Buffer.from(text), key).toString('base64url'),
      };
    },
  };
}

/** base64url. */
export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'jwk' }).x ?? '';
}

/** As the gateway calls it: the first 12 hex digits of the SHA-256 of the key's 32 bytes. */
export function clientKeyId(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex').slice(0, 12);
}

function parse(path: string): KeyObject {
  let text: string;
  let mode: number;
  try {
    text = readFileSync(path, 'utf8');
    ({ mode } = statSync(path));
  } catch (cause) {
    throw unusable(path, 'cannot be read', 'make one with: egw key new FILE', cause);
  }
  if ((mode & 0o077) !== 0) throw unusable(path, 'can be read by others', `run: chmod 600 ${path}`);
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below.
  }
  throw unusable(path, 'holds no private key of Ed25519', 'make one with: egw key new FILE');
}

function unusable(path: string, what: string, hint: string, cause?: unknown): GatewayError {
  return new GatewayError('input_invalid', `the key file ${path} ${what}`, {
    hint,
    ...(cause !== undefined && { cause }),
  });
}
