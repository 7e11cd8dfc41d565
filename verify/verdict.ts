import type { Fault } from './fault.ts';

/** What was found of one chain. */
export interface ChainVerdict {
  readonly gateway: string;
  readonly epoch: string;
  /** Of the records that are there, in a chain without faults: all, but for those declared gone. */
  readonly from: number;
  readonly to: number;
  /** Hash of the last one, hex. */
  readonly head: string;
  readonly batches: number;
  readonly duplicates: number;
  readonly readings: number;
  /** Of the readings; null when there are none. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly gaps: readonly GapVerdict[];
  /** By record. */
  readonly faults: readonly Fault[];
}

export interface GapVerdict {
  readonly record: number;
  readonly reason: string;
  readonly readings: number | null;
}

export interface Verdict {
  readonly isVerified: boolean;
  /** In the order in which one chain follows another. */
  readonly chains: readonly ChainVerdict[];
  /** What belongs to no chain. */
  readonly faults: readonly Fault[];
  /** What somebody has to know who relies on it. */
  readonly notes: readonly string[];
  readonly batches: number;
  readonly duplicates: number;
  /** Messages of other kinds. */
  readonly otherMessages: number;
}
