// Made by scripts/make-client.mjs from what the commands declare.
type TokenListInput = Record<string, never>;

interface TokenListOutput {
  tokens: {
    id: string;
    label: string;
    scopes: string[];
    createdMs: number;
    expiresMs: number;
  }[];
}

export interface TokenOperations {
  /** The tokens, without their secrets. Needs the scope admin. */
  'token.list': { input: TokenListInput; output: TokenListOutput };
}
