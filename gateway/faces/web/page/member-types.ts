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

export interface Derogation {
  readonly id: number;
  /** Its id. */
  readonly member: string;
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
  readonly member: string;
  readonly name: string;
  readonly microEuros: number;
  readonly paidDay: string | null;
  /** Still to be paid; negative: too much was. */
  readonly openMicroEuros: number;
}

/** A year whose statements were made. */
export interface StatementYear {
  readonly year: number;
  /** All of them. */
  readonly years: readonly number[];
  readonly isFinal: boolean;
  readonly statements: readonly Statement[];
  readonly unassignedMicroEuros: number;
}

/** Tariff days until now, and what of them is whose. */
export interface PeriodShares {
  /** `2026-01-01` */
  readonly firstDay: string;
  readonly exact: { readonly microEuros: number; readonly unassignedMicroEuros: number };
  readonly shares: readonly { readonly member: string; readonly microEuros: number }[];
  readonly unpricedDays: number;
}
