import { readSync } from 'node:fs';

/** A record of a CSV file: its bytes without the end of the line. */
export interface CsvLine {
  /** Of its first line, from 1. */
  readonly row: number;
  readonly offset: number;
  readonly bytes: Buffer;
  /** The file ends before the line does. */
  readonly isCut: boolean;
}

const chunkBytes = 262_144;
const lineBytesMax = 65_536;
const [newline, carriageReturn, quote] = [0x0a, 0x0d, 0x22];

/**
 * The records of an open file, by RFC 4180: a quoted cell may hold ends of lines. A quote that is not closed within
 * 64 KiB is none: its line stands by itself, and so does what follows. Bounded memory.
 */
export function* csvLines(file: number): Generator<CsvLine> {
  let rest = Buffer.alloc(0);
  let offset = 0;
  let row = 1;
  for (let isOver = false; !isOver;) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const read = readSync(file, chunk, 0, chunkBytes, offset + rest.length);
    isOver = read === 0;
    rest = Buffer.concat([rest, chunk.subarray(0, read)]);
    let from = 0;
    for (;;) {
      const end = endOf(rest, from, isOver);
      if (end === undefined) break;
      const bytes = rest.subarray(from, end);
      yield { row, offset: offset + from, bytes: withoutReturn(bytes), isCut: isOver && end === rest.length };
      row += 1 + countOf(bytes, newline);
      from = end + 1;
    }
    const taken = Math.min(from, rest.length);
    rest = rest.subarray(taken);
    offset += taken;
  }
}

/** Where the record ends that begins there; undefined when more must be read, or there is none. */
function endOf(bytes: Buffer, from: number, isOver: boolean): number | undefined {
  if (from >= bytes.length) return undefined;
  const firstEnd = bytes.indexOf(newline, from);
  let isQuoted = false;
  let at = from;
  for (let end = firstEnd; end >= 0; end = bytes.indexOf(newline, at)) {
    if (countOf(bytes.subarray(at, end), quote) % 2 === 1) isQuoted = !isQuoted;
    if (!isQuoted) return end;
    if (end - from > lineBytesMax) return firstEnd;
    at = end + 1;
  }
  // What goes on and on is no text: it is taken in pieces.
  if (!isOver && bytes.length - from <= lineBytesMax + chunkBytes) return undefined;
  return firstEnd >= 0 ? firstEnd : bytes.length;
}

function countOf(bytes: Buffer, wanted: number): number {
  let count = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) count += 1;
  return count;
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
}

/** The cells of a record; a quote within a cell that does not begin with one is part of it. */
export function csvCells(text: string): readonly string[] {
  if (!text.includes('"')) return text.split(',');
  const cells: string[] = [];
  const form = /(?:"((?:[^"]|"")*)"([^,]*)|([^,]*))(,|$)/y;
  for (let isMore = true; isMore;) {
    const found = form.exec(text);
    if (found === null) return [...cells, text.slice(form.lastIndex)];
    const [, quoted, after = '', plain = '', end] = found;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"') + after);
    isMore = end === ',';
  }
  return cells;
}
