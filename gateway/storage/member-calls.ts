import type { TempoDay } from '../core/tempo-day.ts';

export const memberRoles = ['member', 'admin'] as const;

export type MemberRole = (typeof memberRoles)[number];

export interface StoredMember {
  /** Decimal: a Discord user’s id (snowflake), or a number of one’s own. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly role: MemberRole;
  readonly addedMs: number;
}

/** When somebody was there: from the arrival on, the day of leaving not among it. */
export interface StoredPresence {
  readonly id: number;
  readonly member: string;
  readonly arrival: TempoDay;
  /** null: still there. */
  readonly leave: TempoDay | null;
}

/** Somebody wants the server on. */
export interface StoredDerogation {
  readonly id: number;
  readonly member: string;
  /** UTC epoch ms; half-open. */
  readonly startMs: number;
  readonly endMs: number;
  readonly createdMs: number;
  /** null while it holds; else when it was taken back, and why. */
  readonly removedMs: number | null;
  readonly removedWhy: string | null;
}

/** What somebody owes for a calendar year. */
export interface StoredStatement {
  readonly year: number;
  readonly member: string;
  /** Of when it was made. */
  readonly name: string;
  readonly microEuros: number;
  readonly madeMs: number;
  /** null: not paid yet. */
  readonly paidDay: TempoDay | null;
}

/** Members and what they share: the part of `StoreCalls` about them. Each call is one transaction. */
export interface MemberCalls {
  listMembers(): readonly StoredMember[];
  /**
   * Members by id, presences by id (id 0: a new one), presences that go: all or nothing. Overlapping presences of one
   * member are `input_invalid`, as is one of nobody. Answers the ids of the presences, in the order given.
   */
  putMembers(of: {
    readonly members: readonly StoredMember[];
    readonly presences: readonly StoredPresence[];
    readonly removedPresences: readonly number[];
  }): readonly number[];
  listPresences(): readonly StoredPresence[];
  /** Answers its id, ascending. Errors: `not_found` (the member); `already_exists` when one of his that holds overlaps. */
  addDerogation(derogation: Omit<StoredDerogation, 'id' | 'removedMs' | 'removedWhy'>): number;
  /** Takes one back. False when there is none that holds. */
  removeDerogation(of: { readonly id: number; readonly atMs: number; readonly why: string }): boolean;
  /** Those that touch the range, removed ones too where asked, by start; at most `limits.derogationsMax`. */
  listDerogations(query: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly withRemoved: boolean;
  }): readonly StoredDerogation[];
  /** Instead of the year’s; one that is paid and not among them stays. */
  putStatements(year: number, statements: readonly StoredStatement[]): void;
  /** Of a year, or all; by year, then by member. */
  listStatements(year?: number): readonly StoredStatement[];
}
