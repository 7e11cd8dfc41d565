/** A value as SQLite stores it. Whole numbers beyond 2^53 are bigints. */
export type StoredValue = null | number | bigint | string | Uint8Array;

/** A number of one to nine bytes, as SQLite writes lengths, and where it ended. */
export interface Varint {
  readonly value: number;
  readonly end: number;
}

/** More columns than any table has: a longer header is damage. */
const columnsMax = 64;
const wholeBytes: readonly number[] = [0, 1, 2, 3, 4, 6, 8];

/**
 * The varint at that place (SQLite file format, section 1.6, "B-tree Pages"); undefined when the bytes end in
 * it. Numbers beyond 2^53 come back rounded: no length of ours is that long.
 */
export function readVarint(bytes: Uint8Array, start: number): Varint | undefined {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) return undefined;
    value = value * 0x80 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  const last = bytes[start + 8];
  return last === undefined ? undefined : { value: value * 0x100 + last, end: start + 9 };
}

/**
 * The values of one record (section 2.1, "Record Format"), or undefined when the bytes are none: the header must
 * end where it says, and the values must fill the rest exactly.
 */
export function decodeRecord(bytes: Buffer): StoredValue[] | undefined {
  const header = readVarint(bytes, 0);
  if (header === undefined || header.value > bytes.length) return undefined;
  const values: StoredValue[] = [];
  let at = header.end;
  let body = header.value;
  while (at < header.value) {
    const type = readVarint(bytes, at);
    if (type === undefined || type.end > header.value || values.length >= columnsMax) return undefined;
    const length = lengthOf(type.value);
    if (length === undefined || body + length > bytes.length) return undefined;
    values.push(valueOf(bytes, type.value, { start: body, length }));
    at = type.end;
    body += length;
  }
  return at === header.value && body === bytes.length ? values : undefined;
}

/** Bytes that a value of that serial type takes; undefined for the types that there are not. */
function lengthOf(type: number): number | undefined {
  if (type >= 12) return Math.floor((type - 12) / 2);
  if (type <= 6) return wholeBytes[type];
  if (type === 7) return 8;
  return type === 8 || type === 9 ? 0 : undefined;
}

function valueOf(
  bytes: Buffer,
  type: number,
  { start, length }: { readonly start: number; readonly length: number },
): StoredValue {
  if (type === 0) return null;
  if (type === 7) return bytes.readDoubleBE(start);
  if (type === 8 || type === 9) return type - 8;
  if (type === 6) return wholeNumber(bytes.readBigInt64BE(start));
  if (type < 6) return bytes.readIntBE(start, length);
  const part = bytes.subarray(start, start + length);
  return type % 2 === 0 ? part : part.toString('utf8');
}

function wholeNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
