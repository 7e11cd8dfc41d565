import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { powersOfTen } from './decimal.ts';
import { readWhole, writeWhole } from './whole-column.ts';

/** What a sum is expected from: extremes as whole numbers, and how many values there were. */
export interface SumHint {
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

const exactForm = 0;
const roundedForm = 1;
const doubleCode = 0;
const distanceMax = 2 ** 48;
const stepsMax = 1_000;
const number = new Float64Array(1);
const bits = new BigInt64Array(number.buffer);

/**
 * Sums of short decimals, bit for bit: each as its distance, in units of the last digit, from what the extremes
 * let expect, and the steps from that decimal to the double that adding up has really given. A sum that this does
 * not give back is written as a double; one that there is not as NaN.
 */
export function writeSums(
  writer: ByteWriter,
  sums: readonly (number | null)[],
  hints: readonly SumHint[],
  exponent: number,
): void {
  const coded = hints.map((hint, index) => codeOf(sums[index] ?? NaN, hint, powersOfTen[exponent] ?? 1));
  writeWhole(
    writer,
    coded.map(({ distance }) => distance),
  );
  const isExact = coded.every(({ code }) => code === zigzag(0) + 1);
  writer.byte(isExact ? exactForm : roundedForm);
  if (isExact) return;
  for (const [index, { code }] of coded.entries()) {
    writer.unsigned(code);
    if (code === doubleCode) writer.double(sums[index] ?? NaN);
  }
}

interface CodedSum {
  readonly distance: number;
  /** 1 + the steps, as a positive number; 0 when the sum is written as a double. */
  readonly code: number;
}

function codeOf(sum: number, hint: SumHint, power: number): CodedSum {
  const center = centerOf(hint);
  const distance = Math.round(sum * power) - center;
  if (!(Math.abs(distance) < distanceMax)) return { distance: 0, code: doubleCode };
  const steps = stepsBetween((center + distance) / power, sum);
  return steps === undefined ? { distance: 0, code: doubleCode } : { distance, code: zigzag(steps) + 1 };
}

/** Errors: `database_unreadable` when it ends too early. */
export function readSums(
  reader: ByteReader,
  hints: readonly SumHint[],
  exponent: number,
): readonly (number | null)[] {
  const power = powersOfTen[exponent] ?? 1;
  const distances = readWhole(reader, hints.length);
  const isExact = reader.byte() === exactForm;
  return hints.map((hint, index) => {
    const decimal = (centerOf(hint) + (distances[index] ?? 0)) / power;
    if (isExact) return decimal;
    const code = reader.unsigned();
    if (code !== doubleCode) return stepped(decimal, unzigzag(code - 1));
    const sum = reader.double();
    return Number.isNaN(sum) ? null : sum;
  });
}

function centerOf({ min, max, n }: SumHint): number {
  return Math.round((n * (min + max)) / 2);
}

/** How many doubles lie between; undefined when they are many. */
function stepsBetween(from: number, to: number): number | undefined {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return undefined;
  if (Object.is(from, to)) return 0;
  const steps = Number(bitsOf(to) - bitsOf(from));
  return Math.abs(steps) <= stepsMax && Object.is(stepped(from, steps), to) ? steps : undefined;
}

function stepped(from: number, steps: number): number {
  if (steps === 0) return from;
  bits[0] = bitsOf(from) + BigInt(steps);
  return number[0] ?? NaN;
}

function bitsOf(value: number): bigint {
  number[0] = value;
  return bits[0] ?? 0n;
}

function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}

function unzigzag(code: number): number {
  return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
}
