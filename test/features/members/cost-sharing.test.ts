import fc from 'fast-check';
import t, { type Test } from 'tap';
import type { TariffBand } from '../../../gateway/core/tariff-band.ts';
import { addDays, type TempoDay } from '../../../gateway/core/tempo-day.ts';
import { Account } from '../../../gateway/features/members/account.ts';
import { explainDay } from '../../../gateway/features/members/explain-day.ts';
import { ratedDays } from '../../../gateway/features/members/rated-days.ts';
import { periodRange, statistics, statisticsPeriods } from '../../../gateway/features/members/statistics.ts';
import { at, MembersScene, owner, speaker } from './members-scene.ts';
import '../../property-seed.ts';

async function accountOf(scene: MembersScene, first: TempoDay, last: TempoDay): Promise<Account> {
  const account = new Account();
  for await (const rated of ratedDays(scene.ports(), { first, last })) account.add(rated);
  return account;
}

/** 7 is there from the 1st, 8 from the 3rd to the 6th; 7 wants the server on on the 5th. */
async function sceneOf(t: Test): Promise<MembersScene> {
  const scene = new MembersScene(t);
  scene.goTo('2025-01-04 12:00');
  await scene.members.add({ id: '7', arrival: '2025-01-02' }, owner);
  await scene.members.add({ id: '8', arrival: '2025-01-03' }, owner);
  await scene.desk.add({ day: '2025-01-05' }, speaker('7'));
  scene.goTo('2025-01-07 12:00');
  await scene.members.leave({ id: '8', leave: '2025-01-06' }, owner);
  scene.tempo.price = (...[, band]) => (band === 'peak' ? 160_900 : 129_600);
  for (const day of [1, 2, 3, 4, 5, 6]) {
    scene.count(`2025-01-0${day}`, 'peak', 1_280_001);
    scene.count(`2025-01-0${day}`, 'off-peak', 640_000);
  }
  return scene;
}

await t.test('each day is borne by whom it falls to, to the micro-euro', async (t) => {
  const scene = await sceneOf(t);
  const lines: string[] = [];
  for await (const { day, basis, shares } of ratedDays(scene.ports(), {
    first: '2025-01-01',
    last: '2025-01-07',
  }))
    lines.push(
      [day, basis, ...[...shares].map(([id, one]) => `${id}=${one.mwh}/${one.microEuros ?? '?'}`)].join(' '),
    );
  // 1.280001 kWh x 0.1609 + 0.64 kWh x 0.1296 = 0.2888961609 EUR.
  t.strictSame(lines, [
    '2025-01-01 unassigned',
    '2025-01-02 presence 7=1920001/288896',
    '2025-01-03 presence 7=960001/144448 8=960000/144448',
    '2025-01-04 presence 7=960001/144448 8=960000/144448',
    '2025-01-05 derogations 7=1920001/288896',
    '2025-01-06 presence 7=1920001/288896',
    '2025-01-07 presence 7=0/0',
  ]);
  const account = await accountOf(scene, '2025-01-01', '2025-01-07');
  t.strictSame(account.total, { mwh: 6 * 1_920_001, microEuros: 6 * 288_896 });
  t.strictSame(account.unassigned, { mwh: 1_920_001, microEuros: 288_896 });
  t.match(account.member('7').derogation, { mwh: 1_920_001, microEuros: 288_896, ids: [1] });
  t.strictSame(account.member('9').mwh, 0);
});

await t.test('days that are down cost nothing, and days without a price are told', async (t) => {
  const scene = await sceneOf(t);
  for (const band of ['peak', 'off-peak'] as const) scene.count('2025-01-03', band, null);
  const dear = scene.tempo.price;
  scene.tempo.price = (day, band) => (day === '2025-01-04' ? undefined : dear(day, band));
  const account = await accountOf(scene, '2025-01-01', '2025-01-07');
  t.equal(account.downDays, 1);
  t.strictSame(account.unpriced, [{ day: '2025-01-04', why: 'the colour of 2025-01-04 is not known' }]);
  t.strictSame(account.total, { mwh: 5 * 1_920_001, microEuros: 4 * 288_896 });
});

await t.test('periods are of tariff days, until the one that runs', (t) => {
  const ranges = (today: TempoDay) =>
    statisticsPeriods.map((period) => {
      const { first, last } = periodRange(period, today, '2024-06-01');
      return `${period} ${first} ${last}`;
    });
  t.strictSame(ranges('2025-01-05'), [
    'global 2024-06-01 2025-01-05',
    'year 2025-01-01 2025-01-05',
    'month 2025-01-01 2025-01-05',
    'week 2024-12-30 2025-01-05',
    'yesterday 2025-01-04 2025-01-04',
    'day 2025-01-05 2025-01-05',
  ]);
  t.equal(periodRange('week', '2025-01-06', '2024-06-01').first, '2025-01-06', 'a Monday');
  t.equal(periodRange('global', '2024-05-01', '2024-06-01').first, '2024-05-01');
  t.end();
});

await t.test('statistics of all periods are those of each alone, and change at 06:00', async (t) => {
  const scene = await sceneOf(t);
  const sums = async (
    nowMs: number,
    wanted = statisticsPeriods as readonly (typeof statisticsPeriods)[number][],
  ) =>
    (await statistics(scene.ports(), wanted, { nowMs })).map(
      ({ period, account }) => `${period} ${account.total.mwh} ${account.member('7').microEuros}`,
    );
  const all = await sums(at('2025-01-07 05:59'));
  t.strictSame(all, [
    'global 11520006 1155584',
    'year 11520006 1155584',
    'month 11520006 1155584',
    'week 1920001 288896',
    'yesterday 1920001 288896',
    'day 1920001 288896',
  ]);
  for (const [index, period] of statisticsPeriods.entries())
    t.strictSame(await sums(at('2025-01-07 05:59'), [period]), [all[index]]);
  t.equal((await sums(at('2025-01-07 06:00'), ['day']))[0], 'day 0 0');
});

await t.test('the lines that explain a day add up', async (t) => {
  const scene = await sceneOf(t);
  const { lines } = await explainDay(scene.ports(), '2025-01-03');
  t.strictSame(lines, [
    'tariff day 2025-01-03: 2025-01-03 06:00 to 2025-01-04 06:00',
    'colour: not known',
    'peak 2025-01-03 06:00 to 2025-01-03 22:00, measured: 1.280001 kWh at 0.160900 EUR/kWh',
    'off-peak 2025-01-03 22:00 to 2025-01-04 06:00, measured: 0.640000 kWh at 0.129600 EUR/kWh',
    'peak together: 1.280001 kWh x 0.160900 EUR/kWh = 0.205952160900 EUR',
    'off-peak together: 0.640000 kWh x 0.129600 EUR/kWh = 0.082944000000 EUR',
    'day together: 1.920001 kWh',
    'cost, rounded once: 0.288896 EUR',
    'members there: 7, 8',
    'shared equally among the members there: 2; what is left over goes to the earliest id',
    'share of 7: 0.960001 kWh, 0.144448 EUR',
    'share of 8: 0.960000 kWh, 0.144448 EUR',
  ]);
  scene.tempo.colours.set('2025-01-05', { colour: 'blue', state: 'provisional', provider: 'calendar' });
  const derogated = await explainDay(scene.ports(), '2025-01-05');
  t.ok(derogated.lines.includes('colour: blue, provisional, by calendar'), 'it goes by that, so it says it');
  t.ok(derogated.lines.includes('derogation 1 of 7: 2025-01-05 06:00 to 2025-01-05 18:00'));
  t.ok(derogated.lines.includes('share of 7: 1.920001 kWh, 0.288896 EUR'));
  const alone = await explainDay(scene.ports(), '2025-01-01');
  t.ok(alone.lines.includes('unassigned: 1.920001 kWh, 0.288896 EUR'));
  const unread = await explainDay(scene.ports(), '2025-01-07');
  t.ok(unread.lines.includes('nothing was read of the meter'));
});

/** A decimal with a unit, in millionths. */
function millionths(text: string | undefined): bigint {
  return BigInt((text ?? '').replace('.', ''));
}

/** What the lines say, computed anew from nothing but their words. */
function recompute(lines: readonly string[]) {
  let exact = 0n;
  let mwh = 0n;
  const shares: { readonly mwh: bigint; readonly cost: bigint }[] = [];
  let cost: bigint | undefined;
  for (const line of lines) {
    const interval = /^(?:off-)?peak \d.*: (?:.* = )?(\d+\.\d{6}) kWh at (-?\d+\.\d{6}) EUR\/kWh$/.exec(line);
    if (interval !== null) {
      mwh += millionths(interval[1]);
      exact += millionths(interval[1]) * millionths(interval[2]);
    }
    const share = /^(?:share of \d+|unassigned): (\d+\.\d{6}) kWh, (-?\d+\.\d{6}) EUR$/.exec(line);
    if (share !== null) shares.push({ mwh: millionths(share[1]), cost: millionths(share[2]) });
    const told = /^cost, rounded once: (-?\d+\.\d{6}) EUR$/.exec(line);
    if (told !== null) cost = millionths(told[1]);
  }
  const size = exact < 0n ? -exact : exact;
  const rounded = (size + 500_000n) / 1_000_000n;
  return { mwh, shares, told: cost, rounded: exact < 0n ? -rounded : rounded };
}

interface Life {
  readonly energies: readonly (number | null)[];
  readonly prices: readonly number[];
  readonly stays: readonly { readonly id: number; readonly from: number; readonly days: number }[];
  readonly wishes: readonly {
    readonly id: number;
    readonly day: number;
    readonly hour: number;
    readonly hours: number;
  }[];
}

const dayCount = 12;
const life: fc.Arbitrary<Life> = fc.record({
  energies: fc.array(fc.option(fc.nat(5_000_000), { freq: 6 }), {
    minLength: 2 * dayCount,
    maxLength: 2 * dayCount,
  }),
  prices: fc.array(fc.integer({ min: -900_000, max: 900_000 }), { minLength: 5, maxLength: 5 }),
  stays: fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: 12 }),
      from: fc.nat(dayCount),
      days: fc.integer({ min: 1, max: dayCount }),
    }),
    { maxLength: 10 },
  ),
  wishes: fc.array(
    fc.record({
      id: fc.integer({ min: 1, max: 12 }),
      day: fc.nat(dayCount - 1),
      hour: fc.nat(23),
      hours: fc.integer({ min: 1, max: 40 }),
    }),
    { maxLength: 6 },
  ),
});

/** The days around the last Sunday of March, or of October. */
for (const firstDay of ['2025-03-24', '2025-10-20', '2024-12-26'] as const) {
  await t.test(
    `from ${firstDay}: shares and what is unassigned are the total, and lines say the same`,
    async (t) => {
      const service = new MembersScene(t);
      const days = Array.from({ length: dayCount }, (_, index) => addDays(firstDay, index));
      await fc.assert(
        fc.asyncProperty(life, async (of) => {
          service.restartEmpty();
          live(service, days, of);
          await checkLife(service, days, of);
        }),
        { numRuns: 15 },
      );
    },
  );
}

/** Puts a life into the store, past all rules: whatever is there must be shared. */
function live(scene: MembersScene, days: readonly TempoDay[], of: Life): void {
  const priceAt = (day: TempoDay, band: TariffBand) =>
    of.prices[(days.indexOf(day) * 2 + (band === 'peak' ? 0 : 1)) % of.prices.length] ?? 0;
  scene.tempo.price = priceAt;
  for (const [index, mwh] of of.energies.entries())
    scene.count(days[index >> 1] ?? '', index % 2 === 0 ? 'peak' : 'off-peak', mwh);
  const addedMs = at('2024-01-01 12:00');
  const ids = new Set([...of.stays, ...of.wishes].map(({ id }) => String(id)));
  const members = [...ids].map((id) => ({ id, name: id, role: 'member' as const, addedMs }));
  scene.service.putMembers({ members, presences: [], removedPresences: [] });
  for (const { id, from, days: length } of of.stays) {
    const arrival = addDays(days[0] ?? '', from);
    const presence = { id: 0, member: String(id), arrival, leave: addDays(arrival, length) };
    attempt(() => scene.service.putMembers({ members: [], presences: [presence], removedPresences: [] }));
  }
  for (const { id, day, hour, hours } of of.wishes) {
    const startMs = at(`${days[day] ?? ''} ${hour}:00`);
    const wish = { member: String(id), startMs, endMs: startMs + hours * 3_600_000, createdMs: addedMs };
    attempt(() => scene.service.addDerogation(wish));
  }
}

/** Some of what chance brings overlaps. */
function attempt(work: () => unknown): void {
  try {
    work();
  } catch {
    return;
  }
}

/** Everything anew, in a way of its own: from the rows of the store, by whole numbers. */
async function checkLife(scene: MembersScene, days: readonly TempoDay[], of: Life): Promise<void> {
  const account = await accountOf(scene, days[0] ?? '', days.at(-1) ?? '');
  const owed = new Map<string, bigint>();
  let [total, unassigned] = [0n, 0n];
  for (const [index, day] of days.entries()) {
    const cost = costOf(of, index);
    const who = whoBears(scene, day);
    total += cost;
    if (who.length === 0) unassigned += cost;
    for (const [place, id] of who.entries()) {
      const part = cost / BigInt(who.length);
      const rest = place === 0 ? cost - part * BigInt(who.length) : 0n;
      owed.set(id, (owed.get(id) ?? 0n) + part + rest);
    }
    checkLines(day, (await explainDay(scene.ports(), day)).lines, cost);
  }
  const shared = account.memberIds().reduce((sum, id) => sum + BigInt(account.member(id).microEuros), 0n);
  const isSame = [...owed].every(([id, amount]) => BigInt(account.member(id).microEuros) === amount);
  if (!isSame || BigInt(account.total.microEuros) !== total || shared + unassigned !== total)
    throw new Error(`shares ${shared} and ${unassigned} unassigned are not ${total}`);
  if (BigInt(account.unassigned.microEuros) !== unassigned) throw new Error('unassigned is something else');
}

function costOf({ energies, prices }: Life, day: number): bigint {
  let exact = 0n;
  for (const index of [2 * day, 2 * day + 1])
    exact += BigInt(energies[index] ?? 0) * BigInt(prices[index % prices.length] ?? 0);
  return exact < 0n ? -((-exact + 500_000n) / 1_000_000n) : (exact + 500_000n) / 1_000_000n;
}

function whoBears({ service }: MembersScene, day: TempoDay): readonly string[] {
  const [startMs, endMs] = [at(`${day} 06:00`), at(`${addDays(day, 1)} 06:00`)];
  const wishes = service.listDerogations({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, withRemoved: false });
  const holders = wishes.filter((one) => one.endMs > startMs && one.startMs < endMs);
  const stays = service.listPresences();
  const there = stays.filter(({ arrival, leave }) => arrival <= day && (leave === null || leave > day));
  const ids = (holders.length > 0 ? holders : there).map(({ member }) => member);
  return [...new Set(ids)].toSorted((left, right) => Number(left) - Number(right));
}

function checkLines(day: TempoDay, lines: readonly string[], cost: bigint): void {
  const { told, rounded, shares } = recompute(lines);
  const sum = shares.reduce((sums, share) => sums + share.cost, 0n);
  if (told !== cost || rounded !== cost || sum !== cost)
    throw new Error(`the lines of ${day} come to ${rounded} and ${sum}, not ${cost}`);
}
