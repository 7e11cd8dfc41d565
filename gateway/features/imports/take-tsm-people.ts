import type { Clock } from '../../core/clock.ts';
import { addDays, frenchDateAt, type TempoDay } from '../../core/tempo-day.ts';
import type { StoredMember, StoredPresence, StoredStatement } from '../../storage/member-calls.ts';
import type { StorePort } from '../store-port.ts';
import type { TsmTally } from './tsm-tally.ts';

export interface TsmPeoplePorts {
  readonly clock: Clock;
  readonly store: StorePort<
    | 'listMembers'
    | 'listPresences'
    | 'putMembers'
    | 'listDerogations'
    | 'addDerogation'
    | 'listStatements'
    | 'putStatements'
  >;
}

interface GivenPresence extends Pick<StoredPresence, 'member' | 'arrival' | 'leave'> {
  readonly where: string;
}

interface Wish {
  readonly member: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly where: string;
}

export interface TsmPeople {
  readonly members: readonly { readonly id: string; readonly name: string; readonly where: string }[];
  readonly presences: readonly GivenPresence[];
  readonly derogations: readonly Wish[];
  readonly statements: readonly (Pick<StoredStatement, 'year' | 'member' | 'microEuros' | 'paidDay'> & {
    readonly where: string;
  })[];
}

interface Taking {
  readonly tally: TsmTally;
  readonly isDryRun: boolean;
}

/** Members and what is theirs; what is here already stands. Errors: those of the store. */
export async function takeTsmPeople(ports: TsmPeoplePorts, given: TsmPeople, taking: Taking): Promise<void> {
  const names = await takeMembers(ports, given, taking);
  await takeDerogations(ports, given.derogations, { ...taking, names });
  await takeStatements(ports, given.statements, { ...taking, names });
}

/** Answers the names of all members there are now, by their ids. */
async function takeMembers(
  { clock, store }: TsmPeoplePorts,
  { members, presences }: TsmPeople,
  { tally, isDryRun }: Taking,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map((await store.call('listMembers')).map(({ id, name }) => [id, name]));
  const added: StoredMember[] = [];
  for (const { id, name } of members) {
    if (names.has(id)) tally.know();
    else added.push({ id, name, role: 'member', addedMs: clock.wall() });
    names.set(id, names.get(id) ?? name);
  }
  const there: Pick<StoredPresence, 'member' | 'arrival' | 'leave'>[] = [
    ...(await store.call('listPresences')),
  ];
  const today = frenchDateAt(clock.wall());
  const arrived = presences.toSorted((left, right) => (left.arrival < right.arrival ? -1 : 1));
  const taken = arrived.filter((presence) => {
    if (there.some((one) => isSamePresence(one, presence))) {
      tally.know();
      return false;
    }
    const why = whyNoPresence(presence, { names, there, today });
    if (why === undefined) there.push(presence);
    else tally.refuse(presence.where, why);
    return why === undefined;
  });
  tally.add('members', added.length);
  tally.add('presences', taken.length);
  if (!isDryRun && added.length + taken.length > 0)
    await store.call('putMembers', {
      members: added,
      presences: taken.map(({ member, arrival, leave }) => ({ id: 0, member, arrival, leave })),
      removedPresences: [],
    });
  return names;
}

interface There {
  readonly names: ReadonlyMap<string, string>;
  readonly there: readonly Pick<StoredPresence, 'member' | 'arrival' | 'leave'>[];
  readonly today: TempoDay;
}

function whyNoPresence(presence: GivenPresence, { names, there, today }: There): string | undefined {
  const { member, arrival, leave } = presence;
  if (!names.has(member)) return `there is no user ${member}`;
  if (arrival > today) return `its arrival, ${arrival}, is in the future`;
  if (leave !== null && leave > addDays(today, 1)) return `its leaving, ${leave}, is in the future`;
  if (leave !== null && leave <= arrival) return `it ends on ${leave}, not after its arrival on ${arrival}`;
  const other = there.find((one) => one.member === member && haveDaysInCommon(one, presence));
  if (other === undefined) return undefined;
  const until = other.leave === null ? 'on' : `to ${other.leave}`;
  return `${member} is there from ${other.arrival} ${until} already`;
}

type Presence = Pick<StoredPresence, 'member' | 'arrival' | 'leave'>;

function isSamePresence(left: Presence, right: Presence): boolean {
  return left.member === right.member && left.arrival === right.arrival && left.leave === right.leave;
}

function haveDaysInCommon(left: Presence, right: Presence): boolean {
  const isBefore = (one: Presence, other: Presence): boolean =>
    one.leave !== null && one.leave <= other.arrival;
  return !isBefore(left, right) && !isBefore(right, left);
}

interface TakingOf extends Taking {
  readonly names: ReadonlyMap<string, string>;
}

async function takeDerogations(
  { store }: TsmPeoplePorts,
  wishes: readonly Wish[],
  { tally, isDryRun, names }: TakingOf,
): Promise<void> {
  if (wishes.length === 0) return;
  const fromMs = Math.min(...wishes.map(({ startMs }) => startMs));
  const toMs = Math.max(...wishes.map(({ endMs }) => endMs));
  const stored = await store.call('listDerogations', { fromMs, toMs, withRemoved: true });
  const there: (Omit<Wish, 'where'> & { readonly removedMs?: number | null })[] = [...stored];
  for (const wish of wishes) {
    const { member, startMs, endMs, where } = wish;
    const own = there.filter((one) => one.member === member);
    const isThere = own.some((one) => one.startMs === startMs && one.endMs === endMs);
    const overlapping = own.some(
      (one) => (one.removedMs ?? null) === null && one.startMs < endMs && one.endMs > startMs,
    );
    if (isThere) tally.know();
    else if (!names.has(member)) tally.refuse(where, `there is no user ${member}`);
    else if (overlapping) tally.refuse(where, `it overlaps with another one of ${member}`);
    else {
      if (!isDryRun) await store.call('addDerogation', { member, startMs, endMs, createdMs: startMs });
      there.push(wish);
      tally.add('derogations');
    }
  }
}

async function takeStatements(
  { clock, store }: TsmPeoplePorts,
  statements: TsmPeople['statements'],
  { tally, isDryRun, names }: TakingOf,
): Promise<void> {
  const stored = await store.call('listStatements');
  const byYear = new Map<number, StoredStatement[]>();
  for (const { where, ...given } of statements) {
    const { year, member, microEuros } = given;
    const name = names.get(member);
    const added = byYear.get(year) ?? [];
    const before = [...stored, ...added].find((one) => one.year === year && one.member === member);
    if (before !== undefined && before.microEuros === microEuros) tally.know();
    else if (before !== undefined)
      tally.refuse(where, `${member} has another statement for ${year}, which stands`);
    else if (name === undefined) tally.refuse(where, `there is no user ${member}`);
    else byYear.set(year, [...added, { ...given, name, madeMs: clock.wall() }]);
  }
  for (const [year, added] of byYear) {
    tally.add('statements', added.length);
    const others = stored.filter((one) => one.year === year);
    if (!isDryRun) await store.call('putStatements', year, [...others, ...added]);
  }
}
