/** What the gateway answers about those who share the server, as far as the page reads it. */

export interface Presence {
  /** `2026-01-31` */
  readonly arrival: string;
  /** Not in it; null: still there. */
  readonly leave: string | null;
}

export interface Member {
  readonly id: string;
  readonly name: string;
  readonly role: 'member' | 'admin';
  readonly presences: readonly Presence[];
}

/** A member and what he has to pay of the year so far. */
export interface MemberRow extends Member {
  readonly microEuros: number | null;
}

export interface Derogation {
  readonly id: number;
  readonly member: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** `day`: `today`, `tomorrow` or a date; hours as one writes them: `14`, `14:30`. */
export interface NewDerogation {
  readonly member: string;
  readonly day: string;
  readonly hourStart?: string;
  readonly hourEnd?: string;
}

export interface Statement {
  readonly year: number;
  readonly member: string;
  readonly name: string;
  readonly microEuros: number;
  readonly paidDay: string | null;
}

/** The shares of a year as far as it has come. */
export interface YearShares {
  readonly year: number;
  readonly shares: readonly { readonly member: string; readonly microEuros: number }[];
  readonly unassignedMicroEuros: number;
  readonly totalMicroEuros: number;
}
