// Made by scripts/make-client.mjs from what the commands declare.
type IdentityShowInput = Record<string, never>;

interface IdentityShowOutput {
  /** Of the public key: base 32 of its SHA-256, 16 characters */
  id: string;
  /** Hex: of the chip, or of the public key */
  serial: string;
  /** Of the site, from the configuration */
  name: string;
  /** Whoever it was given to */
  owner: string | null;
  algorithm: 'Ed25519' | 'ES256' | 'none';
  /** base64url without padding */
  publicKey: string;
  /** The public key in Base58Check */
  compactKey: string | null;
  /** The public key, as openssl reads it */
  pem: string | null;
}

export interface IdentityOperations {
  /** Who the gateway is to others: its id, its public key, its owner. Needs the scope read. */
  'identity.show': { input: IdentityShowInput; output: IdentityShowOutput };
}
