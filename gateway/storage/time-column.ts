import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

const regularForm = 0;
const differenceForm = 1;
const beatForm = 2;
/** Periods of polls are whole multiples of it, unless somebody wants it otherwise. */
const usualMs = 100;

/** Equal steps, and how far each time is off them. */
interface Beat {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly offMs: readonly number[];
}

/**
 * Sorted times of a block, relative to its start, in the shortest of three forms: regular ones as the first and the
 * step; those near a beat as how far each is off it; others as differences.
 */
export function writeTimes(writer: ByteWriter, times: readonly number[], startMs: number): void {
  const [first = startMs, second = first] = times;
  const step = second - first;
  if (times.every((atMs, index) => atMs === first + index * step)) {
    writer.byte(regularForm);
    writer.signed(first - startMs);
    writer.unsigned(step);
    return;
  }
  const differences = times.map((atMs, index) => atMs - (times[index - 1] ?? startMs));
  const beat = beatOf(times);
  if (signedBytes(beat.offMs) < unsignedBytes(differences)) {
    writer.byte(beatForm);
    writer.signed(beat.firstMs - startMs);
    writer.unsigned(beat.stepMs);
    for (const off of beat.offMs) writer.signed(off);
    return;
  }
  writer.byte(differenceForm);
  for (const [index, difference] of differences.entries()) {
    if (index === 0) writer.signed(difference);
    else writer.unsigned(difference);
  }
}

export function readTimes(reader: ByteReader, count: number, startMs: number): Float64Array<ArrayBuffer> {
  const form = reader.byte();
  const times = new Float64Array(count);
  let atMs = startMs + reader.signed();
  const stepMs = form === differenceForm ? 0 : reader.unsigned();
  for (let index = 0; index < count; index += 1) {
    if (index > 0) atMs += form === differenceForm ? reader.unsigned() : stepMs;
    times[index] = form === beatForm ? atMs + reader.signed() : atMs;
  }
  return times;
}

/** The beat that the times are least off: by their mean step, or by the usual one next to it. */
function beatOf(times: readonly number[]): Beat {
  const meanMs = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1);
  const mean = centered(times, Math.round(meanMs));
  const usual = centered(times, Math.round(meanMs / usualMs) * usualMs);
  return signedBytes(usual.offMs) <= signedBytes(mean.offMs) ? usual : mean;
}

/** With the first beat where the earliest and the latest are off alike. */
function centered(times: readonly number[], stepMs: number): Beat {
  const firsts = times.map((atMs, index) => atMs - index * stepMs);
  const lowMs = firsts.reduce((low, first) => Math.min(low, first), Infinity);
  const highMs = firsts.reduce((high, first) => Math.max(high, first), -Infinity);
  const firstMs = Math.round((lowMs + highMs) / 2);
  return { firstMs, stepMs, offMs: firsts.map((first) => first - firstMs) };
}

/** Of a column of signed numbers. */
function signedBytes(numbers: readonly number[]): number {
  return unsignedBytes(numbers.map((number) => 2 * Math.abs(number)));
}

function unsignedBytes(numbers: readonly number[]): number {
  return numbers.reduce((bytes, number) => bytes + 1 + Math.floor(Math.log2(Math.max(1, number)) / 7), 0);
}
