import type { FaultReason } from './fault.ts';
import type { PublicKey } from './public-key.ts';

/** What a batch says of itself, once its records lead from `before` to `head`. */
export interface Batch {
  readonly gateway: string;
  readonly algorithm: string;
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly before: Buffer;
  readonly head: Buffer;
  readonly signature: Buffer;
  /** Of its readings; Infinity and -Infinity when it has none. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Numbers of its commits; 0 when it has none. */
  readonly firstCommit: number;
  readonly lastCommit: number;
  readonly start?: ChainStart;
  readonly gaps: readonly DeclaredGap[];
}

/** How a chain begins, as its first record says. */
export interface ChainStart {
  readonly algorithm: string;
  readonly atMs: number;
  /** Absent without a signer. */
  readonly key?: PublicKey;
  /** Where the chain before it ended. */
  readonly previous?: ChainPlace;
}

export interface ChainPlace {
  readonly epoch: string;
  readonly sequence: number;
  readonly head: string;
}

/** What the gateway itself says is missing. */
export interface DeclaredGap {
  /** Number of the record that says so. */
  readonly record: number;
  readonly reason: string;
  /** null where not known. */
  readonly readings: number | null;
  /** What is missing: what is said of the same later is said in its place. */
  readonly name: string;
  /** Of the chain: these records are gone. */
  readonly span?: GapSpan;
}

export interface GapSpan {
  /** Of a chain before; absent: of the one that says so. */
  readonly epoch?: string;
  readonly from: number;
  readonly to: number;
  /** Hash before the first, and of the last. */
  readonly before: string;
  readonly head: string;
}

/** Something wrong with a batch by itself. */
export interface BatchFault {
  readonly reason: FaultReason;
  readonly message: string;
  readonly record?: number;
}

/** What a batch is found to be. Without `batch` nothing of it counts. */
export interface CheckedBatch {
  readonly batch?: Batch;
  readonly faults: readonly BatchFault[];
}
