import { crc32 } from 'node:zlib';
import type { Connection } from '../connection.ts';
import { rowCheck, type Cell } from '../row-check.ts';

/** A chain has room for so many records: its place in the table is its number times this. */
const recordsMax = 2 ** 40;

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
  readonly #ascending;
  readonly #descending;
  readonly #delete;

  constructor(connection: Connection) {
    this.#insert = connection.prepare<OutboxRow>(
      `INSERT INTO outbox
         (place, epoch, to_record, count, readings_before, before, head, signature, sealed_ms, crc, body)
       VALUES ($place, $epoch, $toRecord, $count, $readingsBefore, $before, $head, $signature, $sealedMs, $crc, $body)`,
    );
    const page = (order: string): string =>
      `SELECT ${columns} WHERE place >= ? AND place < ? ORDER BY place ${order} LIMIT ?`;
    this.#ascending = connection.prepare<[number, number, number], OutboxRow>(page('ASC'));
    this.#descending = connection.prepare<[number, number, number], OutboxRow>(page('DESC'));
    this.#delete = connection.prepare<[number, number]>('DELETE FROM outbox WHERE place >= ? AND place < ?');
  }

  add(row: Omit<OutboxRow, 'crc'>): void {
    this.#insert.run({ ...row, crc: outboxCheck(row) });
  }

  /** As they stand: to be checked. */
  *page({ fromPlace, toPlace, isNewestFirst, rowsMax }: RowPage): Generator<OutboxRow> {
    yield* (isNewestFirst ? this.#descending : this.#ascending).iterate(fromPlace, toPlace, rowsMax);
  }

  /** Answers how many. */
  remove(fromPlace: number, toPlace: number): number {
    return this.#delete.run(fromPlace, toPlace).changes;
  }
}

export function placeOf(chain: number, record: number): number {
  return chain * recordsMax + record;
}

export function recordAt(place: number): number {
  return place % recordsMax;
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
