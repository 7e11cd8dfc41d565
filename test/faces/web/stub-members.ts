import { GatewayError } from '../../../gateway/core/errors.ts';
import { bindCommand, type BoundCommand } from '../../../gateway/features/command.ts';
import { costSharingCommands } from '../../../gateway/features/members/cost-sharing-commands.ts';
import { derogationCommands } from '../../../gateway/features/members/derogation-commands.ts';
import { memberCommands } from '../../../gateway/features/members/member-commands.ts';

type Member = Awaited<ReturnType<(typeof memberCommands)[0]['run']>>['members'][number];
type Derogation = Awaited<ReturnType<(typeof derogationCommands)[1]['run']>>;
type Year = Awaited<ReturnType<(typeof costSharingCommands)[1]['run']>>;
type Period = Awaited<ReturnType<(typeof costSharingCommands)[0]['run']>>['periods'][number];
type Explanation = Awaited<ReturnType<(typeof costSharingCommands)[4]['run']>>;

const hourMs = 3_600_000;

/** Who shares a server, as the commands about it answer. */
export class StubMembers {
  members: Member[] = [];
  derogations: Derogation[] = [];
  /** By year. */
  readonly years = new Map<number, Year>();
  /** What is answered instead of a new derogation. */
  refusal: GatewayError | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  member(id: string, name: string, facts: Partial<Member> = {}): void {
    const presences = [{ arrival: '2026-01-01', leave: null }];
    const usual = { role: 'member', isFirstAdmin: false, isPresent: true, since: '2026-01-01' } as const;
    this.members.push({ id, name, ...usual, addedMs: 0, presences, ...facts });
  }

  statement(year: number, members: readonly (readonly [string, number, string | null])[]): void {
    const statements = members.map(([member, microEuros, paidDay]) => ({
      ...{ member, name: this.#nameOf(member), euros: String(microEuros / 1_000_000), microEuros, paidDay },
      ...{ message: null, problem: null, openMicroEuros: paidDay === null ? microEuros : 0 },
    }));
    this.years.set(year, {
      ...{ year, years: [], madeMs: 0, isFinal: true, statements, mwh: 0, microEuros: 0 },
      ...{ unassignedMwh: 0, unassignedMicroEuros: 0, downDays: 0 },
    });
  }

  commands(): readonly BoundCommand[] {
    const [list] = memberCommands;
    const [found, add, remove] = derogationCommands;
    const [stats, show, , paid, explain] = costSharingCommands;
    return [
      bindCommand({ ...list, run: () => ({ members: this.members, firstAdmin: null }) }, undefined),
      bindCommand({ ...found, run: () => ({ derogations: this.derogations }) }, undefined),
      bindCommand({ ...add, run: (_ports: undefined, input) => this.#add(input) }, undefined),
      bindCommand({ ...remove, run: (_ports: undefined, { id }) => this.#remove(id) }, undefined),
      bindCommand({ ...stats, run: () => this.#stats() }, undefined),
      bindCommand({ ...show, run: (_ports: undefined, { year }) => this.#year(year) }, undefined),
      bindCommand(
        {
          ...paid,
          run: (_ports: undefined, { year, member }) => {
            const known = this.#year(year);
            const statements = known.statements.map((one) =>
              one.member === member ? { ...one, paidDay: '2026-01-15', openMicroEuros: 0 } : one,
            );
            this.years.set(year, { ...known, statements });
            return this.#year(year);
          },
        },
        undefined,
      ),
      bindCommand({ ...explain, run: (_ports: undefined, { day }) => this.#explain(day) }, undefined),
    ];
  }

  #nameOf(id: string): string {
    return this.members.find((member) => member.id === id)?.name ?? id;
  }

  #add({ member = '', day }: { readonly member?: string; readonly day: string }): Derogation {
    if (this.refusal !== undefined) throw this.refusal;
    const startMs = this.#now() + hourMs;
    const derogation = {
      ...{ id: this.derogations.length + 1, member, startMs, endMs: startMs + 12 * hourMs },
      ...{ starts: '', ends: '', days: [day], createdMs: this.#now(), removedMs: null, removedWhy: null },
    };
    this.derogations.push(derogation);
    return derogation;
  }

  #remove(id: number): Derogation {
    const [found] = this.derogations.splice(
      this.derogations.findIndex((each) => each.id === id),
      1,
    );
    if (found === undefined) throw new GatewayError('not_found', `there is no derogation ${id}`);
    return found;
  }

  #stats(): { atMs: number; user: null; periods: Period[] } {
    const nothing = { consumption: 0, price: 0 };
    const sum = { mwh: 0, microEuros: 16_691_356, estimatedMwh: 0, unassignedMwh: 0 };
    const own = { userMwh: null, userMicroEuros: null, userDerogationMwh: null };
    const period: Period = {
      ...{ period: 'year', firstDay: '2026-01-01', lastDay: '2026-11-22', server: nothing, user: null },
      exact: { ...sum, ...own, unassignedMicroEuros: 1_000_000, userDerogationMicroEuros: null },
      shares: this.members.map(({ id }, index) => ({
        ...{ member: id, mwh: 0, microEuros: 12_345_678 - index },
      })),
      ...{ days: 326, downDays: 0, unpricedDays: 2 },
    };
    return { atMs: this.#now(), user: null, periods: [period] };
  }

  #year(asked?: number): Year {
    const years = [...this.years.keys()].toSorted();
    const year = asked ?? years.at(-1) ?? 2025;
    const none = { madeMs: null, isFinal: false, mwh: 0, microEuros: 0, unassignedMwh: 0, downDays: 0 };
    const found = this.years.get(year) ?? { ...none, year, statements: [], unassignedMicroEuros: 0 };
    return { ...found, years };
  }

  #explain(day: string): Explanation {
    const instants = { startMs: 0, endMs: 1 };
    return {
      ...{ day, ...instants, colour: null, prices: { peak: null, offPeak: null, source: null } },
      ...{ intervals: [], mwh: 1_920_000, microEuros: 290_000, problem: null, basis: 'presence' },
      ...{ present: this.members.map(({ id }) => id), derogations: [], shares: [] },
      lines: [`tariff day ${day}: <b>06:00</b>`, 'cost, rounded once: 0.290000 EUR'],
    };
  }
}
