import { frenchDateAt } from '../../core/tempo-day.ts';
import { OneAtATime } from '../../engine/one-at-a-time.ts';
import type { MemberRole, StoredMember, StoredPresence } from '../../storage/member-calls.ts';
import { isAdmin, mayActFor, memberOf, mustBeAdmin, type Asker } from './may-act-for.ts';
import type { MembersPorts } from './members-ports.ts';
import type { MembersSettings } from './members-section.ts';
import { noteChange } from './note-change.ts';
import { arrive, changeDate, isEmpty, isPresent, leave } from './presence-rules.ts';
import { readPastDay } from './read-day.ts';
import { readName } from './read-name.ts';
import { refuse, unknownMember } from './refuse.ts';
import { checkDemotion, checkNotFirst, isLastAdmin, roleOf } from './role-rules.ts';

/** A member as he is shown: with the role in force, and when he was there, oldest first. */
export interface MemberFacts extends StoredMember {
  /** By the configuration: nobody can take that from him. */
  readonly isFirstAdmin: boolean;
  readonly isPresent: boolean;
  readonly presences: readonly StoredPresence[];
}

/** One change of dates of a member. */
export interface DateChange {
  readonly member: string;
  readonly which: 'arrival' | 'leave';
  readonly date: string;
}

/**
 * Who shares the server, with which role, and when they were there. Errors, of all that change something: those of
 * {@link refuse}, `clock_untrusted`, and of the store.
 */
export class MemberRegister {
  readonly #ports: MembersPorts;
  readonly #settings: MembersSettings;
  readonly #onChange: () => void;
  readonly #turns = new OneAtATime();

  /** @param onChange somebody has come or gone */
  constructor(ports: MembersPorts, settings: MembersSettings, onChange: () => void) {
    this.#ports = ports;
    this.#settings = settings;
    this.#onChange = onChange;
  }

  get firstAdmin(): string | undefined {
    return this.#settings.firstAdmin;
  }

  async list(): Promise<readonly MemberFacts[]> {
    const { store } = this.#ports;
    const [members, presences] = [await store.call('listMembers'), await store.call('listPresences')];
    return members.map((member) =>
      this.#describe(
        member,
        presences.filter((one) => one.member === member.id),
      ),
    );
  }

  /** Errors: `not_found`. */
  async show(id: string): Promise<MemberFacts> {
    const found = (await this.list()).find((member) => member.id === id);
    if (found !== undefined) return found;
    throw unknownMember(id);
  }

  /** Somebody comes, for the first time or again; today unless a day is given. With a note where it is not known whether he is on Discord. */
  async add(
    of: { readonly id: string; readonly name?: string; readonly arrival?: string },
    asker: Asker,
  ): Promise<{ readonly member: MemberFacts; readonly note: string | null }> {
    mustBeAdmin(asker, 'letting somebody in');
    const { id, arrival } = of;
    const name = of.name === undefined ? undefined : readName(of.name);
    const { guild, hasGuild } = this.#ports;
    const onServer = hasGuild ? await guild.holds(id) : 'yes';
    if (onServer === 'no')
      throw refuse('not-on-the-server', `${id} is not on the Discord server`, {
        hint: 'invite him there first, or check the id',
        facts: { member: id },
      });
    await this.#turns.run(async () => {
      const known = (await this.list()).find((member) => member.id === id);
      const nowMs = this.#nowMs();
      const day = arrival === undefined ? frenchDateAt(nowMs) : readPastDay('arrival', arrival, nowMs);
      const presence = arrive(known?.presences ?? [], id, day);
      const fresh = { id, name: id, role: 'member', addedMs: nowMs } as const;
      const member = {
        ...(known === undefined ? fresh : stored(known)),
        ...(name !== undefined && { name }),
      };
      await this.#put(known === undefined || name !== undefined ? [member] : [], [presence]);
      await this.#note(asker, 'member.arrived', `${id} from ${day} on`);
    });
    this.#onChange();
    const note = onServer === 'unknown' ? 'whether he is on the Discord server is not known' : null;
    return { member: await this.show(id), note };
  }

  /** Somebody goes, today unless an admin says when: that day does not count any more. He is no admin after that. */
  async leave(
    { id, leave: day }: { readonly id: string; readonly leave?: string },
    asker: Asker,
  ): Promise<MemberFacts> {
    mayActFor(asker, id);
    if (day !== undefined && !isAdmin(asker))
      throw refuse('admin-only', 'saying on which day somebody left is for admins', {
        hint: 'leave the day out to leave today, or ask an admin',
        facts: { what: 'the day' },
      });
    await this.#turns.run(async () => {
      const members = await this.list();
      const known = await this.show(id);
      const nowMs = this.#nowMs();
      const date = day === undefined ? frenchDateAt(nowMs) : readPastDay('leave', day, nowMs);
      const presence = leave(known.presences, id, date);
      await this.#put(this.#demoted(known, members), [presence]);
      await this.#note(asker, 'member.left', `${id} on ${date}`);
    });
    this.#onChange();
    return await this.show(id);
  }

  /** Of the newest presence; who was there until now and is said to have left is no admin after that, either. */
  async changeDate({ member: id, which, date }: DateChange, asker: Asker): Promise<MemberFacts> {
    mustBeAdmin(asker, 'changing dates');
    await this.#turns.run(async () => {
      const members = await this.list();
      const known = await this.show(id);
      const { presences } = known;
      const day = readPastDay('date', date, this.#nowMs());
      const before = presences.at(-1);
      const after = changeDate(presences, id, { which, day });
      const isLeaving = before?.leave === null && after.leave !== null;
      await this.#put(isLeaving ? this.#demoted(known, members) : [], [after]);
      const was = which === 'arrival' ? before?.arrival : before?.leave;
      await this.#note(asker, 'member.dates', `${which} of ${id}: ${day}, was ${was ?? 'open'}`);
    });
    this.#onChange();
    return await this.show(id);
  }

  async setRole(id: string, role: MemberRole, asker: Asker): Promise<MemberFacts> {
    mustBeAdmin(asker, 'changing roles');
    await this.#turns.run(async () => {
      const members = await this.#ports.store.call('listMembers');
      if (role === 'member' && members.every((one) => one.id !== id))
        checkNotFirst(id, this.#settings.firstAdmin);
      const known = await this.show(id);
      if (known.role === role) return;
      if (role === 'member') checkDemotion(members, known, this.#settings.firstAdmin);
      await this.#put([{ ...stored(known), role }], []);
      await this.#note(asker, 'member.role', `${id}: ${role}, was ${known.role}`);
    });
    return await this.show(id);
  }

  async rename(id: string, given: string, asker: Asker): Promise<MemberFacts> {
    if (memberOf(asker) !== id) mustBeAdmin(asker, 'renaming a member');
    const name = readName(given);
    await this.#turns.run(async () => {
      const known = await this.show(id);
      if (known.name === name) return;
      await this.#put([{ ...stored(known), name }], []);
      await this.#note(asker, 'member.name', `${id}: ${name}, was ${known.name}`);
    });
    return await this.show(id);
  }

  /** What is to be stored of who leaves. Errors: `forbidden` where others stay without an admin. */
  #demoted(leaving: MemberFacts, members: readonly MemberFacts[]): readonly StoredMember[] {
    const { firstAdmin } = this.#settings;
    const others = members.filter(({ id, isPresent: isThere }) => id !== leaving.id && isThere);
    if (others.length > 0 && isLastAdmin(members, leaving, firstAdmin) && !leaving.isFirstAdmin)
      checkDemotion(members, leaving, firstAdmin);
    const isAdminStill = leaving.role === 'admin' && !leaving.isFirstAdmin;
    return isAdminStill ? [{ ...stored(leaving), role: 'member' }] : [];
  }

  #describe(member: StoredMember, presences: readonly StoredPresence[]): MemberFacts {
    const { firstAdmin } = this.#settings;
    const today = frenchDateAt(this.#ports.clock.wall());
    return {
      ...member,
      role: roleOf(member, firstAdmin),
      isFirstAdmin: member.id === firstAdmin,
      isPresent: presences.some((presence) => isPresent(presence, today)),
      presences: presences.toSorted((left, right) => (left.arrival < right.arrival ? -1 : 1)),
    };
  }

  async #put(members: readonly StoredMember[], presences: readonly StoredPresence[]): Promise<void> {
    await this.#ports.store.call('putMembers', {
      members,
      presences: presences.filter((one) => !isEmpty(one)),
      removedPresences: presences.filter((one) => isEmpty(one) && one.id > 0).map(({ id }) => id),
    });
  }

  async #note({ id: by }: Asker, action: string, detail: string): Promise<void> {
    await noteChange(this.#ports, { by, action, detail });
  }

  #nowMs(): number {
    const { clock, isTimeKnown } = this.#ports;
    if (isTimeKnown()) return clock.wall();
    throw refuse('time-not-known', 'it is not known what day it is', {
      hint: 'try again when the clock is set',
    });
  }
}

/** As it is stored: the role of the first admin is that of the configuration, and is not written down. */
function stored({ id, name, role, addedMs, isFirstAdmin }: MemberFacts): StoredMember {
  return { id, name, role: isFirstAdmin ? 'member' : role, addedMs };
}
