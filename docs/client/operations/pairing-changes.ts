// Made by scripts/make-client.mjs from what the commands declare.
type PairingOpenInput = Record<string, never>;

interface PairingOpenOutput {
  open: boolean;
  /** Only while open */
  code: string | null;
  /** null while it stays open until used */
  remainingMs: number | null;
}

interface PairingPairInput {
  /** Four groups of four; case and dashes do not count */
  code: string;
  /** What it is for */
  label: string;
  /** Public key (Ed25519): base64url, hex or PEM */
  publicKey?: string;
}

interface PairingPairOutput {
  id: string;
  label: string;
  scopes: string[];
  createdMs: number;
  expiresMs: number;
  /** The secret, shown only this once */
  token?: string;
  /** Ed25519, 32 bytes, base64url */
  publicKey?: string;
}

export interface PairingChangesOperations {
  /** Open pairing for five minutes with a new code. Needs the scope admin. */
  'pairing.open': { input: PairingOpenInput; output: PairingOpenOutput };
  /** Exchange the code on the console for a token, or for a place among the keys. Open. */
  'pairing.pair': { input: PairingPairInput; output: PairingPairOutput };
}
