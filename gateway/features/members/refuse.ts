import { GatewayError, type ErrorCode } from '../../core/errors.ts';

/** Why a member is not given what he asks for: stable words for programs, in `facts.reason`, and the error's code. */
const codes = {
  'admin-only': 'forbidden',
  'already-present': 'already_exists',
  'date-in-the-future': 'input_invalid',
  'date-unreadable': 'input_invalid',
  'day-not-red': 'input_invalid',
  'days-unpriced': 'input_invalid',
  'derogation-overlaps': 'already_exists',
  'derogation-over': 'input_invalid',
  'end-before-start': 'input_invalid',
  'first-admin': 'forbidden',
  'hour-not-there': 'input_invalid',
  'hour-unreadable': 'input_invalid',
  'in-the-past': 'input_invalid',
  'last-admin': 'forbidden',
  'leave-before-arrival': 'input_invalid',
  'member-needed': 'input_invalid',
  'name-unreadable': 'input_invalid',
  'not-on-the-server': 'not_found',
  'not-present': 'input_invalid',
  'not-your-derogation': 'forbidden',
  'not-yourself': 'forbidden',
  'nothing-metered': 'input_invalid',
  'presence-overlaps': 'already_exists',
  'time-not-known': 'clock_untrusted',
  'too-far-ahead': 'input_invalid',
  'too-late-to-remove': 'forbidden',
  'too-many': 'limit_reached',
  'unknown-derogation': 'not_found',
  'unknown-member': 'not_found',
  'unknown-statement': 'not_found',
  'year-to-come': 'input_invalid',
} as const satisfies Record<string, ErrorCode>;

export type MemberRefusal = keyof typeof codes;

/** All of them: whoever puts them into words has words for each. */
export const memberRefusals = Object.keys(codes) as readonly MemberRefusal[];

interface RefusalDetail {
  /** What can be done. */
  readonly hint: string;
  /** What the message is made of. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

/** The error for it; the message is for people, in English. */
export function refuse(
  reason: MemberRefusal,
  message: string,
  { hint, facts = {} }: RefusalDetail,
): GatewayError {
  return new GatewayError(codes[reason], message, { hint, facts: { ...facts, reason } });
}

export function unknownMember(id: string): GatewayError {
  return refuse('unknown-member', `there is no member ${id}`, {
    hint: 'member list shows them; member add ID lets somebody in',
    facts: { member: id },
  });
}
