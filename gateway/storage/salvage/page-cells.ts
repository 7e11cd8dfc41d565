import type { PageFile } from './page-file.ts';
import { decodeRecord, readVarint, type StoredValue } from './record.ts';

/** A page of a table's tree, whose rows stand in leaves alone, or of an index's, whose rows stand everywhere. */
export interface PageKind {
  readonly isTable: boolean;
  readonly isLeaf: boolean;
}

export interface FoundRecord {
  /** Of table leaves. */
  readonly rowid: number | undefined;
  readonly values: readonly StoredValue[];
}

/** One page of a b-tree, as far as it can be read. */
export interface TreePage {
  readonly kind: PageKind;
  /** Page numbers, in the order of their keys. */
  readonly children: readonly number[];
  /** In the order of their keys; those of an index interior page stand between its children. */
  readonly records: readonly (FoundRecord | undefined)[];
  /** Whether all of it could be read. */
  readonly isWhole: boolean;
}

const kinds: Readonly<Record<number, PageKind>> = {
  0x02: { isTable: false, isLeaf: false },
  0x05: { isTable: true, isLeaf: false },
  0x0a: { isTable: false, isLeaf: true },
  0x0d: { isTable: true, isLeaf: true },
};
/** More than any row of ours: a longer one is damage. */
const payloadBytesMax = 1_048_576;

/** Reads a b-tree page (SQLite file format, section 1.6); undefined when the page is none. */
export function readTreePage(file: PageFile, number: number): TreePage | undefined {
  const page = file.page(number);
  const start = number === 1 ? 100 : 0;
  const kind = kinds[page?.[start] ?? 0];
  if (page === undefined || kind === undefined) return undefined;
  const pointers = start + (kind.isLeaf ? 8 : 12);
  const places = placesOf(page, pointers, page.readUInt16BE(start + 3));
  if (places === undefined) return undefined;
  const inside = places.filter((at) => at >= pointers + 2 * places.length && at + 4 <= page.length);
  const children = kind.isLeaf
    ? []
    : [...inside.map((at) => page.readUInt32BE(at)), page.readUInt32BE(start + 8)];
  const hasRecords = kind.isLeaf || !kind.isTable;
  const records = hasRecords ? inside.map((at) => readRecord(file, page, kind, at)) : [];
  const isWhole = inside.length === places.length && !records.includes(undefined);
  return { kind, children, records, isWhole };
}

/** Where the page's cells begin; undefined when there are more than it can hold. */
function placesOf(page: Buffer, pointers: number, count: number): number[] | undefined {
  if (pointers + 2 * count > page.length) return undefined;
  return Array.from({ length: count }, (_, index) => page.readUInt16BE(pointers + 2 * index));
}

function readRecord(file: PageFile, page: Buffer, kind: PageKind, at: number): FoundRecord | undefined {
  const length = readVarint(page, kind.isLeaf ? at : at + 4);
  if (length === undefined || length.value > payloadBytesMax) return undefined;
  if (!kind.isTable) {
    const localMax = Math.floor(((page.length - 12) * 64) / 255) - 23;
    return recordOf(
      readPayload(file, page, { start: length.end, length: length.value, localMax }),
      undefined,
    );
  }
  const rowid = readVarint(page, length.end);
  if (rowid === undefined) return undefined;
  const place = { start: rowid.end, length: length.value, localMax: page.length - 35 };
  return recordOf(readPayload(file, page, place), rowid.value);
}

function recordOf(payload: Buffer | undefined, rowid: number | undefined): FoundRecord | undefined {
  const values = payload === undefined ? undefined : decodeRecord(payload);
  return values === undefined ? undefined : { rowid, values };
}

interface PayloadPlace {
  readonly start: number;
  readonly length: number;
  /** Bytes that stand in the page itself when all do. */
  readonly localMax: number;
}

/** What stands in the page, and what overflows into a chain of others. */
function readPayload(
  file: PageFile,
  page: Buffer,
  { start, length, localMax }: PayloadPlace,
): Buffer | undefined {
  const local = localBytes(length, localMax, page.length);
  if (start + local > page.length) return undefined;
  if (local === length) return page.subarray(start, start + length);
  if (start + local + 4 > page.length) return undefined;
  const parts = [page.subarray(start, start + local)];
  let rest = length - local;
  let next = page.readUInt32BE(start + local);
  while (rest > 0) {
    const overflow = file.page(next);
    if (overflow === undefined) return undefined;
    const part = overflow.subarray(4, 4 + Math.min(rest, overflow.length - 4));
    parts.push(part);
    rest -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts, length);
}

/** SQLite file format, section 1.6, "Cell payload overflow". */
function localBytes(length: number, localMax: number, pageBytes: number): number {
  if (length <= localMax) return length;
  const least = Math.floor(((pageBytes - 12) * 32) / 255) - 23;
  const spilled = least + ((length - least) % (pageBytes - 4));
  return spilled <= localMax ? spilled : least;
}
