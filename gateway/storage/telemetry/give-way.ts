import type { MarkStore } from '../mark-store.ts';
import { isSoundRow, type Outbox } from './outbox.ts';
import type { OutboxState } from './outbox-state.ts';
import { recordAt, type OutboxRow } from './outbox-table.ts';
import { hasRecords, readUplinkMark } from './uplink-marks.ts';

/** Batches that one step takes out: some milliseconds. */
const batchesMax = 200;

/** `isHad`: every uplink that is configured has its backend's word that it is there for good. */
export type MayGo = (row: OutboxRow, isHad: boolean, state: OutboxState) => boolean;

export interface GivenWay {
  readonly state: OutboxState;
  readonly batches: number;
  /** Whether there may be more that may go. */
  readonly remaining: boolean;
}

/**
 * A step of taking out the oldest batches, as long as they may go; what somebody does not have becomes a gap. To be
 * called in a transaction.
 */
export function giveWay(
  { outbox, marks }: { readonly outbox: Outbox; readonly marks: MarkStore },
  before: OutboxState,
  mayGo: MayGo,
): GivenWay {
  let state = before;
  let batches = 0;
  while (batches < batchesMax) {
    const oldest = outbox.oldest(state);
    if (oldest === undefined) return { state, batches, remaining: false };
    const { chain, row } = oldest;
    if (row === undefined || !isSoundRow(row)) {
      const first = chain.after.sequence + 1;
      state = outbox.giveUp(state, chain, [first, first]);
      continue;
    }
    const isHad = row.body.length === 0 || isWithAll(marks, state, row);
    if (row.body.length > 0 && !mayGo(row, isHad, state)) return { state, batches, remaining: false };
    state = outbox.removeOldest(state, row, !isHad);
    batches += 1;
  }
  return { state, batches, remaining: true };
}

function isWithAll(
  marks: MarkStore,
  { uplinks }: OutboxState,
  { epoch, place, toRecord }: OutboxRow,
): boolean {
  // Nobody has what nobody is there for.
  if (uplinks.length === 0) return false;
  return uplinks.every((uplink) =>
    hasRecords(readUplinkMark(marks, uplink, epoch), recordAt(place), toRecord),
  );
}
