import type { StoredAlertState } from './alert-calls.ts';
import type { Connection } from './connection.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';

type CheckedRow = StoredAlertState & { readonly crc: number };

const columns = `rule, subject, state, since_ms AS sinceMs, alerted_ms AS alertedMs, reminders,
  unknown_since_ms AS unknownSinceMs, observed_to_ms AS observedToMs, crc FROM alert_state`;

/** Where rules stand of their subjects: rows, each with its check. */
export class AlertStateTable {
  readonly #all;
  readonly #one;
  readonly #replace;
  readonly #remove;

  constructor(connection: Connection) {
    this.#all = connection.prepare<[], CheckedRow>(`SELECT ${columns} ORDER BY rule, subject`);
    this.#one = connection.prepare<[string, string], CheckedRow>(
      `SELECT ${columns} WHERE rule = ? AND subject = ?`,
    );
    this.#replace = connection.prepare<CheckedRow>(
      `INSERT OR REPLACE INTO alert_state (rule, subject, state, since_ms, alerted_ms, reminders, unknown_since_ms,
         observed_to_ms, crc)
       VALUES ($rule, $subject, $state, $sinceMs, $alertedMs, $reminders, $unknownSinceMs, $observedToMs, $crc)`,
    );
    this.#remove = connection.prepare<[string, string]>(
      'DELETE FROM alert_state WHERE rule = ? AND subject = ?',
    );
  }

  /** By rule and subject. Errors: `database_unreadable`. */
  all(): readonly StoredAlertState[] {
    return this.#all.all().map(checkedRow);
  }

  /** Errors: `database_unreadable`. */
  find(rule: string, subject: string): StoredAlertState | undefined {
    const row = this.#one.get(rule, subject);
    return row === undefined ? undefined : checkedRow(row);
  }

  put(state: StoredAlertState): void {
    this.#replace.run({ ...state, crc: rowCheck('alert_state', cellsOf(state)) });
  }

  remove(rule: string, subject: string): void {
    this.#remove.run(rule, subject);
  }
}

function cellsOf(state: StoredAlertState): readonly Cell[] {
  const { rule, subject, sinceMs, alertedMs, reminders, unknownSinceMs, observedToMs } = state;
  return [rule, subject, state.state, sinceMs, alertedMs, reminders, unknownSinceMs, observedToMs];
}

function checkedRow({ crc, ...state }: CheckedRow): StoredAlertState {
  assertRow('alert_state', cellsOf(state), crc);
  return state;
}
