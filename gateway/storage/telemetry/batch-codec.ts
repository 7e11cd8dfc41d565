import { limits } from '../../core/limits.ts';
import { ByteReader, damagedBlob } from '../byte-reader.ts';
import { ByteWriter } from '../byte-writer.ts';
import { deflated, inflated } from '../deflate.ts';

/** A body is its form, and then, deflated where it pays: how many records, their lengths, and them as a JSON list. */
const plainForm = 1;
const deflatedForm = 2;
const worthDeflating = { bytesMin: 100, shareMax: 0.95 } as const;
const writer = new ByteWriter();

export interface BatchBody {
  /** Canonical JSON of the records, a list, UTF-8. */
  readonly list: Uint8Array<ArrayBuffer>;
  /** Each of them, in that list. */
  readonly records: readonly Uint8Array[];
}

/** Of canonical records. */
export function encodeBatch(records: readonly string[]): Buffer {
  writer.unsigned(records.length);
  for (const record of records) writer.unsigned(Buffer.byteLength(record));
  const plain = Buffer.concat([writer.take(), Buffer.from(`[${records.join(',')}]`)]);
  const shorter = deflated(plain, worthDeflating);
  return Buffer.concat([Buffer.of(shorter === undefined ? plainForm : deflatedForm), shorter ?? plain]);
}

/** Errors: `database_unreadable` when the bytes are no batch. */
export function decodeBatch(body: Uint8Array): BatchBody {
  const plain = plainOf(body);
  const reader = new ByteReader(plain);
  const count = reader.unsigned();
  if (count > plain.length) throw damagedBlob(`a batch claims ${count} records`);
  const lengths = Array.from({ length: count }, () => reader.unsigned());
  const list = Uint8Array.from(plain.subarray(reader.position));
  const records: Uint8Array[] = [];
  // After the bracket, and then after each comma.
  let at = 1;
  for (const length of lengths) {
    records.push(list.subarray(at, at + length));
    at += length + 1;
  }
  if (at !== list.length) throw damagedBlob('a batch is not as long as its records');
  return { list, records };
}

function plainOf(body: Uint8Array): Uint8Array {
  const [form] = body;
  if (form === plainForm) return body.subarray(1);
  if (form !== deflatedForm) throw damagedBlob(`a batch has the unknown form ${String(form)}`);
  return inflated(body.subarray(1), limits.telemetryBodyBytesMax, 'a batch');
}
