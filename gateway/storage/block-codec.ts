import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, damagedBlob } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { asScaled, exponentOf, powersOfTen } from './decimal.ts';
import type { ReadingColumn } from './reading-column.ts';

/**
 * One block (a series, five minutes) as bytes: the form, then the body, plain or deflated. The body:
 * count, times, values, qualities, each column in the shortest of its forms. Times are relative to the
 * window. Doubles come back bit for bit, but for the payload of a NaN.
 */
const plainForm = 1;
const deflatedForm = 2;
const constantColumn = 0;
const differenceColumn = 1;
const rawColumn = 2;
/** Shorter bodies than this gain less than a call costs. */
const deflateBytesMin = 160;
/** A small window and small tables: most of the time of a call goes into making them. */
const deflateOptions = { windowBits: 12, memLevel: 5 } as const;
const inflateOptions = { windowBits: 12, chunkSize: 4_096, maxOutputLength: 64 * 1_048_576 } as const;
/** Far more than a series can gather in five minutes: a count beyond it is damage. */
const readingsMax = 1_000_000;
const writer = new ByteWriter();

/** Readings must be sorted by time and be at least one. */
export function encodeBlock(column: ReadingColumn, windowMs: number): Buffer {
  writer.byte(plainForm);
  writer.unsigned(column.length);
  writeTimes(column.atMs, windowMs);
  writeValues(column.value);
  const [first = 0] = column.quality;
  const same = column.quality.every((quality) => quality === first);
  writer.byte(same ? constantColumn : rawColumn);
  if (same) writer.byte(first);
  else for (const quality of column.quality) writer.byte(quality);
  const plain = writer.take();
  if (plain.length < deflateBytesMin) return plain;
  const deflated = deflateRawSync(plain.subarray(1), deflateOptions);
  if (deflated.length > plain.length * 0.9) return plain;
  return Buffer.concat([Buffer.of(deflatedForm), deflated]);
}

/** Adds the block's readings to `into`. Errors: `database_unreadable` when the bytes are not a block. */
export function decodeBlock(bytes: Uint8Array, windowMs: number, into: ReadingColumn): void {
  const reader = new ByteReader(bodyOf(bytes));
  const count = reader.unsigned();
  const times = readTimes(reader, count, windowMs);
  const values = readValues(reader, count);
  const form = reader.byte();
  const constant = form === constantColumn ? reader.byte() : undefined;
  for (let index = 0; index < count; index += 1) {
    into.push(times[index] ?? NaN, values[index] ?? NaN, constant ?? reader.byte());
  }
  reader.end();
}

function bodyOf(bytes: Uint8Array): Uint8Array {
  const [form] = bytes;
  if (form === plainForm) return bytes.subarray(1);
  if (form !== deflatedForm) throw damagedBlob(`a block has the unknown form ${String(form)}`);
  try {
    return inflateRawSync(bytes.subarray(1), inflateOptions);
  } catch {
    throw damagedBlob('a deflated block cannot be inflated');
  }
}

function writeTimes(times: readonly number[], windowMs: number): void {
  const [first = windowMs, second = first] = times;
  const step = second - first;
  const regular = times.every((atMs, index) => atMs === first + index * step);
  writer.byte(regular ? constantColumn : differenceColumn);
  writer.signed(first - windowMs);
  if (regular) {
    writer.unsigned(step);
    return;
  }
  for (let index = 1; index < times.length; index += 1) {
    writer.unsigned((times[index] ?? 0) - (times[index - 1] ?? 0));
  }
}

function readTimes(reader: ByteReader, count: number, windowMs: number): Float64Array {
  if (count > readingsMax) throw damagedBlob(`a block claims ${count} readings`);
  const regular = reader.byte() === constantColumn;
  const times = new Float64Array(count);
  let atMs = windowMs + reader.signed();
  const step = regular ? reader.unsigned() : 0;
  for (let index = 0; index < count; index += 1) {
    if (index > 0) atMs += regular ? step : reader.unsigned();
    times[index] = atMs;
  }
  return times;
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

/** The exponent with which all values are whole numbers, or undefined. */
function commonExponent(values: readonly number[]): number | undefined {
  let exponent = 0;
  for (const value of values) {
    const own = exponentOf(value, exponent);
    if (own === undefined) return undefined;
    exponent = own;
  }
  // A large value may have been whole with a smaller exponent only.
  return values.every((value) => asScaled(value, exponent) !== undefined) ? exponent : undefined;
}

function readValues(reader: ByteReader, count: number): Float64Array {
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
