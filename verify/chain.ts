import { BatchTable } from './batch-table.ts';
import type { Batch, BatchFault, ChainStart, DeclaredGap } from './batch.ts';
import type { Fault, Place } from './fault.ts';
import type { RecordSpan } from './record-spans.ts';

/** What has been read of one chain of one gateway, before the batches are held against each other. */
export class Chain {
  readonly gateway: string;
  readonly epoch: string;
  readonly table = new BatchTable();
  /** Each with the row of its batch. */
  readonly gaps: { readonly row: number; readonly gap: DeclaredGap }[] = [];
  /** Found in single batches. */
  readonly faults: Fault[] = [];
  /** Records of batches that were there, and do not count: they are bad, and not missing as well. */
  readonly spoiled: RecordSpan[] = [];
  #start: ChainStart | undefined;

  constructor(gateway: string, epoch: string) {
    this.gateway = gateway;
    this.epoch = epoch;
  }

  get start(): ChainStart | undefined {
    return this.#start;
  }

  add(batch: Batch, place: Place): void {
    this.table.add(batch, place);
    for (const gap of batch.gaps) this.gaps.push({ row: this.table.length - 1, gap });
  }

  /** With the first record of it. */
  begin(start: ChainStart): void {
    this.#start ??= start;
  }

  addFault(fault: BatchFault, place: Place): void {
    this.faults.push({ ...fault, gateway: this.gateway, epoch: this.epoch, place });
  }
}
