import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/**
 * A column of numbers that are no short decimals, as their first bytes, their second bytes and so on: those that
 * differ little lie together for the deflating. Numbers that a float of 32 bits holds take 4 bytes, others 8.
 */
export function writeFloats(writer: ByteWriter, numbers: readonly number[]): void {
  const isSingle = numbers.every((number) => Object.is(Math.fround(number), number));
  const floats = isSingle ? Float32Array.from(numbers) : Float64Array.from(numbers);
  const size = floats.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(floats.buffer);
  writer.byte(size);
  for (let plane = size - 1; plane >= 0; plane -= 1) {
    for (let at = plane; at < bytes.length; at += size) writer.byte(bytes[at] ?? 0);
  }
}

export function readFloats(reader: ByteReader, count: number): readonly number[] {
  const isSingle = reader.byte() === Float32Array.BYTES_PER_ELEMENT;
  const floats = isSingle ? new Float32Array(count) : new Float64Array(count);
  const size = floats.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(floats.buffer);
  for (let plane = size - 1; plane >= 0; plane -= 1) {
    for (let at = plane; at < bytes.length; at += size) bytes[at] = reader.byte();
  }
  return [...floats];
}
