// Made by scripts/make-client.mjs from what the commands declare.
interface StatementMakeInput {
  /** A calendar year of tariff days */
  year: number;
}

interface StatementMakeOutput {
  year: number;
  /** Those that were made */
  years: number[];
  /** null: this year was not made yet */
  madeMs: number | null;
  /** Nothing of the year is to come */
  isFinal: boolean;
  /** By member */
  statements: {
    member: string;
    name: string;
    /** What he owes */
    euros: string;
    /** Millionths of a euro */
    microEuros: number;
    paidDay: string | null;
    /** What is still to be paid: after paying, what his share was changed by since; negative: he paid too much */
    openMicroEuros: number;
    /** waiting, sending, sent, unclear or failed; null: there is none */
    message: string | null;
    /** Why he was not told */
    problem: string | null;
  }[];
  /** mWh */
  mwh: number;
  /** Millionths of a euro */
  microEuros: number;
  /** mWh */
  unassignedMwh: number;
  /** Millionths of a euro */
  unassignedMicroEuros: number;
  downDays: number;
}

interface StatementPaidInput {
  /** A calendar year of tariff days */
  year: number;
  /** Id of the member */
  member: string;
  /** Today unless said: 2025-01-10 */
  day?: string;
}

interface StatementPaidOutput {
  year: number;
  /** Those that were made */
  years: number[];
  /** null: this year was not made yet */
  madeMs: number | null;
  /** Nothing of the year is to come */
  isFinal: boolean;
  /** By member */
  statements: {
    member: string;
    name: string;
    /** What he owes */
    euros: string;
    /** Millionths of a euro */
    microEuros: number;
    paidDay: string | null;
    /** What is still to be paid: after paying, what his share was changed by since; negative: he paid too much */
    openMicroEuros: number;
    /** waiting, sending, sent, unclear or failed; null: there is none */
    message: string | null;
    /** Why he was not told */
    problem: string | null;
  }[];
  /** mWh */
  mwh: number;
  /** Millionths of a euro */
  microEuros: number;
  /** mWh */
  unassignedMwh: number;
  /** Millionths of a euro */
  unassignedMicroEuros: number;
  downDays: number;
}

interface StatementUnpaidInput {
  /** A calendar year of tariff days */
  year: number;
  /** Id of the member */
  member: string;
}

interface StatementUnpaidOutput {
  year: number;
  /** Those that were made */
  years: number[];
  /** null: this year was not made yet */
  madeMs: number | null;
  /** Nothing of the year is to come */
  isFinal: boolean;
  /** By member */
  statements: {
    member: string;
    name: string;
    /** What he owes */
    euros: string;
    /** Millionths of a euro */
    microEuros: number;
    paidDay: string | null;
    /** What is still to be paid: after paying, what his share was changed by since; negative: he paid too much */
    openMicroEuros: number;
    /** waiting, sending, sent, unclear or failed; null: there is none */
    message: string | null;
    /** Why he was not told */
    problem: string | null;
  }[];
  /** mWh */
  mwh: number;
  /** Millionths of a euro */
  microEuros: number;
  /** mWh */
  unassignedMwh: number;
  /** Millionths of a euro */
  unassignedMicroEuros: number;
  downDays: number;
}

export interface StatementChangesOperations {
  /** Share out a year, or share it out anew: who has paid has paid. Needs the scope admin. */
  'statement.make': { input: StatementMakeInput; output: StatementMakeOutput };
  /** Note that somebody has paid. Needs the scope admin. */
  'statement.paid': { input: StatementPaidInput; output: StatementPaidOutput };
  /** Take back that somebody has paid. Needs the scope admin. */
  'statement.unpaid': { input: StatementUnpaidInput; output: StatementUnpaidOutput };
}
