// Made by scripts/make-client.mjs from what the commands declare.
type AuthChallengeInput = Record<string, never>;

interface AuthChallengeOutput {
  /** The id of this gateway, which is signed, too */
  gateway: string;
  /** For x-gw-nonce, once */
  challenge: string;
  lifeMs: number;
  /** Whether other nonces are refused now */
  required: boolean;
  /** The clock of the gateway */
  atMs: number;
}

export interface AuthOperations {
  /** A nonce that makes the next signed request new, whatever the clocks say. Open. */
  'auth.challenge': { input: AuthChallengeInput; output: AuthChallengeOutput };
}
