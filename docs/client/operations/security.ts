// Made by scripts/make-client.mjs from what the commands declare.
interface SecurityListInput {
  /** Only events that ended before this instant (epoch ms): for the next page */
  before?: number;
  /** Events, at most 1000 */
  limit?: number;
}

interface SecurityListOutput {
  events: {
    lastMs: number;
    /** token.invalid, signature.replayed, rate.limited … */
    kind: string;
    /** An address, local, or cloud:ISSUER */
    origin: string;
    detail: string;
    count: number;
    firstMs: number;
  }[];
}

export interface SecurityOperations {
  /** Who was refused, and why, newest first; what is the same within an hour is one line. Needs the scope admin. */
  'security.list': { input: SecurityListInput; output: SecurityListOutput };
}
