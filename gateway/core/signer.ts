/** `none` signs nothing, for development only: what it sends can be checked for loss, and not for who sent it. */
export type SignatureAlgorithm = 'Ed25519' | 'ES256' | 'none';

/**
 * What a signature is for. It is the first line of what is signed, so that a signature for one purpose is worth
 * nothing for any other, and nobody can have bytes of his own choice signed.
 */
export type SigningDomain =
  'gw-hello-1' | 'gw-message-1' | 'gw-prov-1' | 'gw-result-1' | 'gw-state-1' | 'gw-telemetry-1';

/** The key of the gateway: in a file, in a chip, or none. It never leaves where it is. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  /** Ed25519: 32 bytes (RFC 8032); ES256: 64 bytes, X and Y; none: 32 random bytes, which give the gateway its name. */
  readonly publicKey: Uint8Array;
  /** Of the chip, 9 bytes; undefined where the key is a file. */
  readonly chipSerial?: Uint8Array;
  /**
   * 64 bytes: Ed25519 over the message itself; ES256 (r and s) over its SHA-256; empty for `none`. Errors:
   * `signer_unavailable` (retryable).
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}
