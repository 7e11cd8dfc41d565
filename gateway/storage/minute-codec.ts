import { ByteReader, damagedBlob } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { asScaled, commonExponent, powersOfTen } from './decimal.ts';
import { readFloats, writeFloats } from './float-column.ts';
import { emptyTotals, type RollupTotals } from './rollup-window.ts';
import { readSums, writeSums } from './sum-column.ts';
import { readWhole, writeWhole } from './whole-column.ts';

/** One minute of an hour: which one, 0 to 59, and what it holds. */
export interface PackedMinute {
  readonly minute: number;
  readonly totals: Readonly<RollupTotals>;
}

/** Of the minutes that have values. */
interface ValueColumns {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly last: readonly number[];
  readonly sums: readonly (number | null)[];
}

const minutesMax = 60;
/** Instead of an exponent: values that are no short decimals. */
const floatScale = 255;
const writer = new ByteWriter();

/**
 * Minutes of one series as bytes: how many there are, then column by column: which ones, n, bad, and of those that
 * have a value: the offset of the last, smallest, largest and last value, and the sum. All come back bit for bit.
 */
export function encodeMinutes(minutes: readonly PackedMinute[]): Buffer {
  const totals = minutes.map((packed) => packed.totals);
  writer.unsigned(minutes.length);
  writeWhole(
    writer,
    minutes.map(({ minute }) => minute),
  );
  writeWhole(
    writer,
    totals.map(({ n }) => n),
  );
  writeWhole(
    writer,
    totals.map(({ bad }) => bad),
  );
  const valued = totals.filter(({ n }) => n > 0);
  if (valued.length > 0) writeValued(valued);
  return writer.take();
}

/** Errors: `database_unreadable` when the bytes are not minutes. */
export function decodeMinutes(bytes: Uint8Array): readonly PackedMinute[] {
  const reader = new ByteReader(bytes);
  const count = reader.unsigned();
  if (count > minutesMax) throw damagedBlob(`an hour claims ${count} minutes`);
  const places = readWhole(reader, count);
  const counts = readWhole(reader, count);
  const bads = readWhole(reader, count);
  const valued = readValued(
    reader,
    counts.filter((n) => n > 0),
  );
  reader.end();
  let next = 0;
  return places.map((minute, index) => {
    const bad = bads[index] ?? 0;
    const totals = (counts[index] ?? 0) > 0 ? valued[next++] : undefined;
    return { minute, totals: { ...(totals ?? emptyTotals()), bad } };
  });
}

function writeValued(valued: readonly Readonly<RollupTotals>[]): void {
  writeWhole(
    writer,
    valued.map(({ lastOffsetMs }) => lastOffsetMs ?? 0),
  );
  const min = valued.map((totals) => totals.min ?? 0);
  const max = valued.map((totals) => totals.max ?? 0);
  const last = valued.map((totals) => totals.last ?? 0);
  const sums = valued.map(({ sum }) => sum);
  const exponent = commonExponent([...min, ...max, ...last]);
  writer.byte(exponent ?? floatScale);
  if (exponent === undefined) {
    for (const column of [min, max, last]) writeFloats(writer, column);
    writeFloats(
      writer,
      sums.map((sum) => sum ?? NaN),
    );
    return;
  }
  const scaled = (value: number): number => asScaled(value, exponent) ?? 0;
  const smallest = min.map(scaled);
  const largest = max.map(scaled);
  writeWhole(writer, smallest);
  writeAbove(largest, smallest);
  writeAbove(last.map(scaled), smallest);
  const hints = valued.map(({ n }, index) => ({ n, min: smallest[index] ?? 0, max: largest[index] ?? 0 }));
  writeSums(writer, sums, hints, exponent);
}

function writeAbove(column: readonly number[], base: readonly number[]): void {
  writeWhole(
    writer,
    column.map((number, index) => number - (base[index] ?? 0)),
  );
}

function readAbove(reader: ByteReader, base: readonly number[]): readonly number[] {
  const above = readWhole(reader, base.length);
  return base.map((number, index) => number + (above[index] ?? 0));
}

function readValued(reader: ByteReader, counts: readonly number[]): readonly RollupTotals[] {
  if (counts.length === 0) return [];
  const offsets = readWhole(reader, counts.length);
  const scale = reader.byte();
  const { min, max, last, sums } =
    scale === floatScale ? readFloatValues(reader, counts.length) : readDecimals(reader, counts, scale);
  return counts.map((n, index) => ({
    min: min[index] ?? null,
    max: max[index] ?? null,
    sum: sums[index] ?? null,
    last: last[index] ?? null,
    lastOffsetMs: offsets[index] ?? null,
    n,
    bad: 0,
  }));
}

function readFloatValues(reader: ByteReader, count: number): ValueColumns {
  const min = readFloats(reader, count);
  const max = readFloats(reader, count);
  const last = readFloats(reader, count);
  const sums = readFloats(reader, count).map((sum) => (Number.isNaN(sum) ? null : sum));
  return { min, max, last, sums };
}

function readDecimals(reader: ByteReader, counts: readonly number[], exponent: number): ValueColumns {
  const power = powersOfTen[exponent];
  if (power === undefined) throw damagedBlob(`minutes have the unknown scale ${exponent}`);
  const smallest = readWhole(reader, counts.length);
  const largest = readAbove(reader, smallest);
  const last = readAbove(reader, smallest);
  const hints = counts.map((n, index) => ({ n, min: smallest[index] ?? 0, max: largest[index] ?? 0 }));
  const unscaled = (column: readonly number[]): readonly number[] => column.map((number) => number / power);
  return {
    min: unscaled(smallest),
    max: unscaled(largest),
    last: unscaled(last),
    sums: readSums(reader, hints, exponent),
  };
}
