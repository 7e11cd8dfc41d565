// Made by scripts/make-client.mjs from what the commands declare.
interface IdentityOwnerInput {
  /** A name, or a key */
  owner?: string;
}

interface IdentityOwnerOutput {
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

interface IdentitySignInput {
  /** A line of up to 256 bytes; signed with the time and a number used once */
  message: string;
}

interface IdentitySignOutput {
  /** Of the public key: base 32 of its SHA-256, 16 characters */
  id: string;
  algorithm: 'Ed25519' | 'ES256' | 'none';
  /** Exactly what was signed: four lines, with a line feed between */
  signed: string;
  /** base64url without padding; empty where there is no signer */
  signature: string;
  atMs: number;
  /** 16 random bytes, hex */
  nonce: string;
}

interface IdentityTokenInput {
  /** How long it is good */
  minutes?: number;
}

interface IdentityTokenOutput {
  /** RFC 7519 */
  token: string;
  header: {
    [k: string]: unknown;
  };
  claims: {
    [k: string]: unknown;
  };
}

export interface IdentityChangesOperations {
  /** Say whose gateway it is; without a name it is nobody’s. Needs the scope admin. */
  'identity.owner': { input: IdentityOwnerInput; output: IdentityOwnerOutput };
  /** Sign a message, to prove that the gateway is the one of this key. Needs the scope admin. */
  'identity.sign': { input: IdentitySignInput; output: IdentitySignOutput };
  /** A JSON Web Token that says who the gateway is; no backend takes it as a way in. Needs the scope admin. */
  'identity.token': { input: IdentityTokenInput; output: IdentityTokenOutput };
}
