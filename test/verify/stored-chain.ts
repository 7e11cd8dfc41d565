import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { decodeBatch, encodeBatch } from '../../gateway/storage/telemetry/batch-codec.ts';
import { outboxCheck, type OutboxRow } from '../../gateway/storage/telemetry/outbox-table.ts';
import type { TelemetryBatch } from '../../gateway/storage/telemetry-calls.ts';
import type { DatabaseService } from '../../gateway/storage/database-service.ts';
import { batchOf, internSeries, openScratch, startMs } from '../storage/scratch.ts';
import { publishedGateway, signedTextOf, type BuiltBatch } from './chain-builder.ts';
import type { Draw } from './tampering.ts';

const owner = publishedGateway('owner');
export const storedEpoch = '5707edc4a1500001';
const columns = `place, epoch, to_record AS toRecord, count, readings_before AS readingsBefore, before, head, signature,
  sealed_ms AS sealedMs, crc, body`;

/** A batch as it is sent. */
export function lineOf({ epoch, from, to, count, before, head, signature, records }: TelemetryBatch): string {
  const { gateway, algorithm } = owner;
  const batch = { v: 1, gateway, algorithm, epoch, from, to, count, before, head, signature };
  return `${JSON.stringify(batch).slice(0, -1)},"records":${Buffer.from(records).toString()}}`;
}

export function openStored(directory: string): DatabaseService {
  const service = openScratch(directory);
  const { gateway, publicKey, algorithm } = owner;
  service.openTelemetry({ gateway, publicKey, algorithm, newEpoch: storedEpoch, atMs: startMs });
  return service;
}

/** Everything that waits, each batch signed as a gateway signs it. */
export function sealSigned(service: DatabaseService, readingsMax = 1_000): void {
  for (;;) {
    const draft = service.draftTelemetry({ readingsMax, spanMsMax: 60_000 });
    if (draft === undefined) return;
    const { to, head } = draft;
    const signature = owner.sign(signedTextOf({ ...draft, gateway: owner.gateway } as unknown as BuiltBatch));
    service.sealTelemetry({ to, head, signature, atMs: startMs });
  }
}

/** Eight batches and more of a gateway's own store, some with events. */
export function fillStored(service: DatabaseService): void {
  internSeries(service, 3);
  for (let sequence = 1; sequence <= 24; sequence += 1) {
    const atMs = startMs + sequence * 20_000;
    service.appendReadings(
      { bootId: 'boot', sequence },
      batchOf([
        [1, atMs, sequence / 8],
        [2, atMs, -sequence, 'estimated'],
        [3, atMs + 5, 1e21],
      ]),
    );
    if (sequence % 10 === 0) service.noteTelemetryEvent({ kind: 'clock_step', atMs, stepMs: -sequence });
    if (sequence % 3 === 0) sealSigned(service);
  }
}

/** Somebody who may write the database, knows its checks, and has no key. Whatever is done is undone again. */
export class StoredChain {
  readonly #file: Sqlite.Database;
  readonly rows: readonly OutboxRow[];

  constructor(directory: string) {
    this.#file = new Sqlite(join(directory, 'egw.db'));
    this.rows = this.#read();
  }

  close(): void {
    this.#file.close();
  }

  /** What is exported, and the first record that is not proven. */
  tampered(kind: string, draw: Draw): { readonly lines: readonly string[]; readonly firstRecord: number } {
    const index = draw(this.rows.length);
    const other = (index + 1 + draw(this.rows.length - 1)) % this.rows.length;
    const row = this.rows[index];
    const second = this.rows[other];
    const change = storedTamperings[kind];
    if (row === undefined || second === undefined || change === undefined)
      return { lines: [], firstRecord: 0 };
    const { rows, first = recordOf(row) } = change({ row, second, draw });
    this.#file.exec('BEGIN');
    try {
      for (const { place } of [row, second])
        this.#file.prepare('DELETE FROM outbox WHERE place = ?').run(place);
      for (const changed of rows) this.#insert({ ...changed, crc: outboxCheck(changed) });
      return { lines: this.#read().map(lineOfRow), firstRecord: first };
    } finally {
      this.#file.exec('ROLLBACK');
    }
  }

  #read(): readonly OutboxRow[] {
    return this.#file.prepare<[], OutboxRow>(`SELECT ${columns} FROM outbox ORDER BY place`).all();
  }

  #insert(row: OutboxRow): void {
    this.#file
      .prepare(
        `INSERT OR REPLACE INTO outbox
           (place, epoch, to_record, count, readings_before, before, head, signature, sealed_ms, crc, body)
         VALUES ($place, $epoch, $toRecord, $count, $readingsBefore, $before, $head, $signature, $sealedMs, $crc, $body)`,
      )
      .run(row);
  }
}

interface Pair {
  readonly row: OutboxRow;
  readonly second: OutboxRow;
  readonly draw: Draw;
}

type Change = (pair: Pair) => { readonly rows: readonly OutboxRow[]; readonly first?: number };

const storedTamperings: Readonly<Record<string, Change>> = {
  'edits a record': ({ row, second, draw }) => ({
    rows: [withRecords(row, edited(recordsOf(row), draw)), second],
  }),
  'drops a record': ({ row, second, draw }) => {
    const records = recordsOf(row);
    return { rows: [withRecords(row, records.toSpliced(draw(records.length), 1)), second] };
  },
  'changes the order of records': ({ row, second }) => {
    const records = recordsOf(row);
    return { rows: [withRecords(row, [...records.slice(1), ...records.slice(0, 1)]), second] };
  },
  'takes a batch out': ({ row, second }) => ({ rows: [second], first: recordOf(row) }),
  'exchanges what two batches hold': ({ row, second }) => ({
    rows: [
      { ...row, body: second.body },
      { ...second, body: row.body },
    ],
    first: Math.min(recordOf(row), recordOf(second)),
  }),
  'exchanges two signatures': ({ row, second }) => ({
    rows: [
      { ...row, signature: second.signature },
      { ...second, signature: row.signature },
    ],
    first: Math.min(recordOf(row), recordOf(second)),
  }),
  'changes the count': ({ row, second, draw }) => ({
    rows: [{ ...row, count: row.count + 1 + draw(9) }, second],
  }),
  'changes the last number': ({ row, second, draw }) => ({
    rows: [{ ...row, toRecord: row.toRecord + 1 + draw(9) }, second],
  }),
  'changes the head': ({ row, second }) => ({ rows: [{ ...row, head: second.head }, second] }),
  'changes the hash before': ({ row, second }) => ({ rows: [{ ...row, before: second.before }, second] }),
  'gives it to another chain': ({ row, second }) => ({
    rows: [{ ...row, epoch: 'ffffffffffffffff' }, second],
  }),
};

export const storedTamperingKinds: readonly string[] = Object.keys(storedTamperings);

function recordOf({ place }: OutboxRow): number {
  return place % 2 ** 40;
}

function recordsOf({ body }: OutboxRow): readonly string[] {
  return decodeBatch(body).records.map((record) => Buffer.from(record).toString());
}

function withRecords(row: OutboxRow, records: readonly string[]): OutboxRow {
  return { ...row, body: encodeBatch(records) };
}

/** A digit of one record is another. */
function edited(records: readonly string[], draw: Draw): readonly string[] {
  const at = draw(records.length);
  const record = records[at] ?? '';
  const digits = [...record.matchAll(/[1-8]/g)].map(({ index }) => index);
  const place = digits[draw(digits.length)] ?? 0;
  return records.with(at, `${record.slice(0, place)}${Number(record[place]) + 1}${record.slice(place + 1)}`);
}

function lineOfRow(row: OutboxRow): string {
  const { list } = decodeBatch(row.body);
  return lineOf({ ...row, from: recordOf(row), to: row.toRecord, records: list });
}
