import { refuse } from './refuse.ts';

/** Who asks, as far as it matters here: a `Principal` of a command. */
export interface Asker {
  readonly kind: string;
  /** Of a member: `member:<id>`. */
  readonly id: string;
  readonly scopes: ReadonlySet<string>;
}

const memberPrefix = 'member:';

/** Id of the member who speaks for himself; undefined: it is somebody else who asks. */
export function memberOf({ kind, id }: Asker): string | undefined {
  return kind === 'member' && id.startsWith(memberPrefix) ? id.slice(memberPrefix.length) : undefined;
}

export function isAdmin({ scopes }: Asker): boolean {
  return scopes.has('admin');
}

/**
 * Whom a call is about: the member that it names, or whoever asks. Members act for themselves, admins for all, and so does
 * whoever has the scope `admin`. undefined: none is named, and it is no member who asks. Errors: `forbidden`.
 */
export function memberMeant(asker: Asker, named: string | undefined): string | undefined {
  const himself = memberOf(asker);
  const meant = named ?? himself;
  if (meant === undefined || meant === himself || isAdmin(asker)) return meant;
  if (himself === undefined) throw adminOnly('acting for a member');
  throw refuse('not-yourself', `${himself} may act for himself alone, not for ${meant}`, {
    hint: 'ask an admin',
    facts: { member: meant },
  });
}

/** The same, where a member is needed. Errors: `forbidden`; `input_invalid` where it is not said who. */
export function mayActFor(asker: Asker, named: string | undefined): string {
  const member = memberMeant(asker, named);
  if (member !== undefined) return member;
  throw refuse('member-needed', 'for whom is not said', {
    hint: 'give member: the id that member list shows',
  });
}

/** Errors: `forbidden`, unless the caller is an admin. */
export function mustBeAdmin(asker: Asker, what: string): void {
  if (!isAdmin(asker)) throw adminOnly(what);
}

function adminOnly(what: string): Error {
  return refuse('admin-only', `${what} is for admins`, {
    hint: 'ask an admin, or use a token that has the scope admin',
    facts: { scope: 'admin', what },
  });
}
