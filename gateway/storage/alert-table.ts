import type { AlertCalls, NewAlert, StoredAlert } from './alert-calls.ts';
import type { Connection } from './connection.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';

/** The highest id of an alert that was ever given. */
export const lastAlertMark = 'alert_last_id';

export type AlertKey = Pick<NewAlert, 'rule' | 'subject' | 'episodeMs' | 'kind' | 'sequence'>;

/** An alert as its table has it. */
export interface AlertRow extends StoredAlert {
  /** Its deliveries have the ids from there on, one after the other. */
  readonly firstDelivery: number;
  /** To whom, by notifier, recipient and due time: JSON. */
  readonly told: string;
  /** What was begun and ended of its deliveries, in all. */
  readonly steps: number;
}

type CheckedRow = AlertRow & { readonly crc: number };

export interface AlertKeyRow extends AlertKey {
  readonly alert: number;
}

type Asked = Omit<Parameters<AlertCalls['listAlerts']>[0], 'rowsMax'>;

const columns = `id, rule, subject, episode_ms AS episodeMs, kind, sequence, at_ms AS atMs, noted_ms AS notedMs,
  severity, facts, first_delivery AS firstDelivery, told, steps, acknowledged_ms AS acknowledgedMs,
  acknowledged_by AS acknowledgedBy, crc FROM alert`;
const keyColumns = 'rule, subject, episode_ms AS episodeMs, kind, sequence, alert, crc FROM alert_key';
const conditions: Readonly<Record<keyof Asked, string>> = {
  beforeId: 'id < $beforeId',
  rule: 'rule = $rule',
  subject: 'subject = $subject',
  kind: 'kind = $kind',
  fromMs: 'at_ms >= $fromMs',
  toMs: 'at_ms < $toMs',
};

/** Alerts and their keys: rows, each with its check. */
export class AlertTable {
  readonly #connection: Connection;
  readonly #highest;
  readonly #one;
  readonly #insert;
  readonly #update;
  readonly #key;
  readonly #keys;
  readonly #ids;
  readonly #newestKey;
  readonly #replaceKey;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#highest = connection.prepare<[], number | null>('SELECT max(id) FROM alert').pluck();
    this.#one = connection.prepare<[number], CheckedRow>(`SELECT ${columns} WHERE id = ?`);
    this.#insert = connection.prepare<CheckedRow>(
      `INSERT INTO alert (id, rule, subject, episode_ms, kind, sequence, at_ms, noted_ms, severity, facts,
         first_delivery, told, steps, acknowledged_ms, acknowledged_by, crc)
       VALUES ($id, $rule, $subject, $episodeMs, $kind, $sequence, $atMs, $notedMs, $severity, $facts,
         $firstDelivery, $told, $steps, $acknowledgedMs, $acknowledgedBy, $crc)`,
    );
    this.#update = connection.prepare<AlertRow & { readonly crc: number }>(
      `UPDATE alert SET steps = $steps, acknowledged_ms = $acknowledgedMs, acknowledged_by = $acknowledgedBy, crc = $crc
       WHERE id = $id`,
    );
    this.#key = connection.prepare<AlertKey, AlertKeyRow & { readonly crc: number }>(
      `SELECT ${keyColumns} WHERE rule = $rule AND subject = $subject AND episode_ms = $episodeMs AND kind = $kind
         AND sequence = $sequence`,
    );
    this.#keys = connection.prepare<[], AlertKeyRow & { readonly crc: number }>(
      `SELECT ${keyColumns} ORDER BY rule, subject, episode_ms, alert`,
    );
    this.#ids = connection.prepare<[], number>('SELECT id FROM alert ORDER BY id').pluck();
    this.#newestKey = connection.prepare<[string, string], AlertKeyRow & { readonly crc: number }>(
      `SELECT ${keyColumns} WHERE rule = ? AND subject = ? AND kind <> 'test'
       ORDER BY episode_ms DESC, alert DESC LIMIT 1`,
    );
    this.#replaceKey = connection.prepare<AlertKeyRow & { readonly crc: number }>(
      `INSERT OR REPLACE INTO alert_key (rule, subject, episode_ms, kind, sequence, alert, crc)
       VALUES ($rule, $subject, $episodeMs, $kind, $sequence, $alert, $crc)`,
    );
  }

  /** The highest id that is there, or was given before and is marked. */
  lastId(markedId: number): number {
    return Math.max(markedId, this.#highest.get() ?? 0);
  }

  /** Errors: `database_unreadable`. */
  find(id: number): AlertRow | undefined {
    const row = this.#one.get(id);
    return row === undefined ? undefined : checkedAlert(row);
  }

  /** The id of the alert with this key, also when it is lost since. Errors: `database_unreadable`. */
  idOf({ rule, subject, episodeMs, kind, sequence }: AlertKey): number | undefined {
    const row = this.#key.get({ rule, subject, episodeMs, kind, sequence });
    return row === undefined ? undefined : checkedKey(row).alert;
  }

  /** Ascending. */
  ids(): readonly number[] {
    return this.#ids.all();
  }

  /** Of each rule and subject in turn, the newest last. Errors: `database_unreadable`. */
  keys(): readonly AlertKeyRow[] {
    return this.#keys.all().map(checkedKey);
  }

  /** Of the newest episode of a rule and subject, the newest. Errors: `database_unreadable`. */
  newestOf(rule: string, subject: string): AlertKeyRow | undefined {
    const row = this.#newestKey.get(rule, subject);
    return row === undefined ? undefined : checkedKey(row);
  }

  /** Newest first. Errors: `database_unreadable`. */
  list({ rowsMax, ...asked }: Parameters<AlertCalls['listAlerts']>[0]): readonly AlertRow[] {
    const names = (Object.keys(conditions) as (keyof Asked)[]).filter((name) => asked[name] !== undefined);
    const where = names.length === 0 ? '' : `WHERE ${names.map((name) => conditions[name]).join(' AND ')}`;
    const ids = `SELECT id FROM alert ${where} ORDER BY id DESC LIMIT $rowsMax`;
    return this.#connection
      .prepare<object, CheckedRow>(`SELECT ${columns} WHERE id IN (${ids}) ORDER BY id DESC`)
      .all({ ...asked, rowsMax })
      .map(checkedAlert);
  }

  /** In the caller's transaction, with its key. */
  add(alert: AlertRow): void {
    this.#insert.run({ ...alert, crc: rowCheck('alert', alertCells(alert)) });
    this.putKey(alert, alert.id);
  }

  /** Its steps and who has seen to it; all else is never changed. In the caller's transaction. */
  put(alert: AlertRow): void {
    this.#update.run({ ...alert, crc: rowCheck('alert', alertCells(alert)) });
  }

  /** In the caller's transaction. */
  putKey({ rule, subject, episodeMs, kind, sequence }: AlertKey, alert: number): void {
    const row = { rule, subject, episodeMs, kind, sequence, alert };
    this.#replaceKey.run({ ...row, crc: rowCheck('alert_key', keyCells(row)) });
  }
}

function alertCells(row: AlertRow): readonly Cell[] {
  return [
    row.id,
    row.rule,
    row.subject,
    row.episodeMs,
    row.kind,
    row.sequence,
    row.atMs,
    row.notedMs,
    row.severity,
    row.facts,
    row.firstDelivery,
    row.told,
    row.steps,
    row.acknowledgedMs,
    row.acknowledgedBy,
  ];
}

function keyCells({ rule, subject, episodeMs, kind, sequence, alert }: AlertKeyRow): readonly Cell[] {
  return [rule, subject, episodeMs, kind, sequence, alert];
}

function checkedAlert({ crc, ...row }: CheckedRow): AlertRow {
  assertRow('alert', alertCells(row), crc);
  return row;
}

function checkedKey({ crc, ...row }: AlertKeyRow & { readonly crc: number }): AlertKeyRow {
  assertRow('alert_key', keyCells(row), crc);
  return row;
}
