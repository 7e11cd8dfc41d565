import { Type, type Static } from 'typebox';
import { compareIds, eurosText } from '../../core/micro-euros.ts';
import { tempoDayInterval } from '../../core/tempo-day.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../command.ts';
import { closed, instant, nullable, oneOf } from '../schema.ts';
import { explainDay, type ExplainedInterval } from './explain-day.ts';
import { memberOf } from './may-act-for.ts';
import type { MembersPorts } from './members-ports.ts';
import { openOf } from './paid-amounts.ts';
import { readDay } from './read-day.ts';
import { unknownMember } from './refuse.ts';
import type { Statements } from './statements.ts';
import { statistics, statisticsPeriods, type PeriodAccount, type StatisticsPeriod } from './statistics.ts';

export interface CostSharingPorts {
  readonly members: Pick<MembersPorts, 'clock' | 'store' | 'tempo'>;
  readonly statements: Statements;
}

const answerMsMax = 60_000;
const mwhPerKwh = 1_000_000;
const microEurosPerEuro = 1_000_000;
/** So is a day shown of which nothing is known, in the answer that other programs know. */
const downSign = -1;

const mwh = Type.Integer({ description: 'mWh' });
const microEuros = Type.Integer({ description: 'Millionths of a euro' });
const amounts = {
  consumption: Type.Number({ description: 'kWh; -1: nothing is known of that time' }),
  price: Type.Number({ description: 'Euros, of the days whose price is known' }),
};
const periodFacts = closed({
  period: Type.String(),
  firstDay: Type.String({ description: 'The first tariff day, 06:00 to 06:00' }),
  lastDay: Type.String({ description: 'The last one, in it' }),
  server: closed(amounts),
  user: nullable(
    closed({
      ...amounts,
      derogation: closed({ number_of_derog: Type.Integer(), ...amounts }),
    }),
  ),
  exact: closed({
    mwh,
    microEuros,
    estimatedMwh: mwh,
    unassignedMwh: mwh,
    unassignedMicroEuros: microEuros,
    userMwh: nullable(mwh),
    userMicroEuros: nullable(microEuros),
    userDerogationMwh: nullable(mwh),
    userDerogationMicroEuros: nullable(microEuros),
  }),
  shares: Type.Array(closed({ member: Type.String(), mwh, microEuros }), {
    description: 'Of all members that bear any of it, by id; with the unassigned part they add up to it',
  }),
  days: Type.Integer(),
  downDays: Type.Integer({ description: 'Days of which nothing is known: they cost nothing' }),
  unpricedDays: Type.Integer({ description: 'Days whose price is not known: the cost is without them' }),
});

const askedPeriods = ['all', ...statisticsPeriods, 'derogations_year', 'derogations_total'] as const;
const periodsOf: Readonly<Record<string, StatisticsPeriod>> = {
  derogations_year: 'year',
  derogations_total: 'global',
};

const stats = defineCommand({
  id: 'stats.show',
  summary: 'What the server took and cost, and the part of a member',
  scope: 'read',
  input: closed({
    period: oneOf(askedPeriods, {
      default: 'all',
      description: 'Tariff days until now; global: since the accounts begin; week: since Monday',
    }),
    user: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,20}$', maxLength: 20, description: 'Id of a member' }),
    ),
  }),
  output: closed({
    atMs: instant(),
    user: nullable(Type.String()),
    periods: Type.Array(periodFacts),
  }),
  http: { method: 'GET', path: '/api/v1/stats', answerMsMax },
  cli: { verb: 'stats', list: 'periods' },
  run: async ({ members }: CostSharingPorts, input, { principal, signal }) => {
    const himself = memberOf(principal);
    const user = input.user ?? himself ?? null;
    if (user !== null && user !== himself) await checkMember(members, user);
    const nowMs = members.clock.wall();
    const wanted = input.period === 'all' ? statisticsPeriods : [periodOf(input.period)];
    const found = await statistics(members, wanted, { nowMs, signal });
    const periods = found.map((one) => describePeriod(one, user));
    return {
      ...{ atMs: nowMs, user },
      periods: periods.map((one) => (input.period === 'all' ? one : { ...one, period: input.period })),
    };
  },
});

const statementFacts = closed({
  year: Type.Integer(),
  years: Type.Array(Type.Integer(), { description: 'Those that were made' }),
  madeMs: nullable(instant({ description: 'null: this year was not made yet' })),
  isFinal: Type.Boolean({ description: 'Nothing of the year is to come' }),
  statements: Type.Array(
    closed({
      member: Type.String(),
      name: Type.String(),
      euros: Type.String({ description: 'What he owes' }),
      microEuros,
      paidDay: nullable(Type.String()),
      openMicroEuros: Type.Integer({
        description:
          'What is still to be paid: after paying, what his share was changed by since; negative: he paid too much',
      }),
      message: nullable(
        Type.String({ description: 'waiting, sending, sent, unclear or failed; null: there is none' }),
      ),
      problem: nullable(Type.String({ description: 'Why he was not told' })),
    }),
    { description: 'By member' },
  ),
  mwh,
  microEuros,
  unassignedMwh: mwh,
  unassignedMicroEuros: microEuros,
  downDays: Type.Integer(),
});

const statementShow = defineCommand({
  id: 'statement.show',
  summary: 'What each owes for a year, and whether he has paid',
  scope: 'read',
  input: closed({
    year: Type.Optional(
      Type.Integer({ minimum: 2000, maximum: 9999, description: 'The newest that was made unless said' }),
    ),
  }),
  output: statementFacts,
  http: { method: 'GET', path: '/api/v1/statements' },
  cli: { verb: 'statement show', list: 'statements', formats: ['table', 'csv', 'json'] },
  run: async ({ statements }: CostSharingPorts, input) =>
    await describeYear(statements, input.year ?? (await statements.newestYear())),
});

const year = Type.Integer({ minimum: 2000, maximum: 9999, description: 'A calendar year of tariff days' });

const statementMake = defineCommand({
  id: 'statement.make',
  summary: 'Share out a year, or share it out anew: who has paid has paid',
  scope: 'admin',
  input: closed({ year }),
  output: statementFacts,
  http: { method: 'POST', path: '/api/v1/statements/:year', answerMsMax },
  cli: { verb: 'statement make', positionals: ['year'], list: 'statements' },
  run: async ({ statements }: CostSharingPorts, input, { principal }) => {
    await statements.make(input.year, principal);
    return await describeYear(statements, input.year);
  },
});

const member = Type.String({
  pattern: '^[0-9]{1,20}$',
  maxLength: 20,
  description: 'Id of the member',
  examples: ['190000000000000001'],
});

const statementPaid = defineCommand({
  id: 'statement.paid',
  summary: 'Note that somebody has paid',
  scope: 'admin',
  input: closed({
    year,
    member,
    day: Type.Optional(Type.String({ maxLength: 40, description: 'Today unless said: 2025-01-10' })),
  }),
  output: statementFacts,
  http: { method: 'PUT', path: '/api/v1/statements/:year/:member' },
  cli: { verb: 'statement paid', positionals: ['year', 'member'], list: 'statements' },
  run: async ({ statements }: CostSharingPorts, input, { principal }) => {
    await statements.paid(input, principal);
    return await describeYear(statements, input.year);
  },
});

const statementUnpaid = defineCommand({
  id: 'statement.unpaid',
  summary: 'Take back that somebody has paid',
  scope: 'admin',
  input: closed({ year, member }),
  output: statementFacts,
  http: { method: 'DELETE', path: '/api/v1/statements/:year/:member/paid' },
  cli: { verb: 'statement unpaid', positionals: ['year', 'member'], list: 'statements' },
  run: async ({ statements }: CostSharingPorts, input, { principal }) => {
    await statements.unpaid(input, principal);
    return await describeYear(statements, input.year);
  },
});

const unmade = {
  ...{ madeMs: null, isFinal: false, mwh: 0, microEuros: 0, downDays: 0 },
  ...{ unassignedMwh: 0, unassignedMicroEuros: 0 },
};
const unsent = { state: null, problem: null };

const price = nullable(Type.Integer({ description: 'Millionths of a euro per kWh' }));
const said = { colour: Type.String(), state: Type.String(), provider: Type.String(), heardMs: instant() };

const explain = defineCommand({
  id: 'tempo.explain',
  summary: 'How the amounts of a tariff day come about, down to what the meter said',
  scope: 'read',
  input: closed({ day: Type.String({ maxLength: 40, description: 'The tariff day: 2025-01-10' }) }),
  output: closed({
    day: Type.String(),
    startMs: instant(),
    endMs: instant(),
    colour: nullable(
      closed({ ...said, before: Type.Array(closed(said), { description: 'Corrected, oldest first' }) }),
    ),
    prices: closed({ peak: price, offPeak: price, source: nullable(Type.String()) }),
    intervals: Type.Array(
      closed({
        band: Type.String(),
        startMs: instant(),
        endMs: instant(),
        kind: Type.String(),
        startTotalMwh: nullable(mwh),
        endTotalMwh: nullable(mwh),
        mwh: nullable(mwh),
        microEurosPerKwh: price,
      }),
    ),
    mwh,
    microEuros: nullable(microEuros),
    problem: nullable(Type.String({ description: 'Why the cost is not known' })),
    basis: oneOf(['derogations', 'presence', 'unassigned']),
    present: Type.Array(Type.String(), { description: 'Ids of the members that are there' }),
    derogations: Type.Array(
      closed({
        id: Type.Integer(),
        member: Type.String(),
        startMs: instant(),
        endMs: instant(),
        removedWhy: nullable(Type.String()),
      }),
    ),
    shares: Type.Array(closed({ member: Type.String(), mwh, microEuros: nullable(microEuros) })),
    lines: Type.Array(Type.String(), { description: 'All of it, step by step' }),
  }),
  http: { method: 'GET', path: '/api/v1/tempo/days/:day/explanation' },
  cli: { verb: 'tempo explain', positionals: ['day'] },
  run: async ({ members }: CostSharingPorts, input) => {
    const day = readDay('day', input.day);
    const { rated, colour, prices, priceSource, intervals, derogations, lines } = await explainDay(
      members,
      day,
    );
    return {
      ...{ day, ...tempoDayInterval(day), mwh: rated.whole.mwh ?? 0 },
      colour:
        colour === undefined ? null : { ...describeSaid(colour), before: colour.before.map(describeSaid) },
      prices: { peak: prices.peak, offPeak: prices['off-peak'], source: priceSource },
      intervals: intervals.map(describeInterval),
      ...{ microEuros: rated.cost.microEuros, problem: rated.cost.problem, basis: rated.basis },
      present: [...rated.present],
      derogations: derogations.map(({ id, member, startMs, endMs, removedWhy }) => ({
        ...{ id, member, startMs, endMs, removedWhy },
      })),
      shares: [...rated.shares].map(([member, share]) => ({ member, ...share })),
      lines: [...lines],
    };
  },
});

export const costSharingCommands = [
  stats,
  statementShow,
  statementMake,
  statementPaid,
  explain,
  statementUnpaid,
] as const;

/** The commands about what the server cost each, with what they need. */
export function bindCostSharingCommands(ports: CostSharingPorts): readonly BoundCommand[] {
  return [
    bindCommand(stats, ports),
    bindCommand(statementShow, ports),
    bindCommand(statementMake, ports),
    bindCommand(statementPaid, ports),
    bindCommand(statementUnpaid, ports),
    bindCommand(explain, ports),
  ];
}

/** Errors: `not_found`. */
async function checkMember({ store }: CostSharingPorts['members'], id: string): Promise<void> {
  if ((await store.call('listMembers')).some((one) => one.id === id)) return;
  throw unknownMember(id);
}

function periodOf(asked: string): StatisticsPeriod {
  return periodsOf[asked] ?? (asked as StatisticsPeriod);
}

function describePeriod(
  { period, first, last, account }: PeriodAccount,
  user: string | null,
): Static<typeof periodFacts> {
  const { total, unassigned, estimatedMwh, days, downDays, unpricedDays, isDown } = account;
  const own = user === null ? undefined : account.member(user);
  const shown = (of: { readonly mwh: number; readonly microEuros: number }) => ({
    consumption: isDown ? downSign : of.mwh / mwhPerKwh,
    price: of.microEuros / microEurosPerEuro,
  });
  return {
    ...{ period, firstDay: first, lastDay: last, server: shown(total) },
    user:
      own === undefined
        ? null
        : {
            ...shown(own),
            derogation: { number_of_derog: own.derogation.ids.length, ...shown(own.derogation) },
          },
    exact: {
      ...{ ...total, estimatedMwh },
      ...{ unassignedMwh: unassigned.mwh, unassignedMicroEuros: unassigned.microEuros },
      ...{ userMwh: own?.mwh ?? null, userMicroEuros: own?.microEuros ?? null },
      userDerogationMwh: own?.derogation.mwh ?? null,
      userDerogationMicroEuros: own?.derogation.microEuros ?? null,
    },
    shares: account
      .memberIds()
      .toSorted(compareIds)
      .map((id) => {
        const { mwh: ownMwh, microEuros: ownMicroEuros } = account.member(id);
        return { member: id, mwh: ownMwh, microEuros: ownMicroEuros };
      }),
    ...{ days, downDays, unpricedDays },
  };
}

async function describeYear(of: Statements, asked: number): Promise<Static<typeof statementFacts>> {
  const { years, statements, record, paidAmounts } = await of.show(asked);
  const sums = record ?? unmade;
  return {
    ...{ year: asked, years: [...years], madeMs: sums.madeMs, isFinal: sums.isFinal },
    statements: statements.map((statement) => {
      const { member, name, microEuros: owed, paidDay } = statement;
      const { state, problem } = record?.messages.find((one) => one.member === member) ?? unsent;
      return {
        ...{ member, name, euros: eurosText(owed), microEuros: owed, paidDay },
        openMicroEuros: openOf(statement, paidAmounts),
        ...{ message: state, problem },
      };
    }),
    ...{ mwh: sums.mwh, microEuros: sums.microEuros, downDays: sums.downDays },
    ...{ unassignedMwh: sums.unassignedMwh, unassignedMicroEuros: sums.unassignedMicroEuros },
  };
}

function describeSaid(one: {
  readonly colour: string;
  readonly state: string;
  readonly provider: string;
  readonly heardMs: number;
}) {
  const { colour, state, provider, heardMs } = one;
  return { colour, state, provider, heardMs };
}

function describeInterval({ band, startMs, endMs, kind, ...amounts }: ExplainedInterval) {
  const { startTotalMwh, endTotalMwh, mwh: counted, microEurosPerKwh } = amounts;
  return { band, startMs, endMs, kind, startTotalMwh, endTotalMwh, mwh: counted, microEurosPerKwh };
}
