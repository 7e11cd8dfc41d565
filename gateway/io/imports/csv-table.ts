import { closeSync, openSync, readSync } from 'node:fs';
import { csvCells, csvLines, type CsvLine } from './csv-lines.ts';
import type { Cell, RecordedTable, RowPointer } from './recorded-table.ts';

type Scanned = ReturnType<RecordedTable['scan']> extends Iterable<infer Row> ? Row : never;

interface Header {
  readonly offset: number;
  readonly columns: readonly string[];
}

const windowBytes = 262_144;

/**
 * A CSV file whose first line names its columns. A later line that names columns again, as where files were joined, holds
 * for what follows. A row of another length is not guessed at, unless what is too much is empty.
 */
export class CsvTable implements RecordedTable {
  readonly place: RecordedTable['place'];
  readonly columns: readonly string[];
  readonly #file: number;
  readonly #headers: Header[] = [];
  #window: { readonly offset: number; readonly bytes: Buffer } = { offset: 0, bytes: Buffer.alloc(0) };

  /** Errors: those of the file system. */
  constructor(path: string, place: RecordedTable['place']) {
    this.place = place;
    this.#file = openSync(path, 'r');
    const [first] = csvLines(this.#file);
    this.columns = first === undefined ? [] : columnsOf(csvCells(textOf(first.bytes, first.offset)));
  }

  *scan(column: string): Generator<Scanned> {
    this.#headers.length = 0;
    for (const { row, offset, bytes, isCut } of csvLines(this.#file)) {
      const pointer = { row, offset, length: bytes.length };
      const cells = csvCells(textOf(bytes, offset));
      if (cells.includes(column)) {
        this.#headers.push({ offset, columns: columnsOf(cells) });
        continue;
      }
      if (bytes.length === 0) continue;
      const problem = this.#problemOf(cells, bytes, isCut);
      const index = this.#columnsAt(offset).indexOf(column);
      yield { ...pointer, cell: cells[index] ?? null, ...(problem !== undefined && { problem }) };
    }
  }

  read({ offset, length }: RowPointer): ReadonlyMap<string, Cell> | string {
    const bytes = this.#bytesAt(offset, length);
    const cells = csvCells(textOf(bytes, offset));
    const columns = this.#columnsAt(offset);
    if (bytes.length < length || cells.length < columns.length) return 'the file has changed meanwhile';
    return new Map(columns.map((name, index) => [name, cells[index] === '' ? null : (cells[index] ?? null)]));
  }

  close(): void {
    closeSync(this.#file);
  }

  #problemOf(cells: readonly string[], bytes: Buffer, isCut: boolean): string | undefined {
    const length = this.#headers.at(-1)?.columns.length;
    if (isCut) return 'the file ends within this line';
    if (bytes.includes(0)) return 'there is a zero byte in it';
    if (length === undefined) return 'no line before it names the columns';
    const isEmptyAfter = cells.slice(length).every((cell) => cell === '');
    return cells.length >= length && isEmptyAfter
      ? undefined
      : `it has ${cells.length} cells where ${length} columns are named`;
  }

  #columnsAt(offset: number): readonly string[] {
    return this.#headers.findLast((header) => header.offset <= offset)?.columns ?? [];
  }

  /** Rows are mostly asked for as they stand. */
  #bytesAt(offset: number, length: number): Buffer {
    const { offset: from, bytes } = this.#window;
    if (offset < from || offset + length > from + bytes.length) {
      const wanted = Buffer.alloc(Math.max(windowBytes, length));
      const read = readSync(this.#file, wanted, 0, wanted.length, offset);
      this.#window = { offset, bytes: wanted.subarray(0, read) };
    }
    const start = offset - this.#window.offset;
    return this.#window.bytes.subarray(start, start + length);
  }
}

/** Of a name that comes twice, the first one has the values. */
function columnsOf(cells: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return cells.map((cell, index) => {
    const name = cell.trim();
    const isNew = name !== '' && !seen.has(name);
    seen.add(name);
    return isNew ? name : `\u0000${index}`;
  });
}

function textOf(bytes: CsvLine['bytes'], offset: number): string {
  const text = bytes.toString('utf8');
  return offset === 0 ? text.replace(/^\ufeff/, '') : text;
}
