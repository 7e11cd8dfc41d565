import type { ApiClient } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';
import type { Derogation, Member, NewDerogation, PeriodShares, StatementYear } from './member-types.ts';
import type { EnergyDay, ServerNow, ServerOrder } from './server-types.ts';
import type { TempoCalendar, TempoNow } from './tempo-types.ts';

/** The gateway's API about Tempo, the server and its members. Every call rejects with an `ApiProblem`. */
export interface ServerClient {
  /** undefined: no source tells its colours. */
  tempo(): Promise<TempoNow | undefined>;
  calendar(season: string): Promise<TempoCalendar>;
  /** What the cost of a day is made of, in lines. */
  explain(day: string): Promise<readonly string[]>;
  /** undefined: none is configured. */
  server(): Promise<ServerNow | undefined>;
  orders(): Promise<readonly ServerOrder[]>;
  /** Both days included, neither in the future; none where nothing is metered. */
  energy(span: { readonly first: string; readonly last: string }): Promise<readonly EnergyDay[]>;
  switchOn(): Promise<void>;
  switchOff(): Promise<void>;
  members(): Promise<readonly Member[]>;
  /** Of this year, until now; undefined: nothing can be said. */
  shares(): Promise<PeriodShares | undefined>;
  derogations(): Promise<readonly Derogation[]>;
  /** Its id. */
  addDerogation(derogation: NewDerogation): Promise<number>;
  removeDerogation(id: number): Promise<void>;
  /** The newest year unless said. */
  statements(year?: number): Promise<StatementYear>;
  /** Today. */
  setPaid(year: number, member: string): Promise<void>;
  mayAdminister(): Promise<boolean>;
}

const root = '/api/v1';

type Api = Pick<ApiClient, 'read' | 'post' | 'put' | 'remove' | 'mayAdminister'>;

export function createServerClient(client: Api): ServerClient {
  const list = async <Item>(path: string, name: string): Promise<readonly Item[]> =>
    ((await client.read(`${root}${path}`)) as Readonly<Record<string, readonly Item[]>>)[name] ?? [];
  return {
    tempo: async () => (await orNone(client.read(`${root}/tempo`))) as TempoNow | undefined,
    calendar: async (season) => (await client.read(`${root}/tempo/days?season=${season}`)) as TempoCalendar,
    explain: (day) => list<string>(`/tempo/days/${day}/explanation`, 'lines'),
    server: async () => (await orNone(client.read(`${root}/server`))) as ServerNow | undefined,
    orders: () => list<ServerOrder>('/server/orders', 'orders'),
    energy: async ({ first, last }) => {
      const path = `${root}/server/energy?from=${first}&to=${last}&by=day`;
      const answer = await orNone(client.read(path));
      return (answer as { days: readonly EnergyDay[] } | undefined)?.days ?? [];
    },
    switchOn: async () => {
      await client.post(`${root}/server/on`);
    },
    switchOff: async () => {
      await client.post(`${root}/server/off`);
    },
    members: () => list<Member>('/members', 'members'),
    shares: async () => (await list<PeriodShares>('/stats?period=year', 'periods'))[0],
    derogations: () => list<Derogation>('/derogations', 'derogations'),
    addDerogation: async (derogation) =>
      ((await client.post(`${root}/derogations`, derogation)) as { id: number }).id,
    removeDerogation: async (id) => {
      await client.remove(`${root}/derogations/${id}`);
    },
    statements: async (year) =>
      (await client.read(`${root}/statements${year === undefined ? '' : `?year=${year}`}`)) as StatementYear,
    setPaid: async (year, member) => {
      await client.put(`${root}/statements/${year}/${encodeURIComponent(member)}`, {});
    },
    mayAdminister: () => client.mayAdminister(),
  };
}

/** What is not configured is not found. */
async function orNone(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiProblem && error.facts.code === 'not_found') return undefined;
    throw error;
  }
}
