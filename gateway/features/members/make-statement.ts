import { serverAccount } from '../../core/metered-day.ts';
import { addDays, tempoDayAt, tempoDayInterval } from '../../core/tempo-day.ts';
import type { StoredStatement } from '../../storage/member-calls.ts';
import { Account } from './account.ts';
import type { MembersPorts } from './members-ports.ts';
import { ratedDays } from './rated-days.ts';
import { refuse } from './refuse.ts';
import type { StatementMessage, StatementRecord } from './statement-record.ts';

const earliestYear = 2000;
const namedDaysMax = 5;

/** What a year comes to. */
export interface MadeStatement {
  readonly record: StatementRecord;
  readonly statements: readonly StoredStatement[];
}

/**
 * Shares out a calendar year of tariff days, or what is over of it. Who is told something else than before gets a message.
 * Errors: `input_invalid` while a price of it is not known, or nothing of it is over; those of the store.
 */
export async function makeStatement(
  ports: Pick<MembersPorts, 'store' | 'tempo'>,
  year: number,
  of: { readonly nowMs: number; readonly before: StatementRecord | undefined },
): Promise<MadeStatement> {
  const { store } = ports;
  const { nowMs, before } = of;
  const mark = await store.call('getMeterMark', serverAccount);
  const last = addDays(tempoDayAt(nowMs), -1);
  const range = { first: `${year}-01-01`, last: last < `${year}-12-31` ? last : `${year}-12-31` };
  checkYear(year, range.last, mark?.firstDay);
  const account = new Account();
  for await (const rated of ratedDays(ports, range)) account.add(rated);
  checkPriced(year, account);
  const names = new Map((await store.call('listMembers')).map(({ id, name }) => [id, name]));
  const earlier = await store.call('listStatements', year);
  // Who has paid stays there, even where he owes nothing any more.
  const paidDays = new Map(
    earlier.flatMap(({ member, paidDay }) => (paidDay === null ? [] : [[member, paidDay]])),
  );
  const ids = new Set([...account.memberIds(), ...paidDays.keys()]);
  const statements = [...ids].map((member) => ({
    ...{ year, member, name: names.get(member) ?? member },
    ...{ microEuros: account.member(member).microEuros, madeMs: nowMs },
    paidDay: paidDays.get(member) ?? null,
  }));
  const endMs = tempoDayInterval(`${year}-12-31`).endMs;
  const { total, unassigned, downDays } = account;
  const record = {
    ...{ year, madeMs: nowMs, downDays, isToTell: true, ...total },
    isFinal: nowMs >= endMs && mark !== undefined && mark.atMs >= endMs,
    unassignedMwh: unassigned.mwh,
    unassignedMicroEuros: unassigned.microEuros,
    messages: statements.map(({ member, microEuros }) =>
      messageTo({ member, microEuros, mwh: account.member(member).mwh }, before),
    ),
  };
  return { record, statements };
}

function messageTo(
  told: Pick<StatementMessage, 'member' | 'microEuros' | 'mwh'>,
  before: StatementRecord | undefined,
): StatementMessage {
  const known = before?.messages.find(({ member }) => member === told.member);
  if (known !== undefined && known.microEuros === told.microEuros && known.state !== 'failed')
    return { ...known, mwh: told.mwh };
  return { ...told, state: 'waiting', tries: 0, nextMs: 0, problem: null };
}

function checkYear(year: number, last: string, firstDay: string | undefined): void {
  const facts = { year };
  if (!Number.isSafeInteger(year) || year < earliestYear || `${year}-01-01` > last)
    throw refuse('year-to-come', `nothing of ${year} is over that could be shared out`, {
      hint: 'give a year of which a tariff day is over',
      facts,
    });
  if (firstDay === undefined || firstDay > last)
    throw refuse('nothing-metered', `nothing was metered in ${year}`, {
      hint: firstDay === undefined ? 'name the plug: server.meter' : `the accounts begin on ${firstDay}`,
      facts,
    });
}

function checkPriced(year: number, { unpricedDays, unpriced }: Account): void {
  const [first] = unpriced;
  if (first === undefined) return;
  const days = unpriced.slice(0, namedDaysMax).map(({ day }) => day);
  const named = `${days.join(', ')}${unpricedDays > days.length ? ` and ${unpricedDays - days.length} more` : ''}`;
  throw refuse('days-unpriced', `${year} cannot be shared out: not known is what ${named} cost`, {
    hint: `${first.why}; give a colour with egw tempo set DAY COLOUR, prices with egw tempo prices import FILE`,
    facts: { year, days: named, count: unpricedDays },
  });
}
