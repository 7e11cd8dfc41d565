import type { MemberRole, StoredMember } from '../../storage/member-calls.ts';
import { refuse } from './refuse.ts';

type RoleHolder = Pick<StoredMember, 'id' | 'role'>;

/** The role in force: the first admin of the configuration is one, whatever is stored. */
export function roleOf({ id, role }: RoleHolder, firstAdmin: string | undefined): MemberRole {
  return id === firstAdmin ? 'admin' : role;
}

/** Whether nobody else is an admin. The first admin of the configuration counts, member or not. */
export function isLastAdmin(
  members: readonly RoleHolder[],
  member: RoleHolder,
  firstAdmin: string | undefined,
): boolean {
  if (roleOf(member, firstAdmin) !== 'admin') return false;
  if (firstAdmin !== undefined && firstAdmin !== member.id) return false;
  return members.every(({ id, role }) => id === member.id || role !== 'admin');
}

/** Errors: `forbidden` when there would be no admin any more, or the configuration makes him one. */
export function checkDemotion(
  members: readonly RoleHolder[],
  member: RoleHolder,
  firstAdmin: string | undefined,
): void {
  const { id } = member;
  checkNotFirst(id, firstAdmin);
  if (isLastAdmin(members, member, firstAdmin))
    throw refuse('last-admin', `${id} is the last admin, and stays one`, {
      hint: 'make somebody else an admin first: egw member role ID admin',
      facts: { member: id },
    });
}

/** Errors: `forbidden` when the configuration makes him an admin, member or not. */
export function checkNotFirst(id: string, firstAdmin: string | undefined): void {
  if (id !== firstAdmin) return;
  throw refuse('first-admin', `${id} is the first admin, by the configuration`, {
    hint: 'change members.firstAdmin',
    facts: { member: id },
  });
}
