import { damagedBlob, type ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

const runForm = 0;
const differenceForm = 1;
const plainForm = 2;

/** A column of whole numbers of up to 50 bits in the shortest of its forms: a run of equal steps, differences, or plain. */
export function writeWhole(writer: ByteWriter, numbers: readonly number[]): void {
  const [first = 0, second = first] = numbers;
  const step = second - first;
  if (numbers.every((number, index) => number === first + index * step)) {
    writer.byte(runForm);
    writer.signed(first);
    writer.signed(step);
    return;
  }
  const differences = numbers.map((number, index) => number - (numbers[index - 1] ?? 0));
  const isNearer = magnitudeOf(differences) < magnitudeOf(numbers);
  writer.byte(isNearer ? differenceForm : plainForm);
  for (const number of isNearer ? differences : numbers) writer.signed(number);
}

/** Errors: `database_unreadable` when it has an unknown form. */
export function readWhole(reader: ByteReader, count: number): readonly number[] {
  const form = reader.byte();
  if (form === runForm) {
    const first = reader.signed();
    const step = reader.signed();
    return Array.from({ length: count }, (_, index) => first + index * step);
  }
  if (form !== differenceForm && form !== plainForm) {
    throw damagedBlob(`a column has the unknown form ${form}`);
  }
  const numbers: number[] = [];
  let before = 0;
  for (let index = 0; index < count; index += 1) {
    const number = reader.signed() + (form === differenceForm ? before : 0);
    numbers.push(number);
    before = number;
  }
  return numbers;
}

/** What decides how short a column gets: the number of its digits, about. */
function magnitudeOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + Math.log2(1 + Math.abs(number)), 0);
}
