import { GatewayError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { CheckedTable } from './checked-table.ts';
import type { Connection } from './connection.ts';
import type { StoredStatement } from './member-calls.ts';
import { isSameRow } from './same-row.ts';
import { storedDay } from './stored-day.ts';
import { storedText } from './stored-text.ts';
import { storedTime } from './stored-time.ts';
import { storedWhole } from './stored-whole.ts';
import { transact } from './transact.ts';

const nameLengthMax = 100;

/** What members owe, by years. What somebody has paid is never forgotten. */
export class StatementStore {
  readonly #connection: Connection;
  readonly #statements;
  readonly #ofYear;
  readonly #all;
  readonly #remove;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#statements = new CheckedTable<StoredStatement>(connection, 'statement', {
      year: 'year',
      member: 'member',
      name: 'name',
      microEuros: 'micro_euros',
      madeMs: 'made_ms',
      paidDay: 'paid_day',
    });
    this.#ofYear = this.#statements.query('WHERE year = $year ORDER BY length(member), member');
    this.#all = this.#statements.query('ORDER BY year, length(member), member');
    this.#remove = connection.prepare<[number, string]>(
      'DELETE FROM statement WHERE year = ? AND member = ?',
    );
  }

  /** Errors: `input_invalid` names the statement, and nothing is changed then; `database_unreadable`. */
  put(year: number, statements: readonly StoredStatement[]): void {
    if (statements.length > limits.membersMax)
      throw invalid(`${statements.length} for ${year}; ${limits.membersMax} are the most`);
    const known = new Map(this.#ofYear({ year }).map((row) => [row.member, row]));
    const rows = new Map(statements.map((given) => [given.member, checkedStatement(year, given)]));
    if (rows.size < statements.length) throw invalid(`somebody is there twice for ${year}`);
    const gone = [...known.values()].filter((row) => !rows.has(row.member) && row.paidDay === null);
    transact(this.#connection, () => {
      for (const { member } of gone) this.#remove.run(year, member);
      for (const [member, row] of rows) {
        const before = known.get(member);
        if (before === undefined || !isSameRow(before, row)) this.#statements.put(row);
      }
    });
  }

  /** Errors: `database_unreadable`. */
  list(year?: number): readonly StoredStatement[] {
    return year === undefined ? this.#all({}) : this.#ofYear({ year });
  }
}

function checkedStatement(year: number, given: StoredStatement): StoredStatement {
  const { member, paidDay } = given;
  if (!/^[0-9]{1,20}$/.test(member)) throw invalid('the id of a member is no number of 1 to 20 digits');
  if (given.year !== year || !Number.isSafeInteger(year) || year < 1970 || year > 9999)
    throw invalid(`the one of ${member} for ${given.year} is among those for ${year}`);
  return {
    year,
    member,
    name: storedText(`the name of the member ${member}`, given.name, nameLengthMax),
    microEuros: storedWhole(`the amount of ${member}`, given.microEuros, Number.MIN_SAFE_INTEGER),
    madeMs: storedTime(`when the statement of ${member} was made`, given.madeMs),
    paidDay: paidDay === null ? null : storedDay(`when ${member} paid`, paidDay),
  };
}

function invalid(why: string): GatewayError {
  return new GatewayError('input_invalid', `statements cannot be stored: ${why}`);
}
