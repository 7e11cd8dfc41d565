import type { JsonValue } from './canonical-json.ts';
import type { SignatureAlgorithm, SigningDomain } from './signer.ts';

/** Claims of a JSON Web Token besides `iat`, `exp` and `jti`, which are ours (RFC 7519: dates are numbers). */
export type TokenClaims = Readonly<Record<string, JsonValue>>;

/** A message with a member `signature`, as it is sent. */
export type SignedMessage<Message> = Message & { readonly signature: string };

/** Who the gateway is, to everybody else. */
export interface Identity {
  /** 16 small letters and digits: base 32 (RFC 4648) of the SHA-256 of the public key, cut. Never changes. */
  readonly gatewayId: string;
  /** Hex: the chip's own, 9 bytes; with any other signer the first 9 bytes of the SHA-256 of the public key. */
  readonly serial: string;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  /**
   * Signs the domain and the lines, joined by line feeds; no line may hold one. base64url without padding, 86
   * characters; empty where the signer is `none`. Errors: `signer_unavailable`.
   */
  sign(domain: SigningDomain, lines: readonly string[]): Promise<string>;
  /** The message with its signature: over the domain, and the SHA-256 (hex) of the canonical JSON of the rest. */
  signMessage<Message extends { readonly [name: string]: JsonValue | undefined }>(
    domain: SigningDomain,
    message: Message,
  ): Promise<SignedMessage<Message>>;
  /** A JSON Web Token (RFC 7515, 7519, 8037): `alg` is EdDSA or ES256. Errors: `signer_unavailable`. */
  token(claims: TokenClaims, options: TokenOptions): Promise<string>;
}

export interface TokenOptions {
  /** undefined: no way in anywhere, but a signed document, with its claims alone: without `iat`, `exp` and `jti`. */
  readonly lifeMs: number | undefined;
  /** Members of the header besides `alg` and `typ`. */
  readonly header?: Readonly<Record<string, string>>;
}
