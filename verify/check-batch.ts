import { createHash } from 'node:crypto';
import { contentsOf } from './batch-contents.ts';
import type { CheckedBatch } from './batch.ts';
import { canonicalText } from './canonical-text.ts';
import type { FaultReason } from './fault.ts';
import type { JsonObject, JsonValue } from './json-value.ts';
import { bytesOfBase64url } from './public-key.ts';
import {
  isAlgorithm,
  isCount,
  isEpoch,
  isGateway,
  isHash,
  isNumber,
  isText,
  wrongMember,
} from './record-shape.ts';

const members = {
  v: (value: JsonValue | undefined): boolean => value === 1,
  gateway: isGateway,
  algorithm: isAlgorithm,
  epoch: isEpoch,
  from: isNumber,
  to: isCount,
  count: isCount,
  before: isHash,
  head: isHash,
  records: (value: JsonValue | undefined): boolean => Array.isArray(value) && value.length > 0,
  signature: isText,
};

/** Checks what can be seen without any other batch, but for the signature. */
export function checkBatch(value: JsonObject): CheckedBatch {
  const { signature: text, count } = value;
  const signature = typeof text === 'string' ? bytesOfBase64url(text) : undefined;
  const bytes = value['algorithm'] === 'none' ? 0 : 64;
  const wrong = wrongMember(value, members) ?? (signature?.length === bytes ? undefined : 'signature');
  if (wrong !== undefined || signature === undefined) {
    return fault('batch_shape', `is no batch of version 1: ${JSON.stringify(wrong)}`, recordOf(value));
  }
  const from = value['from'] as number;
  const to = value['to'] as number;
  const records = value['records'] as JsonValue[];
  if (to - from + 1 !== records.length) {
    return fault('numbering', `says records ${from} to ${to}, and has ${records.length}`, from);
  }
  const before = Buffer.from(value['before'] as string, 'hex');
  const head = Buffer.from(value['head'] as string, 'hex');
  if (!headOf(before, records).equals(head))
    return fault('chain', 'its records do not lead to its head', from);
  const contents = contentsOf(value, records, from);
  const [misshapen] = contents.faults;
  if (misshapen === undefined && contents.count !== count) {
    return fault('count', `says ${count as number} readings, and has ${contents.count}`, from);
  }
  const { faults, ...counted } = contents;
  return {
    faults,
    batch: {
      ...counted,
      gateway: value['gateway'] as string,
      algorithm: value['algorithm'] as string,
      epoch: value['epoch'] as string,
      from,
      to,
      before,
      head,
      signature,
      count: count as number,
    },
  };
}

function fault(reason: FaultReason, message: string, record?: number): CheckedBatch {
  return { faults: [{ reason, message, ...(record !== undefined && { record }) }] };
}

function recordOf({ from }: JsonObject): number | undefined {
  return isNumber(from) ? (from as number) : undefined;
}

function headOf(before: Buffer, records: readonly JsonValue[]): Buffer {
  return records.reduce<Buffer>(
    (hash, record) => createHash('sha256').update(hash).update(canonicalText(record)).digest(),
    before,
  );
}
