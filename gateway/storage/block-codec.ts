import { crc32 } from 'node:zlib';
import type { SeriesId } from '../core/reading.ts';
import { ByteReader, damagedBlob } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { asScaled, commonExponent, powersOfTen } from './decimal.ts';
import { deflated, inflated } from './deflate.ts';
import type { ReadingColumn } from './reading-column.ts';
import { readTimes, writeTimes } from './time-column.ts';

/**
 * One block (a series, five minutes) as bytes: form, check, count, then times, values, qualities, each column in
 * the shortest of its forms, plain or deflated. The check is a CRC-32 (little endian) over the block's key and all
 * bytes but itself. Times are relative to the window. Doubles come back bit for bit, but for the payload of a NaN.
 * Forms 1 and 2 are from before blocks had a check: they have none, and their count is with the columns.
 */
const uncheckedPlainForm = 1;
const uncheckedDeflatedForm = 2;
const plainForm = 3;
const deflatedForm = 4;
const checkBytes = 4;
const constantColumn = 0;
const differenceColumn = 1;
const rawColumn = 2;
const worthDeflating = { bytesMin: 160, shareMax: 0.9 } as const;
const columnBytesMax = 64 * 1_048_576;
/** Far more than a series can gather in five minutes: a count beyond it is damage. */
const readingsMax = 1_000_000;
const writer = new ByteWriter();

/** Where a block stands: the check covers it, so that a block elsewhere is damage as well. */
export interface BlockKey {
  readonly startMs: number;
  readonly series: SeriesId;
  readonly toCommit: number;
}

/** What a block holds, by time. */
export interface BlockReadings {
  readonly atMs: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
  /** Quality codes. */
  readonly quality: Uint8Array<ArrayBuffer>;
}

/** Readings must be sorted by time and be at least one. */
export function encodeBlock(column: ReadingColumn, key: BlockKey): Buffer {
  writeTimes(writer, column.atMs, key.startMs);
  writeValues(column.value);
  const [first = 0] = column.quality;
  const same = column.quality.every((quality) => quality === first);
  writer.byte(same ? constantColumn : rawColumn);
  if (same) writer.byte(first);
  else for (const quality of column.quality) writer.byte(quality);
  const plain = writer.take();
  const shorter = deflated(plain, worthDeflating);
  const form = shorter === undefined ? plainForm : deflatedForm;
  writer.unsigned(column.length);
  const count = writer.take();
  const body = Buffer.concat([Buffer.of(form), Buffer.alloc(checkBytes), count, shorter ?? plain]);
  body.writeUInt32LE(blockCheck(body, key), 1);
  return body;
}

/** Errors: `database_unreadable` when the bytes are not that block. */
export function decodeBlock(bytes: Uint8Array, key: BlockKey): BlockReadings {
  const { count, reader } = openBlock(bytes, key);
  if (count > readingsMax) throw damagedBlob(`a block claims ${count} readings`);
  const atMs = readTimes(reader, count, key.startMs);
  const value = readValues(reader, count);
  const quality = new Uint8Array(count);
  if (reader.byte() === constantColumn) quality.fill(reader.byte());
  else for (let index = 0; index < count; index += 1) quality[index] = reader.byte();
  reader.end();
  return { atMs, value, quality };
}

/** How many readings the block holds, by its head alone. Errors: `database_unreadable`. */
export function blockCount(bytes: Uint8Array): number {
  const isChecked = bytes[0] === plainForm || bytes[0] === deflatedForm;
  if (isChecked) return new ByteReader(bytes.subarray(1 + checkBytes)).unsigned();
  return new ByteReader(uncheckedBody(bytes)).unsigned();
}

/** Whether the bytes are what was once written under that key; undefined for a block from before there were checks. */
export function isIntact(bytes: Uint8Array, key: BlockKey): boolean | undefined {
  if (bytes[0] === uncheckedPlainForm || bytes[0] === uncheckedDeflatedForm) return undefined;
  if (bytes.length <= checkBytes) return false;
  const stored = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(1, true);
  return stored === blockCheck(bytes, key);
}

function blockCheck(bytes: Uint8Array, { startMs, series, toCommit }: BlockKey): number {
  keyBytes.set([startMs, series, toCommit]);
  const ofKey = crc32(keyBytes, bytes[0] ?? 0);
  return crc32(bytes.subarray(1 + checkBytes), ofKey);
}

const keyBytes = new Float64Array(3);

function openBlock(bytes: Uint8Array, key: BlockKey): { count: number; reader: ByteReader } {
  const intact = isIntact(bytes, key);
  if (intact === undefined) {
    const reader = new ByteReader(uncheckedBody(bytes));
    return { count: reader.unsigned(), reader };
  }
  if (!intact)
    throw damagedBlob(
      `the block of series ${key.series} from ${new Date(key.startMs).toISOString()} fails its check`,
    );
  const head = new ByteReader(bytes.subarray(1 + checkBytes));
  const count = head.unsigned();
  const columns = bytes.subarray(1 + checkBytes + head.position);
  return { count, reader: new ByteReader(bytes[0] === deflatedForm ? inflatedColumns(columns) : columns) };
}

function uncheckedBody(bytes: Uint8Array): Uint8Array {
  const [form] = bytes;
  if (form === uncheckedPlainForm) return bytes.subarray(1);
  if (form !== uncheckedDeflatedForm) throw damagedBlob(`a block has the unknown form ${String(form)}`);
  return inflatedColumns(bytes.subarray(1));
}

function inflatedColumns(bytes: Uint8Array): Uint8Array {
  return inflated(bytes, columnBytesMax, 'a deflated block');
}

function writeValues(values: readonly number[]): void {
  const [first = 0] = values;
  if (values.every((value) => Object.is(value, first))) {
    writer.byte(constantColumn);
    writer.double(first);
    return;
  }
  const exponent = commonExponent(values);
  writer.byte(exponent === undefined ? rawColumn : differenceColumn);
  if (exponent === undefined) {
    for (const value of values) writer.double(value);
    return;
  }
  writer.byte(exponent);
  let before = 0;
  for (const value of values) {
    const scaled = asScaled(value, exponent) ?? 0;
    writer.signed(scaled - before);
    before = scaled;
  }
}

function readValues(reader: ByteReader, count: number): Float64Array<ArrayBuffer> {
  const values = new Float64Array(count);
  const form = reader.byte();
  if (form === constantColumn) return values.fill(reader.double());
  if (form === rawColumn) {
    for (let index = 0; index < count; index += 1) values[index] = reader.double();
    return values;
  }
  const power = powersOfTen[reader.byte()];
  if (power === undefined) throw damagedBlob('values have an unknown scale');
  let scaled = 0;
  for (let index = 0; index < count; index += 1) {
    scaled += reader.signed();
    values[index] = scaled / power;
  }
  return values;
}
