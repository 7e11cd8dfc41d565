import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { CheckedTable } from './checked-table.ts';
import type { Connection } from './connection.ts';
import { memberRoles, type MemberCalls, type StoredMember, type StoredPresence } from './member-calls.ts';
import { NextId } from './next-id.ts';
import { isSameRow } from './same-row.ts';
import { storedChoice } from './stored-choice.ts';
import { storedDay } from './stored-day.ts';
import { storedText } from './stored-text.ts';
import { storedTime } from './stored-time.ts';
import { storedWhole } from './stored-whole.ts';
import { transact } from './transact.ts';

/** The highest id of a presence that was ever given. */
export const lastPresenceMark = 'member_presence_last_id';

const nameLengthMax = 100;

/** Members, and when they were there. */
export class MemberStore {
  readonly #connection: Connection;
  readonly #members;
  readonly #presences;
  readonly #nextId: NextId;
  readonly #allMembers;
  readonly #allPresences;
  readonly #removePresence;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#members = memberTable(connection);
    this.#presences = presenceTable(connection);
    this.#nextId = new NextId(connection, 'member_presence', lastPresenceMark);
    this.#allMembers = this.#members.query('ORDER BY length(id), id');
    this.#allPresences = this.#presences.query('ORDER BY arrival_day, id');
    this.#removePresence = connection.prepare<[number]>('DELETE FROM member_presence WHERE id = ?');
  }

  /** By their ids as numbers. Errors: `database_unreadable`. */
  list(): readonly StoredMember[] {
    return this.#allMembers({});
  }

  /** By their arrival. Errors: `database_unreadable`. */
  presences(): readonly StoredPresence[] {
    return this.#allPresences({});
  }

  /** Errors: `input_invalid` names what it is, and nothing is changed then; `database_unreadable`. */
  put(of: Parameters<MemberCalls['putMembers']>[0]): readonly number[] {
    const members = new Map(of.members.map((member) => [member.id, checkedMember(member)]));
    const given = of.presences.map(checkedPresence);
    const knownMembers = new Map(this.list().map((member) => [member.id, member]));
    const knownPresences = new Map(this.presences().map((presence) => [presence.id, presence]));
    assertWithin(new Set([...knownMembers.keys(), ...members.keys()]).size, 'members', limits.membersMax);
    for (const { id, member } of given) {
      if (!members.has(member) && !knownMembers.has(member)) throw invalid(`there is no member ${member}`);
      if (id !== 0 && !knownPresences.has(id)) throw invalid(`there is no presence ${id}`);
    }
    const gone = new Set([...of.removedPresences, ...given.map(({ id }) => id)]);
    const staying = [...knownPresences.values()].filter(({ id }) => !gone.has(id));
    assertApart([...staying, ...given]);
    let ids: readonly number[] = [];
    transact(this.#connection, () => {
      for (const [id, member] of members) {
        const known = knownMembers.get(id);
        if (known === undefined || !isSameRow(known, member)) this.#members.put(member);
      }
      for (const id of of.removedPresences) this.#removePresence.run(id);
      ids = given.map((presence) => this.#putPresence(presence, knownPresences.get(presence.id)));
    });
    return ids;
  }

  #putPresence(presence: StoredPresence, known: StoredPresence | undefined): number {
    const id = presence.id === 0 ? this.#nextId.take() : presence.id;
    if (known === undefined || !isSameRow(known, presence)) this.#presences.put({ ...presence, id });
    return id;
  }
}

export function memberTable(connection: Connection): CheckedTable<StoredMember> {
  return new CheckedTable<StoredMember>(connection, 'member', {
    id: 'id',
    name: 'name',
    role: 'role',
    addedMs: 'added_ms',
  });
}

export function presenceTable(connection: Connection): CheckedTable<StoredPresence> {
  return new CheckedTable<StoredPresence>(connection, 'member_presence', {
    id: 'id',
    member: 'member',
    arrival: 'arrival_day',
    leave: 'leave_day',
  });
}

/** Whether two presences of one member have a day in common. */
export function presencesOverlap(left: StoredPresence, right: StoredPresence): boolean {
  if (left.member !== right.member) return false;
  return endsAfter(left, right.arrival) && endsAfter(right, left.arrival);
}

function endsAfter({ leave }: StoredPresence, day: string): boolean {
  return leave === null || leave > day;
}

function assertApart(presences: readonly StoredPresence[]): void {
  assertWithin(presences.length, 'presences', limits.presencesMax);
  const inOrder = presences.toSorted(
    (left, right) => compare(left.member, right.member) || compare(left.arrival, right.arrival),
  );
  for (const [index, presence] of inOrder.entries()) {
    const next = inOrder[index + 1];
    if (next !== undefined && presencesOverlap(presence, next))
      throw invalid(`two presences of ${next.member} have ${next.arrival} in common`);
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

function assertWithin(count: number, what: string, max: number): void {
  if (count > max) throw invalid(`there would be ${count} ${what}; ${max} are the most`);
}

function checkedMember({ id, name, role, addedMs }: StoredMember): StoredMember {
  if (!/^[0-9]{1,20}$/.test(id)) throw invalid('the id of a member is no number of 1 to 20 digits');
  return {
    id,
    name: storedText(`the name of the member ${id}`, name, nameLengthMax),
    role: storedChoice(`the role of the member ${id}`, role, memberRoles),
    addedMs: storedTime(`when the member ${id} was added`, addedMs),
  };
}

function checkedPresence({ id, member, arrival, leave }: StoredPresence): StoredPresence {
  const what = `of ${member.slice(0, 20).toWellFormed()}`;
  const checked = {
    id: storedWhole('the id of a presence', id),
    member,
    arrival: storedDay(`an arrival ${what}`, arrival),
    leave: leave === null ? null : storedDay(`a day of leaving ${what}`, leave),
  };
  if (checked.leave !== null && checked.leave <= arrival)
    throw invalid(`a presence ${what} ends on ${checked.leave}, not after it begins`);
  return checked;
}

function invalid(why: string): GatewayError {
  return new GatewayError('input_invalid', `members cannot be stored: ${why}`);
}
