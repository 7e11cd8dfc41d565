import { limits } from '../core/limits.ts';
import type { Connection } from './connection.ts';
import { assertRow, rowCheck, type Cell } from './row-check.ts';
import type { ControlRecord, IntentState, StoredControls, StoredIntent } from './store-calls.ts';
import { transact } from './transact.ts';

/** Open until the device is known to be back, or to have another set point in its place. */
const openStates = "'intended', 'applied', 'reverting', 'failed'";

const columns = `id, device, control, value, source, principal, boot_id AS bootId, opened_ms AS openedMs,
  lease_until_ms AS leaseUntilMs, state, before, crc`;

interface CheckedIntent extends StoredIntent {
  readonly crc: number | null;
}

function cellsOf(intent: StoredIntent): readonly Cell[] {
  const { id, device, control, value, source, principal, bootId, openedMs, leaseUntilMs } = intent;
  const { state, before } = intent;
  return [id, device, control, value, source, principal, bootId, openedMs, leaseUntilMs, state, before];
}

function checkOf(intent: StoredIntent): number {
  return rowCheck('control_intent', cellsOf(intent));
}

function checked({ crc, ...intent }: CheckedIntent): StoredIntent {
  assertRow('control_intent', cellsOf(intent), crc);
  return intent;
}

/** The journal of what devices were told. Closed intents are kept up to `limits.controlIntentsMax`. */
export class ControlStore {
  readonly #connection: Connection;
  readonly #open;
  readonly #select;
  readonly #move;
  readonly #charge;
  readonly #setMode;
  readonly #forget;
  readonly #selectOpen;
  readonly #selectWrites;
  readonly #selectModes;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#open = connection.prepare<CheckedIntent>(
      `INSERT OR IGNORE INTO control_intent
         (id, device, control, value, source, principal, boot_id, opened_ms, lease_until_ms, state,
          before, crc)
       VALUES ($id, $device, $control, $value, $source, $principal, $bootId, $openedMs, $leaseUntilMs, $state,
         $before, $crc)`,
    );
    this.#select = connection.prepare<[string], CheckedIntent>(
      `SELECT ${columns} FROM control_intent WHERE id = ?`,
    );
    this.#move = connection.prepare<[IntentState, number, string]>(
      'UPDATE control_intent SET state = ?, crc = ? WHERE id = ?',
    );
    this.#charge = connection.prepare<NonNullable<ControlRecord['writes']>>(
      `INSERT INTO control_writes (device, control, year, count) VALUES ($device, $control, $year, $count)
       ON CONFLICT DO UPDATE SET count = max(count, excluded.count)`,
    );
    this.#setMode = connection.prepare('INSERT OR REPLACE INTO control_mode (device, mode) VALUES (?, ?)');
    this.#forget = connection.prepare(
      `DELETE FROM control_intent WHERE state NOT IN (${openStates})
       AND number <= (SELECT max(number) FROM control_intent) - ?`,
    );
    this.#selectOpen = connection.prepare<[], CheckedIntent>(
      `SELECT ${columns} FROM control_intent WHERE state IN (${openStates}) ORDER BY number`,
    );
    this.#selectWrites = connection.prepare<[], NonNullable<ControlRecord['writes']>>(
      'SELECT device, control, year, count FROM control_writes ORDER BY device, control, year',
    );
    this.#selectModes = connection.prepare<[], NonNullable<ControlRecord['mode']>>(
      'SELECT device, mode FROM control_mode ORDER BY device',
    );
  }

  /** All of it in one transaction; the same again changes nothing. */
  record({ open, moves = [], writes, mode }: ControlRecord): void {
    transact(this.#connection, () => {
      if (open !== undefined) {
        const intent = { ...open, value: open.value === null ? null : open.value + 0 };
        this.#open.run({ ...intent, crc: checkOf(intent) });
        this.#forget.run(limits.controlIntentsMax);
      }
      for (const { id, state } of moves) {
        const intent = this.#select.get(id);
        if (intent !== undefined) this.#move.run(state, checkOf({ ...checked(intent), state }), id);
      }
      if (writes !== undefined) this.#charge.run(writes);
      if (mode !== undefined) this.#setMode.run(mode.device, mode.mode);
    });
  }

  /** Errors: `database_unreadable`. */
  load(): StoredControls {
    return {
      open: this.#selectOpen.all().map(checked),
      writes: this.#selectWrites.all(),
      modes: this.#selectModes.all(),
    };
  }
}
