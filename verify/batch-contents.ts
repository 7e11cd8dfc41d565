import type { BatchFault, ChainPlace, ChainStart, DeclaredGap, GapSpan } from './batch.ts';
import type { FaultReason } from './fault.ts';
import { isObject, type JsonObject, type JsonValue } from './json-value.ts';
import { bytesOfBase64url, gatewayIdOf, publicKeyOf } from './public-key.ts';
import { faultOfRecord } from './record-shape.ts';

/** What the records of a batch come to. */
export interface BatchContents {
  count: number;
  firstMs: number;
  lastMs: number;
  firstCommit: number;
  lastCommit: number;
  start?: ChainStart;
  readonly gaps: DeclaredGap[];
  readonly faults: BatchFault[];
}

/** Goes through records whose chain holds; they may be anything. */
export function contentsOf(batch: JsonObject, records: readonly JsonValue[], from: number): BatchContents {
  const contents: BatchContents = {
    count: 0,
    firstMs: Infinity,
    lastMs: -Infinity,
    firstCommit: 0,
    lastCommit: 0,
    gaps: [],
    faults: [],
  };
  for (const [index, record] of records.entries()) {
    const member = faultOfRecord(record);
    const fault =
      member === undefined && isObject(record)
        ? takeRecord(contents, record, { number: from + index, batch })
        : wrong('record_shape', `is no record of version 1: ${JSON.stringify(member)}`);
    if (fault !== undefined) contents.faults.push({ ...fault, record: from + index });
  }
  return contents;
}

function wrong(reason: FaultReason, message: string): BatchFault {
  return { reason, message };
}

function takeRecord(
  contents: BatchContents,
  record: JsonObject,
  { number, batch }: { readonly number: number; readonly batch: JsonObject },
): BatchFault | undefined {
  const { kind } = record;
  if ((kind === 'epoch') !== (number === 1)) {
    return wrong('epoch_record', 'an epoch is the first record of a chain, and no other');
  }
  if (kind === 'readings' && !takeReadings(contents, record)) {
    return wrong('numbering', 'its commit does not follow the one before');
  }
  if (kind === 'gap') {
    const gap = gapOf(record, number);
    contents.gaps.push(gap);
    const { span } = gap;
    if (span !== undefined && span.epoch === undefined && span.to >= number)
      return wrong('gap', 'declares records gone that come after it');
  }
  if (kind === 'epoch') {
    const start = startOf(record, batch);
    if (start === undefined)
      return wrong('epoch_record', 'the epoch record is not of this gateway and chain');
    contents.start = start;
  }
  return undefined;
}

/** false: the commits do not ascend. */
function takeReadings(contents: BatchContents, record: JsonObject): boolean {
  for (const device of Object.values(record['readings'] as JsonObject)) {
    for (const series of Object.values(device as JsonObject)) {
      for (const reading of series as JsonValue[]) {
        const atMs = (reading as JsonValue[])[0] as number;
        contents.count += 1;
        contents.firstMs = Math.min(contents.firstMs, atMs);
        contents.lastMs = Math.max(contents.lastMs, atMs);
      }
    }
  }
  const commit = record['commit'] as number;
  const follows = commit > contents.lastCommit;
  contents.lastCommit = commit;
  if (contents.firstCommit === 0) contents.firstCommit = commit;
  return follows;
}

function gapOf(record: JsonObject, number: number): DeclaredGap {
  const reason = record['reason'] as string;
  const readings = record['readings'] as number | null;
  const said = { record: number, reason, readings };
  if ('number' in record) return { ...said, name: `number ${record['number'] as number}` };
  if ('commits' in record)
    return { ...said, name: `commits ${(record['commits'] as number[]).join(' to ')}` };
  const { from, to, before, head, epoch } = record as unknown as GapSpan;
  const span = { from, to, before, head, ...(epoch !== undefined && { epoch }) };
  return { ...said, name: `records ${from} to ${to} of ${epoch ?? 'this'}`, span };
}

function startOf(record: JsonObject, batch: JsonObject): ChainStart | undefined {
  const isSame = ['gateway', 'epoch', 'algorithm'].every((name) => record[name] === batch[name]);
  const bytes = bytesOfBase64url(record['publicKey'] as string);
  const algorithm = record['algorithm'] as string;
  if (!isSame || bytes === undefined) return undefined;
  const key = algorithm === 'none' ? undefined : publicKeyOf(bytes);
  // Without a signer it is bytes that give a name, or nothing.
  const isNameless = algorithm === 'none' && bytes.length === 0;
  if (!isNameless && gatewayIdOf(bytes) !== record['gateway']) return undefined;
  if (algorithm !== 'none' && key?.algorithm !== algorithm) return undefined;
  const previous = record['previous'];
  return {
    algorithm,
    atMs: record['atMs'] as number,
    ...(key !== undefined && { key }),
    ...(isObject(previous) && { previous: previous as unknown as ChainPlace }),
  };
}
