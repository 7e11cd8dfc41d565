/** A published example: what is read, and what a verifier must say. In verify/vectors/, one file each. */
export interface Vector {
  readonly name: string;
  readonly what: string;
  /** As on the command line. */
  readonly arguments: readonly string[];
  /** Of one file, which is called `batches.jsonl`. */
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1;
  /** The first record that is not proven, and why; null where all is. */
  readonly first: FirstFault | null;
  /** All that is printed. */
  readonly says: readonly string[];
}

export interface FirstFault {
  /** Absent where the text does not tell. */
  readonly epoch?: string;
  readonly record?: number;
  readonly reason: string;
}

/** Before a verifier has said what it says. */
export type VectorCase = Omit<Vector, 'says' | 'exitCode'>;
