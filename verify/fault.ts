/** Where a batch was read. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** What can be wrong. */
export type FaultReason =
  | 'unreadable'
  | 'batch_shape'
  | 'numbering'
  | 'chain'
  | 'count'
  | 'record_shape'
  | 'epoch_record'
  | 'key'
  | 'algorithm'
  | 'unsigned'
  | 'signature'
  | 'disagreement'
  | 'missing'
  | 'link'
  | 'gap'
  | 'previous'
  | 'expected';

/** Something wrong, at the first record that is not proven because of it. */
export interface Fault {
  readonly reason: FaultReason;
  readonly message: string;
  /** Absent where the text does not even say whose it is. */
  readonly gateway?: string;
  readonly epoch?: string;
  readonly record?: number;
  /** Absent for what is missing everywhere. */
  readonly place?: Place;
}
