// Made by scripts/make-client.mjs from what the commands declare.
type PairingShowInput = Record<string, never>;

interface PairingShowOutput {
  open: boolean;
  /** Only while open */
  code: string | null;
  /** null while it stays open until used */
  remainingMs: number | null;
}

export interface PairingOperations {
  /** Whether pairing is open, and its code. Needs the scope admin. */
  'pairing.show': { input: PairingShowInput; output: PairingShowOutput };
}
