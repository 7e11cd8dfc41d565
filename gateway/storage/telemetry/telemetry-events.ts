import { canonicalJson, type JsonValue } from '../../core/canonical-json.ts';
import { limits } from '../../core/limits.ts';
import type { Connection } from '../connection.ts';
import { assertRow, rowCheck } from '../row-check.ts';

/** A record that waits to be sealed. */
export interface WaitingRecord {
  readonly number: number;
  /** The commit after which it was noted: it comes before the next one. */
  readonly afterCommit: number;
  /** Canonical JSON. */
  readonly record: string;
}

interface EventRow extends WaitingRecord {
  readonly crc: number;
}

const columns = 'number, after_commit AS afterCommit, record, crc FROM telemetry_event';

/** What is to be told besides readings, in the order in which it was noted. */
export class TelemetryEvents {
  readonly #replace;
  readonly #list;
  readonly #last;
  readonly #remove;

  constructor(connection: Connection) {
    this.#replace = connection.prepare<EventRow>(
      `INSERT OR REPLACE INTO telemetry_event (number, after_commit, record, crc)
       VALUES ($number, $afterCommit, $record, $crc)`,
    );
    this.#list = connection.prepare<[number], EventRow>(`SELECT ${columns} ORDER BY number LIMIT ?`);
    this.#last = connection.prepare<[], EventRow>(`SELECT ${columns} ORDER BY number DESC LIMIT 1`);
    this.#remove = connection.prepare<[number]>('DELETE FROM telemetry_event WHERE number <= ?');
  }

  /** Those that nobody seals are as many as `limits.telemetryEventsMax`: the oldest go. */
  add(record: JsonValue | string, afterCommit: number): void {
    const number = (this.#last.get()?.number ?? 0) + 1;
    const text = typeof record === 'string' ? record : canonicalJson(record);
    this.#put({ number, afterCommit, record: text });
    this.#remove.run(number - limits.telemetryEventsMax);
  }

  /** Errors: `database_unreadable`. */
  last(): WaitingRecord | undefined {
    const row = this.#last.get();
    return row === undefined ? undefined : checkedRow(row);
  }

  replace(waiting: WaitingRecord, record: JsonValue): void {
    this.#put({ ...waiting, record: canonicalJson(record) });
  }

  /** Oldest first. Errors: `database_unreadable`. */
  list(rowsMax: number): readonly WaitingRecord[] {
    return this.#list.all(rowsMax).map(checkedRow);
  }

  /** Those up to that number are sealed. */
  remove(toNumber: number): void {
    this.#remove.run(toNumber);
  }

  #put({ number, afterCommit, record }: WaitingRecord): void {
    const crc = rowCheck('telemetry_event', [number, afterCommit, record]);
    this.#replace.run({ number, afterCommit, record, crc });
  }
}

function checkedRow({ crc, ...waiting }: EventRow): WaitingRecord {
  assertRow('telemetry_event', [waiting.number, waiting.afterCommit, waiting.record], crc);
  return waiting;
}
