// Made by scripts/make-client.mjs from what the commands declare.
type KeyListInput = Record<string, never>;

interface KeyListOutput {
  keys: {
    /** The first 12 hex digits of the SHA-256 of the key */
    id: string;
    label: string;
    scopes: string[];
    createdMs: number;
    expiresMs: number;
    /** To the hour; null: never yet */
    usedMs: number | null;
    /** Ed25519, 32 bytes, base64url */
    publicKey: string;
  }[];
}

export interface KeyOperations {
  /** The keys of clients that sign their requests. Needs the scope admin. */
  'key.list': { input: KeyListInput; output: KeyListOutput };
}
