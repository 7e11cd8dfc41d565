import type { SequenceRange, TelemetryBatch, TelemetryQuery } from '../telemetry-calls.ts';
import { soundBody } from './outbox.ts';
import type { Chain } from './outbox-state.ts';
import { placeOf, recordAt, type OutboxRow, type OutboxTable } from './outbox-table.ts';

export interface ReadBatches {
  readonly batches: readonly TelemetryBatch[];
  /** Records of batches that are damaged, or seem to be missing. */
  readonly damaged: readonly SequenceRange[];
}

/** A page of sealed batches, each of which is what was sealed. */
export function readBatches(table: OutboxTable, chain: Chain, query: TelemetryQuery): ReadBatches {
  const { after, before = Infinity, isNewestFirst = false, batchesMax } = query;
  const { batches, damaged, isCut } = readRows(table, chain, query);
  const isRead = !isCut && batches.length + damaged.length < batchesMax;
  const isFromStart = after <= chain.after.sequence && (isRead || !isNewestFirst);
  const isToEnd = before > chain.last.sequence && (isRead || isNewestFirst);
  const ascending = isNewestFirst ? batches.toReversed() : batches;
  return { batches, damaged: [...damaged, ...holes(chain, ascending, { isFromStart, isToEnd })] };
}

/** `isCut`: the next one would have been too much. */
function readRows(
  table: OutboxTable,
  { number, after: kept, last }: Chain,
  { after, before = Infinity, isNewestFirst = false, batchesMax, bytesMax }: TelemetryQuery,
): ReadBatches & { readonly isCut: boolean } {
  const rows = table.filled({
    fromPlace: placeOf(number, Math.max(after, kept.sequence) + 1),
    toPlace: placeOf(number, Math.min(before, last.sequence + 1)),
    isNewestFirst,
    rowsMax: batchesMax,
  });
  const batches: TelemetryBatch[] = [];
  const damaged: SequenceRange[] = [];
  let bytes = 0;
  for (const row of rows) {
    const body = soundBody(row);
    const from = recordAt(row.place);
    if (body === undefined) damaged.push([from, from]);
    else if (row.toRecord < before) {
      bytes += body.list.length;
      if (batches.length > 0 && bytes > bytesMax) return { batches, damaged, isCut: true };
      batches.push(batchOf(row, body.list));
    }
  }
  return { batches, damaged, isCut: false };
}

/** Where batches seem to be missing: between those that were read, and where the chain begins and ends. */
function holes(
  { after, last }: Chain,
  ascending: readonly TelemetryBatch[],
  reach: { readonly isFromStart: boolean; readonly isToEnd: boolean },
): readonly SequenceRange[] {
  const missing: SequenceRange[] = [];
  let expected = reach.isFromStart ? after.sequence + 1 : undefined;
  for (const { from, to } of ascending) {
    if (expected !== undefined && from !== expected) missing.push([expected, from - 1]);
    expected = to + 1;
  }
  if (reach.isToEnd && expected !== undefined && expected <= last.sequence)
    missing.push([expected, last.sequence]);
  return missing;
}

function batchOf(
  { epoch, place, toRecord, count, before, head, signature, sealedMs }: OutboxRow,
  records: Uint8Array<ArrayBuffer>,
): TelemetryBatch {
  return { epoch, from: recordAt(place), to: toRecord, count, before, head, signature, sealedMs, records };
}
