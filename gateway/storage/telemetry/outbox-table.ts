import type { Statement } from 'better-sqlite3';
import { crc32 } from 'node:zlib';
import type { Connection } from '../connection.ts';
import { rowCheck, type Cell } from '../row-check.ts';

/** A chain has room for so many records: its place in the table is its number times this. */
const recordsMax = 2 ** 40;
/** What a row takes besides its body. */
const rowBytes = 300;

/** A sealed batch as it stands in the file. */
export interface OutboxRow {
  /** Number of the chain × 2^40 + number of the first record. */
  readonly place: number;
  readonly epoch: string;
  readonly toRecord: number;
  readonly count: number;
  /** Readings sealed before it, in all chains. */
  readonly readingsBefore: number;
  readonly before: string;
  readonly head: string;
  readonly signature: string;
  readonly sealedMs: number;
  /** Empty: it was lost, and stands where it stood until all before it are gone. */
  readonly body: Buffer;
  readonly crc: number;
}

const columns = `place, epoch, to_record AS toRecord, count, readings_before AS readingsBefore, before, head, signature,
  sealed_ms AS sealedMs, CAST(body AS BLOB) AS body, crc FROM outbox`;

export interface RowPage {
  readonly fromPlace: number;
  /** Not in it. */
  readonly toPlace: number;
  readonly isNewestFirst: boolean;
  readonly rowsMax: number;
}

export class OutboxTable {
  readonly #insert;
  readonly #rows;
  readonly #filled;
  readonly #delete;
  readonly #kept;

  constructor(connection: Connection) {
    this.#insert = connection.prepare<OutboxRow>(
      `INSERT INTO outbox
         (place, epoch, to_record, count, readings_before, before, head, signature, sealed_ms, crc, body)
       VALUES ($place, $epoch, $toRecord, $count, $readingsBefore, $before, $head, $signature, $sealedMs, $crc, $body)`,
    );
    const prepared = (condition: string): PagedRows => {
      const page = (order: string): Page =>
        connection.prepare<[number, number, number], OutboxRow>(
          `SELECT ${columns} WHERE place >= ? AND place < ?${condition} ORDER BY place ${order} LIMIT ?`,
        );
      return { ascending: page('ASC'), descending: page('DESC') };
    };
    this.#rows = prepared('');
    this.#filled = prepared(' AND length(body) > 0');
    this.#delete = connection.prepare<[number, number]>('DELETE FROM outbox WHERE place >= ? AND place < ?');
    this.#kept = connection.prepare<[], { readonly batches: number; readonly bytes: number }>(
      `SELECT count(*) AS batches, CAST(total(length(body) + ${rowBytes}) AS INTEGER) AS bytes
       FROM outbox WHERE length(body) > 0`,
    );
  }

  /** Batches that are not empty, and what they take: reads the head of each. */
  kept(): { readonly batches: number; readonly bytes: number } {
    return this.#kept.get() ?? { batches: 0, bytes: 0 };
  }

  add(row: Omit<OutboxRow, 'crc'>): void {
    this.#insert.run({ ...row, crc: outboxCheck(row) });
  }

  /** As they stand: to be checked. Empty ones are among them. */
  page(page: RowPage): readonly OutboxRow[] {
    return [...pageOf(this.#rows, page)];
  }

  /** Without empty ones. To be read to its end, or given up, before anything else is asked. */
  filled(page: RowPage): IterableIterator<OutboxRow> {
    return pageOf(this.#filled, page);
  }

  /** Answers how many. */
  remove(fromPlace: number, toPlace: number): number {
    return this.#delete.run(fromPlace, toPlace).changes;
  }
}

type Page = Statement<[number, number, number], OutboxRow>;

interface PagedRows {
  readonly ascending: Page;
  readonly descending: Page;
}

function pageOf(
  { ascending, descending }: PagedRows,
  { fromPlace, toPlace, isNewestFirst, rowsMax }: RowPage,
): IterableIterator<OutboxRow> {
  return (isNewestFirst ? descending : ascending).iterate(fromPlace, toPlace, rowsMax);
}

export function placeOf(chain: number, record: number): number {
  return chain * recordsMax + record;
}

export function chainAt(place: number): number {
  return Math.floor(place / recordsMax);
}

export function recordAt(place: number): number {
  return place % recordsMax;
}

/** What it takes. */
export function bytesOfRow({ body }: Pick<OutboxRow, 'body'>): number {
  return body.length + rowBytes;
}

export function isIntactRow(row: OutboxRow): boolean {
  return row.crc === outboxCheck(row);
}

/** The check over all of a row. */
export function outboxCheck(row: Omit<OutboxRow, 'crc'>): number {
  const { place, epoch, toRecord, count, readingsBefore, before, head, signature, sealedMs, body } = row;
  const cells: readonly Cell[] = [
    place,
    epoch,
    toRecord,
    count,
    readingsBefore,
    before,
    head,
    signature,
    sealedMs,
    crc32(body),
  ];
  return rowCheck('outbox', cells);
}
