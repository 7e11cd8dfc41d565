import { limits } from '../core/limits.ts';
import type { Connection } from './connection.ts';
import type { ControlRecord, IntentState, StoredControls, StoredIntent } from './store-calls.ts';
import { transact } from './transact.ts';

/** Open until the device is known to be back, or to have another set point in its place. */
const openStates = "'intended', 'applied', 'reverting', 'failed'";

/** The journal of what devices were told. Closed intents are kept up to `limits.controlIntentsMax`. */
export class ControlStore {
  readonly #connection: Connection;
  readonly #open;
  readonly #move;
  readonly #charge;
  readonly #setMode;
  readonly #forget;
  readonly #selectOpen;
  readonly #selectWrites;
  readonly #selectModes;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#open = connection.prepare<StoredIntent>(
      `INSERT OR IGNORE INTO control_intent
         (id, device, control, value, source, principal, boot_id, opened_ms, lease_until_ms, state,
          before)
       VALUES ($id, $device, $control, $value, $source, $principal, $bootId, $openedMs, $leaseUntilMs, $state,
         $before)`,
    );
    this.#move = connection.prepare<[IntentState, string]>(
      'UPDATE control_intent SET state = ? WHERE id = ?',
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
    this.#selectOpen = connection.prepare<[], StoredIntent>(
      `SELECT id, device, control, value, source, principal, boot_id AS bootId, opened_ms AS openedMs,
         lease_until_ms AS leaseUntilMs, state, before
       FROM control_intent WHERE state IN (${openStates}) ORDER BY number`,
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
        this.#open.run(open);
        this.#forget.run(limits.controlIntentsMax);
      }
      for (const { id, state } of moves) this.#move.run(state, id);
      if (writes !== undefined) this.#charge.run(writes);
      if (mode !== undefined) this.#setMode.run(mode.device, mode.mode);
    });
  }

  load(): StoredControls {
    return {
      open: this.#selectOpen.all(),
      writes: this.#selectWrites.all(),
      modes: this.#selectModes.all(),
    };
  }
}
