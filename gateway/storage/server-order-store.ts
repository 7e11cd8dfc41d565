import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { CheckedTable } from './checked-table.ts';
import type { Connection } from './connection.ts';
import { NextId } from './next-id.ts';
import { readSound } from './read-sound.ts';
import { isSameRow } from './same-row.ts';
import {
  serverOrderStates,
  type NewServerOrder,
  type ServerCalls,
  type StoredServerOrder,
} from './server-calls.ts';
import { storedChoice } from './stored-choice.ts';
import { storedText } from './stored-text.ts';
import { storedTime } from './stored-time.ts';
import { storedWhole } from './stored-whole.ts';
import { transact } from './transact.ts';

/** The highest id of an order that was ever given. */
export const lastServerOrderMark = 'server_order_last_id';

export type OpenServerOrderState = 'waiting' | 'sending' | 'sent';

const openStates: readonly OpenServerOrderState[] = ['waiting', 'sending', 'sent'];
const [byLengthMax, reasonLengthMax, problemLengthMax] = [200, 16_384, 1_000];

/** Decisions to switch the server, the newest of which counts: at most one is open. */
export class ServerOrderStore {
  readonly #connection: Connection;
  readonly #orders;
  readonly #nextId: NextId;
  readonly #one;
  readonly #newest;
  readonly #open;
  readonly #prune;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#orders = new CheckedTable<StoredServerOrder>(connection, 'server_order', {
      id: 'id',
      wanted: 'wanted',
      cause: 'cause',
      by: 'decided_by',
      decidedMs: 'decided_ms',
      reason: 'reason',
      state: 'state',
      tries: 'tries',
      sentMs: 'sent_ms',
      endedMs: 'ended_ms',
      problem: 'problem',
    });
    this.#nextId = new NextId(connection, 'server_order', lastServerOrderMark);
    this.#one = this.#orders.query('WHERE id = $id');
    this.#newest = this.#orders.query('WHERE id < $beforeId ORDER BY id DESC LIMIT $rowsMax');
    this.#open = connection
      .prepare<[string], number>(
        'SELECT id FROM server_order WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id',
      )
      .pluck();
    this.#prune = connection.prepare<[number]>('DELETE FROM server_order WHERE id <= ?');
  }

  /** The same as the newest one again answers its id. Errors: `input_invalid`, `database_unreadable`. */
  add(order: NewServerOrder): number {
    const added = checkedOrder(order);
    const [newest] = this.list({ rowsMax: 1 });
    if (newest !== undefined && isSameRow({ ...added, id: newest.id }, newest)) return newest.id;
    let id = 0;
    transact(this.#connection, () => {
      this.end({ state: 'superseded', atMs: added.decidedMs, problem: null });
      id = this.#nextId.take();
      this.#orders.put({ ...added, id });
      this.#prune.run(id - limits.serverOrdersKeptMax);
    });
    return id;
  }

  /** Errors: `not_found`, `input_invalid`, `database_unreadable`. */
  update(order: StoredServerOrder): void {
    const [known] = this.#one({ id: order.id });
    if (known === undefined)
      throw new GatewayError('not_found', `there is no order ${order.id} to the server`, {
        hint: 'egw server orders lists them',
      });
    const changed = { ...checkedOrder(order), id: order.id };
    if (!isSameRow(changed, known)) transact(this.#connection, () => this.#orders.put(changed));
  }

  /** Errors: `database_unreadable`. */
  list({
    beforeId = Number.MAX_SAFE_INTEGER,
    rowsMax,
  }: Parameters<ServerCalls['listServerOrders']>[0]): readonly StoredServerOrder[] {
    return this.#newest({ beforeId, rowsMax });
  }

  /**
   * Ends those that are open, in the caller's transaction; without a problem theirs stays. Answers how many. A damaged
   * row is left to salvaging.
   */
  end({
    states = openStates,
    state,
    atMs,
    problem,
  }: {
    readonly states?: readonly OpenServerOrderState[];
    readonly state: 'failed' | 'superseded';
    readonly atMs: number;
    readonly problem: string | null;
  }): number {
    const open = this.#open.all(JSON.stringify(states));
    const orders = open.flatMap((id) => readSound(() => this.#one({ id })) ?? []);
    for (const order of orders)
      this.#orders.put({ ...order, state, endedMs: atMs, problem: problem ?? order.problem });
    return orders.length;
  }
}

function checkedOrder(order: NewServerOrder): NewServerOrder {
  const { sentMs, endedMs, problem } = order;
  return {
    wanted: storedChoice('what an order wants', order.wanted, ['on', 'off']),
    cause: storedChoice('the cause of an order', order.cause, ['policy', 'person', 'ups']),
    by: storedText('who gave an order', order.by, byLengthMax),
    decidedMs: storedTime('when an order was decided', order.decidedMs),
    reason: storedText('the reason of an order', order.reason, reasonLengthMax),
    state: storedChoice('the state of an order', order.state, serverOrderStates),
    tries: storedWhole('the tries of an order', order.tries),
    sentMs: sentMs === null ? null : storedTime('when an order was sent', sentMs),
    endedMs: endedMs === null ? null : storedTime('when an order ended', endedMs),
    // What others say may be long.
    problem: problem === null ? null : problem.slice(0, problemLengthMax).toWellFormed(),
  };
}
