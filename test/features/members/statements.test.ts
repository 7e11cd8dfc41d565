import t, { type Test } from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { addDays } from '../../../gateway/core/tempo-day.ts';
import { openOf } from '../../../gateway/features/members/paid-amounts.ts';
import { at, MembersScene, owner, reasonOf, speaker } from './members-scene.ts';

const price = 200_000;

/** 7 and 8 are there in the last days of 2025, 9 is not; each day takes a kWh in peak hours. */
async function sceneOf(t: Test): Promise<MembersScene> {
  const scene = new MembersScene(t);
  scene.goTo('2025-12-28 12:00');
  for (const [id, name] of [
    ['7', 'Ann'],
    ['8', 'Bob'],
  ] as const)
    await scene.members.add({ id, name, arrival: '2025-12-28' }, owner);
  scene.tempo.price = () => price;
  for (let day = '2025-12-27'; day <= '2025-12-31'; day = addDays(day, 1))
    scene.count(day, 'peak', 1_000_001);
  scene.goTo('2026-01-01 06:30');
  return scene;
}

async function rows(scene: MembersScene, year = 2025): Promise<readonly string[]> {
  const { statements, record } = await scene.statements.show(year);
  return statements.map(({ member, name, microEuros, paidDay }) => {
    const message = record?.messages.find((one) => one.member === member);
    return `${member} ${name} ${microEuros} ${paidDay ?? 'owed'} ${message?.state ?? 'none'}`;
  });
}

/** So long as anything may be due. */
async function minutes(scene: MembersScene, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await scene.statements.makeWhenDue();
    await scene.tellAll();
    scene.time.pass(60_000);
  }
}

await t.test(
  'a year is shared out on 1 January, when all of it was read, once, and each is told once',
  async (t) => {
    const scene = await sceneOf(t);
    scene.goTo('2026-01-01 05:59');
    scene.followTo('2026-01-01 05:58');
    await minutes(scene, 1);
    scene.goTo('2026-01-01 06:00');
    await minutes(scene, 1);
    t.strictSame(await rows(scene), [], 'the night before is not all read');
    scene.followTo('2026-01-01 06:00');
    await minutes(scene, 1);
    t.strictSame(await rows(scene), ['7 Ann 400000 owed sent', '8 Bob 400000 owed sent']);
    const { record } = await scene.statements.show(2025);
    t.match(record, { isFinal: true, microEuros: 1_000_000, unassignedMicroEuros: 200_000, mwh: 5_000_005 });
    t.strictSame(scene.told, [
      { id: '7', text: 'Hello Ann! Electricity of the server in 2025: your share is €0.40, for 2.0 kWh.' },
      { id: '8', text: 'Hello Bob! Electricity of the server in 2025: your share is €0.40, for 2.0 kWh.' },
    ]);
    t.match(scene.observed, [
      {
        rule: 'statement-made',
        subject: 'statement 2025',
        holds: true,
        facts: { euros: '0.80', members: 2 },
      },
      { rule: 'statement-made', holds: false },
    ]);
    scene.restart();
    await minutes(scene, 100);
    t.equal(scene.told.length, 2);
    t.equal(scene.observed.length, 2);
  },
);

await t.test('a calm year writes nothing', async (t) => {
  const scene = await sceneOf(t);
  scene.followTo('2026-01-01 06:00');
  await minutes(scene, 2);
  const before = scene.writes;
  await minutes(scene, 300);
  t.equal(scene.writes, before);
});

await t.test('wherever the process ends, each is told once at most, and the year is made', async (t) => {
  const whole = await sceneOf(t);
  whole.followTo('2026-01-01 06:00');
  const first = whole.writes;
  await minutes(whole, 1);
  const last = whole.writes;
  t.ok(last - first >= 7, 'statements, their record, the alert, and twice a message each');
  for (let write = first + 1; write <= last; write += 1)
    for (const isDone of [false, true])
      await t.test(`killed at write ${write - first}, ${isDone ? 'after' : 'before'} it`, async (t) => {
        const scene = await sceneOf(t);
        scene.followTo('2026-01-01 06:00');
        scene.kill = { write, isDone };
        const lived = await scene.survives(async () => {
          await minutes(scene, 1);
        });
        t.equal(lived, false);
        scene.time.pass(3_600_000);
        await minutes(scene, 60);
        for (const id of ['7', '8']) t.ok(scene.told.filter((one) => one.id === id).length <= 1);
        const found = await rows(scene);
        t.match(found[0], /^7 Ann 400000 owed (sent|unclear)$/);
        t.match(found[1], /^8 Bob 400000 owed (sent|unclear)$/);
        const silent = found.filter((row) => row.endsWith('unclear')).length;
        t.ok(silent <= 1, 'only the one that was on its way');
        t.ok(scene.told.length >= 2 - silent);
        const alerts = new Set(scene.observed.map(({ fromMs, holds }) => `${fromMs} ${holds ?? ''}`));
        t.equal(alerts.size, 2, 'told again is told the same');
      });
});

await t.test('while the bot is away messages wait, and nothing is written for that', async (t) => {
  const scene = await sceneOf(t);
  scene.followTo('2026-01-01 06:00');
  scene.onServer = 'unknown';
  await minutes(scene, 2);
  const before = scene.writes;
  await minutes(scene, 24 * 60);
  t.equal(scene.writes, before);
  t.strictSame(scene.told, []);
  scene.restart();
  scene.onServer = 'yes';
  await minutes(scene, 12);
  t.strictSame(
    scene.told.map(({ id }) => id),
    ['7', '8'],
  );
});

await t.test(
  'one who takes no message is told of, and does not stop the others; a failing way is tried again',
  async (t) => {
    const scene = await sceneOf(t);
    scene.followTo('2026-01-01 06:00');
    let tries = 0;
    scene.tell = async (id) => {
      await Promise.resolve();
      if (id === '7') throw new GatewayError('notifier_refused', 'he takes no messages');
      tries += 1;
      if (tries < 3) throw new GatewayError('notifier_unavailable', 'away');
    };
    await minutes(scene, 1);
    t.strictSame(await rows(scene), ['7 Ann 400000 owed failed', '8 Bob 400000 owed waiting']);
    await minutes(scene, 40);
    t.strictSame(
      scene.told.map(({ id }) => id),
      ['8'],
    );
    t.equal(tries, 3);
  },
);

await t.test('a message that may have come is not sent again', async (t) => {
  const scene = await sceneOf(t);
  scene.followTo('2026-01-01 06:00');
  scene.tell = async () =>
    await Promise.reject(new GatewayError('notifier_unavailable', 'cut off', { facts: { isUnclear: true } }));
  await minutes(scene, 1);
  scene.tell = () => Promise.resolve();
  await minutes(scene, 1_000);
  t.strictSame(scene.told, []);
  t.strictSame(await rows(scene), ['7 Ann 400000 owed unclear', '8 Bob 400000 owed unclear']);
});

await t.test('while a price is not known the year waits, says why, and is made when it is', async (t) => {
  const scene = await sceneOf(t);
  scene.followTo('2026-01-01 06:00');
  scene.tempo.price = (day) => (day === '2025-12-30' ? undefined : price);
  await minutes(scene, 3);
  t.strictSame(await rows(scene), []);
  t.match(scene.statements.problem?.message, /2025-12-30/);
  t.match(scene.statements.problem?.hint, /egw tempo set/);
  t.equal(await reasonOf(scene.statements.make(2025, owner)), 'days-unpriced');
  scene.tempo.price = () => price;
  await minutes(scene, 61);
  t.equal((await rows(scene)).length, 2);
  t.equal(scene.statements.problem, undefined);
});

await t.test(
  'made anew it keeps what was paid, and tells those to whom it says something else',
  async (t) => {
    const scene = await sceneOf(t);
    scene.followTo('2026-01-01 06:00');
    await minutes(scene, 1);
    await scene.statements.paid({ year: 2025, member: '7', day: '2026-01-01' }, owner);
    t.equal(await reasonOf(scene.statements.paid({ year: 2025, member: '9' }, owner)), 'unknown-statement');
    t.equal(
      await reasonOf(scene.statements.paid({ year: 2025, member: '7', day: '2026-01-02' }, owner)),
      'date-in-the-future',
    );
    await scene.members.changeDate({ member: '8', which: 'arrival', date: '2025-12-29' }, owner);
    await scene.statements.make(2025, owner);
    await scene.tellAll();
    t.strictSame(await rows(scene), ['7 Ann 500000 2026-01-01 sent', '8 Bob 300000 owed sent']);
    t.equal(scene.told.length, 4);
    const open = async () => {
      const { statements, paidAmounts } = await scene.statements.show(2025);
      return statements.map((one) => openOf(one, paidAmounts));
    };
    t.strictSame(await open(), [100_000, 300_000], 'what changed since somebody paid is open');
    await scene.statements.make(2025, owner);
    await scene.tellAll();
    t.equal(scene.told.length, 4, 'nobody hears the same twice');
    await scene.members.changeDate({ member: '7', which: 'leave', date: '2025-12-28' }, owner);
    await scene.statements.make(2025, owner);
    t.match((await rows(scene))[0], /^7 Ann 0 2026-01-01/, 'who has paid stays');
    t.equal((await open())[0], -400_000, 'and has paid too much');
    await scene.statements.paid({ year: 2025, member: '7' }, owner);
    t.equal((await open())[0], 0);
  },
);

await t.test(
  'a year that runs is shared out as far as it is over, and made again when it has ended',
  async (t) => {
    const scene = await sceneOf(t);
    scene.goTo('2025-12-30 12:00');
    await scene.statements.make(2025, owner);
    t.strictSame(await rows(scene), ['7 Ann 200000 owed waiting', '8 Bob 200000 owed waiting']);
    t.equal((await scene.statements.show(2025)).record?.isFinal, false);
    t.equal(await reasonOf(scene.statements.make(2026, owner)), 'year-to-come');
    t.equal(await reasonOf(scene.statements.make(2023, owner)), 'nothing-metered');
    scene.followTo('2026-01-01 06:00');
    scene.goTo('2026-01-01 06:01');
    await minutes(scene, 1);
    t.strictSame(await rows(scene), ['7 Ann 400000 owed sent', '8 Bob 400000 owed sent']);
  },
);

await t.test('that somebody has paid is taken back, and is in the audit', async (t) => {
  const scene = await sceneOf(t);
  scene.followTo('2026-01-01 06:00');
  await minutes(scene, 2);
  const paidOf = async (): Promise<unknown> => {
    const { statements, paidAmounts } = await scene.statements.show(2025);
    return statements.map((one) => [one.member, one.paidDay, openOf(one, paidAmounts)]);
  };
  await scene.statements.paid({ year: 2025, member: '7', day: '2026-01-01' }, owner);
  await scene.statements.paid({ year: 2025, member: '8' }, owner);
  await scene.statements.unpaid({ year: 2025, member: '7' }, owner);
  t.strictSame(await paidOf(), [
    ['7', null, 400_000],
    ['8', '2026-01-01', 0],
  ]);
  await scene.statements.unpaid({ year: 2025, member: '7' }, owner);
  t.strictSame(
    scene.audit.filter((line) => /unpaid/.test(line)),
    ['local statement.unpaid 2025 by 7, was 2026-01-01'],
    'what was not paid is not taken back again',
  );
  await scene.statements.make(2025, owner);
  t.strictSame(await paidOf(), [
    ['7', null, 400_000],
    ['8', '2026-01-01', 0],
  ]);
  t.equal(await reasonOf(scene.statements.unpaid({ year: 2025, member: '9' }, owner)), 'unknown-statement');
  t.equal(await reasonOf(scene.statements.unpaid({ year: 2025, member: '8' }, speaker('8'))), 'admin-only');
});

await t.test(
  'a year of which another program has made the statements is not made anew by itself',
  async (t) => {
    const scene = await sceneOf(t);
    const imported = {
      year: 2025,
      member: '7',
      name: 'Ann',
      microEuros: 123_456,
      madeMs: 1,
      paidDay: '2026-01-02',
    };
    scene.service.putStatements(2025, [imported]);
    scene.followTo('2026-01-01 06:00');
    await minutes(scene, 100);
    t.strictSame((await scene.statements.show(2025)).statements, [imported]);
    t.strictSame([scene.told, scene.observed], [[], []]);
    t.equal(scene.statements.problem, undefined);
    scene.restart();
    await minutes(scene, 100);
    t.strictSame((await scene.statements.show(2025)).statements, [imported]);
    await scene.statements.make(2025, owner);
    await minutes(scene, 2);
    t.match((await rows(scene))[0], /^7 Ann 400000 2026-01-02 sent/, 'but when somebody wants it');
  },
);

await t.test('in summer nobody is told of the year before; it can be made', async (t) => {
  const scene = await sceneOf(t);
  scene.followTo('2026-07-01 06:00');
  scene.goTo('2026-07-01 12:00');
  await minutes(scene, 2);
  t.strictSame(await rows(scene), []);
  t.equal(await reasonOf(scene.statements.make(2025, speaker('7'))), 'admin-only');
  await scene.statements.make(2025, speaker('7', true));
  t.equal((await rows(scene)).length, 2);
  t.ok(scene.audit.includes('member:7 statement.made 2025'));
});

await t.test('what is stored adds up to the total, also where parts are left over', async (t) => {
  const scene = await sceneOf(t);
  await scene.members.add({ id: '9', arrival: '2025-12-29' }, owner);
  scene.tempo.price = () => 166_667;
  await scene.statements.make(2025, owner);
  const { statements, record } = await scene.statements.show(2025);
  const sum = statements.reduce((all, one) => all + one.microEuros, 0);
  t.equal(sum + (record?.unassignedMicroEuros ?? 0), record?.microEuros);
  t.equal(record?.microEuros, 5 * 166_667);
  t.equal(at('2026-01-01 06:30'), scene.time.wall());
});
