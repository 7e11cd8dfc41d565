import type { ChainPlace } from './batch.ts';
import type { PublicKey } from './public-key.ts';

/** A record of a chain; without its epoch of the only chain there is. */
export interface RecordName {
  readonly epoch?: string;
  readonly number: number;
}

/** What is asked of the check. */
export interface VerifyOptions {
  readonly keys: readonly PublicKey[];
  /** Keys that are not given are taken from the chain's own first record. */
  readonly trustsFirst: boolean;
  /** Batches of gateways without a signer are checked for loss. */
  readonly acceptsUnsigned: boolean;
  /** Nothing before it, or after it, is asked for. */
  readonly from?: RecordName;
  readonly to?: RecordName;
  /** Places that a backend has acknowledged: they must be there. */
  readonly expected: readonly ChainPlace[];
  /** Each signature is checked by a second program too. */
  readonly checksTwice: boolean;
}
