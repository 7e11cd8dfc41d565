import { limits } from '../core/limits.ts';
import type { AccessCalls, SecurityEvent } from './access-calls.ts';
import type { Connection } from './connection.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';
import { transact } from './transact.ts';

const togetherMs = 3_600_000;

interface EventRow extends SecurityEvent {
  readonly number: number;
  readonly crc: number;
}

const columns =
  'number, first_ms AS firstMs, last_ms AS lastMs, kind, origin, detail, count, crc FROM security_event';

/** What happened to the doors: the same within an hour is one event; as many as `limits.securityEventsMax`. */
export class SecurityEventStore {
  readonly #connection: Connection;
  readonly #replace;
  readonly #alike;
  readonly #forget;
  readonly #list;
  readonly #last;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#replace = connection.prepare<EventRow>(
      `INSERT OR REPLACE INTO security_event (number, first_ms, last_ms, kind, origin, detail, count, crc)
       VALUES ($number, $firstMs, $lastMs, $kind, $origin, $detail, $count, $crc)`,
    );
    this.#alike = connection.prepare<[string, string, string], EventRow>(
      `SELECT ${columns} WHERE kind = ? AND origin = ? AND detail = ? ORDER BY number DESC LIMIT 1`,
    );
    this.#forget = connection.prepare('DELETE FROM security_event WHERE number <= ?');
    this.#list = connection.prepare<[number, number], EventRow>(
      `SELECT ${columns} WHERE last_ms < ? ORDER BY last_ms DESC, number DESC LIMIT ?`,
    );
    this.#last = connection.prepare<[], number | null>('SELECT max(number) FROM security_event').pluck();
  }

  note(given: Parameters<AccessCalls['noteSecurityEvent']>[0]): void {
    const [kind, origin, detail] = [given.kind, given.origin, given.detail].map((text) =>
      text.toWellFormed(),
    );
    const event = { kind: kind ?? '', origin: origin ?? '', detail: detail ?? '' };
    const [atMs, more] = [Math.round(given.atMs), given.count ?? 1];
    transact(this.#connection, () => {
      const alike = this.#alike.get(event.kind, event.origin, event.detail);
      if (alike !== undefined && Math.abs(atMs - alike.firstMs) < togetherMs) {
        const { number, firstMs, lastMs, count } = checkedRow(alike);
        this.#put({
          ...event,
          number,
          firstMs,
          lastMs: Math.max(lastMs, atMs),
          count: count + more,
        });
        return;
      }
      const number = (this.#last.get() ?? 0) + 1;
      this.#put({ ...event, number, firstMs: atMs, lastMs: atMs, count: more });
      this.#forget.run(number - limits.securityEventsMax);
    });
  }

  /** Newest first. Errors: `database_unreadable`. */
  list({
    beforeMs,
    rowsMax,
  }: {
    readonly beforeMs: number;
    readonly rowsMax: number;
  }): readonly SecurityEvent[] {
    return this.#list.all(beforeMs, rowsMax).map((row) => {
      const { firstMs, lastMs, kind, origin, detail, count } = checkedRow(row);
      return { firstMs, lastMs, kind, origin, detail, count };
    });
  }

  #put(event: Omit<EventRow, 'crc'>): void {
    this.#replace.run({ ...event, crc: rowCheck('security_event', cellsOf(event)) });
  }
}

function cellsOf({
  number,
  firstMs,
  lastMs,
  kind,
  origin,
  detail,
  count,
}: Omit<EventRow, 'crc'>): readonly Cell[] {
  return [number, firstMs, lastMs, kind, origin, detail, count];
}

function checkedRow(row: EventRow): EventRow {
  assertRow('security_event', cellsOf(row), row.crc);
  return row;
}
