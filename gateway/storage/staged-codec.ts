import { limits } from '../core/limits.ts';
import type { ReadingBatch } from '../core/reading.ts';
import { ByteReader, damagedBlob } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { asScaled, exponentOf, powersOfTen } from './decimal.ts';
import { deflated, inflated } from './deflate.ts';

/**
 * One commit as bytes: format, then count and columns, plain or deflated. Series and times as differences to the
 * one before; a value as (scaled whole number, exponent), or as a double where that would not be exact; qualities
 * one byte each, or a single one for all.
 */
const plainFormat = 1;
const deflatedFormat = 2;
const rawDouble = 7;
/** Shorter commits than this take the same page anyhow. */
const worthDeflating = { bytesMin: 512, shareMax: 1 } as const;
const columnBytesMax = 1_048_576;
const writer = new ByteWriter();

export function encodeCommit(batch: ReadingBatch): Buffer {
  writer.unsigned(batch.series.length);
  writeDifferences(batch.series);
  writeDifferences(batch.atMs);
  for (const value of batch.value) writeValue(value);
  const first = batch.quality[0] ?? 0;
  const same = batch.quality.every((quality) => quality === first);
  writer.byte(same ? 0 : 1);
  if (same) writer.byte(first);
  else for (const quality of batch.quality) writer.byte(quality);
  const plain = writer.take();
  const shorter = deflated(plain, worthDeflating);
  const format = shorter === undefined ? plainFormat : deflatedFormat;
  return Buffer.concat([Buffer.of(format), shorter ?? plain]);
}

/** Errors: `database_unreadable` when the bytes are not a commit. */
export function decodeCommit(bytes: Uint8Array): ReadingBatch {
  const reader = new ByteReader(columnsOf(bytes));
  const count = reader.unsigned();
  if (count > limits.commitReadingsMax) throw damagedBlob(`a commit claims ${count} readings`);
  const batch = {
    series: readDifferences(reader, new Uint32Array(count)),
    atMs: readDifferences(reader, new Float64Array(count)),
    value: new Float64Array(count),
    quality: new Uint8Array(count),
  };
  for (let index = 0; index < count; index += 1) batch.value[index] = readValue(reader);
  if (reader.byte() === 0) batch.quality.fill(reader.byte());
  else for (let index = 0; index < count; index += 1) batch.quality[index] = reader.byte();
  reader.end();
  return batch;
}

function columnsOf(bytes: Uint8Array): Uint8Array {
  const [format] = bytes;
  if (format === plainFormat) return bytes.subarray(1);
  if (format !== deflatedFormat) throw damagedBlob(`a commit has the unknown format ${String(format)}`);
  return inflated(bytes.subarray(1), columnBytesMax, 'a deflated commit');
}

function writeDifferences(numbers: Uint32Array | Float64Array): void {
  let before = 0;
  for (const number of numbers) {
    writer.signed(number - before);
    before = number;
  }
}

function readDifferences<Numbers extends Uint32Array | Float64Array>(
  reader: ByteReader,
  into: Numbers,
): Numbers {
  let before = 0;
  for (let index = 0; index < into.length; index += 1) {
    before += reader.signed();
    into[index] = before;
  }
  return into;
}

function writeValue(value: number): void {
  const exponent = exponentOf(value, 0);
  const scaled = exponent === undefined ? undefined : asScaled(value, exponent);
  if (exponent === undefined || scaled === undefined) {
    writer.byte(rawDouble);
    writer.double(value);
  } else {
    writer.unsigned((scaled < 0 ? -scaled * 2 - 1 : scaled * 2) * 8 + exponent);
  }
}

function readValue(reader: ByteReader): number {
  const code = reader.unsigned();
  const exponent = code % 8;
  if (exponent === rawDouble) return reader.double();
  const power = powersOfTen[exponent];
  if (power === undefined) throw damagedBlob(`a value has the unknown form ${exponent}`);
  const zigzag = (code - exponent) / 8;
  return (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2) / power;
}
