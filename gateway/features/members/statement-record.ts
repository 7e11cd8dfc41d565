/**
 * A message to a member. `waiting`: to be sent. `sending`: on its way, or cut off there. `sent`: he has it. `unclear`: it
 * may have come; it is not sent again. `failed`: given up.
 */
export type StatementMessageState = 'waiting' | 'sending' | 'sent' | 'unclear' | 'failed';

export interface StatementMessage {
  readonly member: string;
  /** What it says. */
  readonly microEuros: number;
  readonly mwh: number;
  readonly state: StatementMessageState;
  readonly tries: number;
  /** Not before, UTC epoch ms. */
  readonly nextMs: number;
  /** Why it was not sent. */
  readonly problem: string | null;
}

/** What is kept of a year besides what each owes. */
export interface StatementRecord {
  readonly year: number;
  readonly madeMs: number;
  /** Of the whole year, with nothing of it to come. */
  readonly isFinal: boolean;
  readonly mwh: number;
  readonly microEuros: number;
  readonly unassignedMwh: number;
  readonly unassignedMicroEuros: number;
  readonly downDays: number;
  /** Whether those who follow alerts are still to be told. */
  readonly isToTell: boolean;
  readonly messages: readonly StatementMessage[];
}

/** Name of the setting that holds it. */
export function recordName(year: number): string {
  return `statement.${year}`;
}

/** undefined: there is none, or it cannot be read; the year is then made anew. */
export function parseRecord(text: string | undefined): StatementRecord | undefined {
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as Partial<StatementRecord> | null;
    const isWhole = Number.isSafeInteger(record?.madeMs) && Number.isSafeInteger(record?.microEuros);
    return isWhole && Array.isArray(record?.messages) ? (record as StatementRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** A record as it is after a restart: what was on its way then may have come. */
export function afterRestart(record: StatementRecord): StatementRecord {
  return {
    ...record,
    messages: record.messages.map((one) => (one.state === 'sending' ? { ...one, state: 'unclear' } : one)),
  };
}
