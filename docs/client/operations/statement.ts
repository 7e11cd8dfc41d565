// Made by scripts/make-client.mjs from what the commands declare.
interface StatementShowInput {
  /** The newest that was made unless said */
  year?: number;
}

interface StatementShowOutput {
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

export interface StatementOperations {
  /** What each owes for a year, and whether he has paid. Needs the scope read. */
  'statement.show': { input: StatementShowInput; output: StatementShowOutput };
}
