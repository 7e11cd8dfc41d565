import type { AlertCalls, StoredDelivery } from './alert-calls.ts';
import type { Connection } from './connection.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';

/** The highest id of a delivery that was ever given. */
export const lastDeliveryMark = 'alert_delivery_last_id';

/** A delivery as its table has it. */
export interface DeliveryRow extends StoredDelivery {
  /** How often it was begun and ended. */
  readonly steps: number;
}

type CheckedRow = DeliveryRow & { readonly crc: number };
type Asked = Omit<Parameters<AlertCalls['listDeliveries']>[0], 'rowsMax'>;

const columns = `id, alert, notifier, recipient, due_ms AS dueMs, state, tries, unclear, begun_ms AS begunMs,
  ended_ms AS endedMs, reason, receipt, steps, crc FROM alert_delivery`;
const conditions: Readonly<Record<keyof Asked, string>> = {
  alert: 'alert = $alert',
  notifier: 'notifier = $notifier',
  state: 'state = $state',
  beforeId: 'id < $beforeId',
};

/** What is sent to whom, and what became of it: rows, each with its check. */
export class DeliveryTable {
  readonly #connection: Connection;
  readonly #highest;
  readonly #one;
  readonly #due;
  readonly #nextMs;
  readonly #ofAlert;
  readonly #openIds;
  readonly #insert;
  readonly #update;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#highest = connection.prepare<[], number | null>('SELECT max(id) FROM alert_delivery').pluck();
    this.#one = connection.prepare<[number], CheckedRow>(`SELECT ${columns} WHERE id = ?`);
    this.#due = connection.prepare<Parameters<AlertCalls['dueDeliveries']>[0], CheckedRow>(
      `SELECT ${columns} AS waiting WHERE state = 'queued' AND notifier = $notifier AND due_ms <= $nowMs
       ORDER BY (SELECT severity FROM alert WHERE alert.id = waiting.alert) = 'safety' DESC, due_ms, id
       LIMIT $rowsMax`,
    );
    this.#nextMs = connection
      .prepare<[string], number | null>(
        "SELECT min(due_ms) FROM alert_delivery WHERE state = 'queued' AND notifier = ?",
      )
      .pluck();
    this.#ofAlert = connection.prepare<[number], CheckedRow>(`SELECT ${columns} WHERE alert = ? ORDER BY id`);
    this.#openIds = connection
      .prepare<[], number>("SELECT id FROM alert_delivery WHERE state IN ('queued', 'sending') ORDER BY id")
      .pluck();
    this.#insert = connection.prepare<CheckedRow>(
      `INSERT INTO alert_delivery (id, alert, notifier, recipient, due_ms, state, tries, unclear, begun_ms,
         ended_ms, reason, receipt, steps, crc)
       VALUES ($id, $alert, $notifier, $recipient, $dueMs, $state, $tries, $unclear, $begunMs,
         $endedMs, $reason, $receipt, $steps, $crc)`,
    );
    this.#update = connection.prepare<CheckedRow>(
      `UPDATE alert_delivery SET due_ms = $dueMs, state = $state, tries = $tries, unclear = $unclear,
         begun_ms = $begunMs, ended_ms = $endedMs, reason = $reason, receipt = $receipt, steps = $steps, crc = $crc
       WHERE id = $id`,
    );
  }

  /** The highest id that is there, or was given before and is marked. */
  lastId(markedId: number): number {
    return Math.max(markedId, this.#highest.get() ?? 0);
  }

  /** Errors: `database_unreadable`. */
  find(id: number): DeliveryRow | undefined {
    const row = this.#one.get(id);
    return row === undefined ? undefined : checkedRow(row);
  }

  /** Those of safety first, then those that have waited longest. Errors: `database_unreadable`. */
  due(query: Parameters<AlertCalls['dueDeliveries']>[0]): readonly DeliveryRow[] {
    return this.#due.all(query).map(checkedRow);
  }

  nextMs(notifier: string): number | null {
    return this.#nextMs.get(notifier) ?? null;
  }

  /** All of an alert. Errors: `database_unreadable`. */
  ofAlert(alert: number): readonly DeliveryRow[] {
    return this.#ofAlert.all(alert).map(checkedRow);
  }

  /** Those that wait or are being sent. */
  openIds(): readonly number[] {
    return this.#openIds.all();
  }

  /** Newest first. Errors: `database_unreadable`. */
  list({ rowsMax, ...asked }: Parameters<AlertCalls['listDeliveries']>[0]): readonly DeliveryRow[] {
    const names = (Object.keys(conditions) as (keyof Asked)[]).filter((name) => asked[name] !== undefined);
    const where = names.length === 0 ? '' : `WHERE ${names.map((name) => conditions[name]).join(' AND ')}`;
    return this.#connection
      .prepare<object, CheckedRow>(`SELECT ${columns} ${where} ORDER BY id DESC LIMIT $rowsMax`)
      .all({ ...asked, rowsMax })
      .map(checkedRow);
  }

  /** In the caller's transaction. */
  add(delivery: DeliveryRow): void {
    this.#insert.run({ ...delivery, crc: rowCheck('alert_delivery', cellsOf(delivery)) });
  }

  /** How far it has come; all else is never changed. In the caller's transaction. */
  put(delivery: DeliveryRow): void {
    this.#update.run({ ...delivery, crc: rowCheck('alert_delivery', cellsOf(delivery)) });
  }
}

function cellsOf(row: DeliveryRow): readonly Cell[] {
  return [
    row.id,
    row.alert,
    row.notifier,
    row.recipient,
    row.dueMs,
    row.state,
    row.tries,
    row.unclear,
    row.begunMs,
    row.endedMs,
    row.reason,
    row.receipt,
    row.steps,
  ];
}

function checkedRow({ crc, ...row }: CheckedRow): DeliveryRow {
  assertRow('alert_delivery', cellsOf(row), crc);
  return row;
}
