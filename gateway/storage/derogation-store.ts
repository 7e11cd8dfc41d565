import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { CheckedTable } from './checked-table.ts';
import type { Connection } from './connection.ts';
import type { MemberCalls, StoredDerogation } from './member-calls.ts';
import { NextId } from './next-id.ts';
import { storedText } from './stored-text.ts';
import { storedTime } from './stored-time.ts';
import { transact } from './transact.ts';

/** The highest id of a derogation that was ever given. */
export const lastDerogationMark = 'derogation_last_id';

const whyLengthMax = 300;

/** Times for which somebody wants the server on. One that was taken back stays, with the reason. */
export class DerogationStore {
  readonly #connection: Connection;
  readonly #derogations;
  readonly #nextId: NextId;
  readonly #one;
  readonly #touching;
  readonly #ofMember;
  readonly #member;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#derogations = new CheckedTable<StoredDerogation>(connection, 'derogation', {
      id: 'id',
      member: 'member',
      startMs: 'start_ms',
      endMs: 'end_ms',
      createdMs: 'created_ms',
      removedMs: 'removed_ms',
      removedWhy: 'removed_why',
    });
    this.#nextId = new NextId(connection, 'derogation', lastDerogationMark);
    this.#one = this.#derogations.query('WHERE id = $id');
    this.#touching = this.#derogations.query(
      `WHERE start_ms < $toMs AND end_ms > $fromMs AND (removed_ms IS NULL OR $withRemoved = 1)
       ORDER BY start_ms, id LIMIT $rowsMax`,
    );
    this.#ofMember = this.#derogations.query(
      'WHERE member = $member AND removed_ms IS NULL AND start_ms < $endMs AND end_ms > $startMs LIMIT 1',
    );
    this.#member = connection.prepare<[string], number>('SELECT 1 FROM member WHERE id = ?').pluck();
  }

  /** Errors: `input_invalid`, `not_found`, `already_exists`, `database_unreadable`. */
  add(given: Parameters<MemberCalls['addDerogation']>[0]): number {
    const what = 'a derogation';
    const derogation = {
      member: given.member.toWellFormed(),
      startMs: storedTime(`the start of ${what}`, given.startMs),
      endMs: storedTime(`the end of ${what}`, given.endMs),
      createdMs: storedTime(`the time of ${what}`, given.createdMs),
    };
    if (derogation.endMs <= derogation.startMs)
      throw new GatewayError('input_invalid', `${what} ends before it begins`);
    if (this.#member.get(derogation.member) === undefined)
      throw new GatewayError('not_found', `there is no member ${derogation.member.slice(0, 20)}`, {
        hint: 'egw member list lists the members',
      });
    const [overlapping] = this.#ofMember(derogation);
    if (overlapping !== undefined)
      throw new GatewayError('already_exists', `${what} overlaps with number ${overlapping.id}`, {
        facts: { id: overlapping.id },
      });
    let id = 0;
    transact(this.#connection, () => {
      id = this.#nextId.take();
      this.#derogations.put({ ...derogation, id, removedMs: null, removedWhy: null });
    });
    return id;
  }

  /** Errors: `input_invalid`, `database_unreadable`. */
  remove({ id, atMs, why }: Parameters<MemberCalls['removeDerogation']>[0]): boolean {
    const [derogation] = this.#one({ id });
    if (derogation === undefined || derogation.removedMs !== null) return false;
    const removed = {
      removedMs: storedTime('when a derogation was taken back', atMs),
      removedWhy: storedText('why a derogation was taken back', why, whyLengthMax),
    };
    transact(this.#connection, () => this.#derogations.put({ ...derogation, ...removed }));
    return true;
  }

  /** Errors: `database_unreadable`. */
  list({
    fromMs,
    toMs,
    withRemoved,
  }: Parameters<MemberCalls['listDerogations']>[0]): readonly StoredDerogation[] {
    return this.#touching({
      fromMs,
      toMs,
      withRemoved: Number(withRemoved),
      rowsMax: limits.derogationsMax,
    });
  }
}
