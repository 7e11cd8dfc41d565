import t, { type Test } from 'tap';
import { at, MembersScene, owner, reader, reasonOf, speaker } from './members-scene.ts';

function sceneAt(t: Test, now: string, firstAdmin?: string): MembersScene {
  const scene = new MembersScene(t, firstAdmin === undefined ? {} : { firstAdmin });
  scene.goTo(now);
  return scene;
}

async function presences(scene: MembersScene, id: string): Promise<readonly string[]> {
  const { presences: found } = await scene.members.show(id);
  return found.map(({ arrival, leave }) => `${arrival}..${leave ?? ''}`);
}

await t.test('members come, go and come again, and are never admins by that', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00');
  const { members } = scene;
  const { member, note } = await members.add({ id: '7', name: 'Zoé', arrival: '2025-01-02' }, owner);
  t.equal(note, null);
  t.match(member, { id: '7', name: 'Zoé', role: 'member', isPresent: true, isFirstAdmin: false });
  t.equal(await reasonOf(members.add({ id: '7' }, owner)), 'already-present');
  await members.leave({ id: '7', leave: '2025-01-05' }, owner);
  t.equal((await members.show('7')).isPresent, false);
  t.equal(await reasonOf(members.leave({ id: '7' }, owner)), 'not-present');
  t.equal(await reasonOf(members.add({ id: '7', arrival: '2025-01-04' }, owner)), 'presence-overlaps');
  t.equal(await reasonOf(members.add({ id: '7', arrival: '2025-01-01' }, owner)), 'presence-overlaps');
  await members.add({ id: '7', arrival: '2025-01-05' }, owner);
  t.strictSame(await presences(scene, '7'), ['2025-01-02..2025-01-05', '2025-01-05..']);
  scene.restart();
  t.strictSame(await presences(scene, '7'), ['2025-01-02..2025-01-05', '2025-01-05..']);
  t.equal((await scene.members.show('7')).name, 'Zoé');
});

await t.test('who arrives and leaves on one day was never there', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00');
  await scene.members.add({ id: '7' }, owner);
  await scene.members.leave({ id: '7' }, owner);
  t.strictSame(await presences(scene, '7'), []);
  await scene.members.add({ id: '7' }, owner);
  t.strictSame(await presences(scene, '7'), ['2025-01-10..']);
});

await t.test('dates are of one form, and not in the future', async (t) => {
  const scene = sceneAt(t, '2025-01-10 02:00');
  const arrive = async (arrival: string) => await reasonOf(scene.members.add({ id: '7', arrival }, owner));
  for (const arrival of [
    '',
    '2024-02-30',
    '01/02/2024',
    '2024-1-5',
    'today',
    '2025-13-01',
    '0001-01-01',
    '9999-12-31',
  ])
    t.equal(await arrive(arrival), 'date-unreadable', arrival);
  t.equal(await arrive('2025-01-11'), 'date-in-the-future');
  t.equal(await arrive('2025-01-10'), 'taken', 'the date changes at midnight, before the tariff day does');
  const change = async (which: 'arrival' | 'leave', date: string) =>
    await reasonOf(scene.members.changeDate({ member: '7', which, date }, owner));
  t.equal(await change('leave', '2025-01-09'), 'leave-before-arrival');
  t.equal(await change('arrival', '2024-12-01'), 'taken');
  t.equal(await change('leave', '2025-01-11'), 'date-in-the-future');
  t.equal(await change('leave', '2025-01-09'), 'taken');
  t.equal(await change('arrival', '2025-01-10'), 'leave-before-arrival');
  t.strictSame(await presences(scene, '7'), ['2024-12-01..2025-01-09']);
  t.equal(
    await reasonOf(scene.members.changeDate({ member: '8', which: 'leave', date: '2025-01-01' }, owner)),
    'unknown-member',
  );
});

await t.test('changed dates do not run into an earlier stay', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00');
  await scene.members.add({ id: '7', arrival: '2024-06-01' }, owner);
  await scene.members.leave({ id: '7', leave: '2024-07-01' }, owner);
  await scene.members.add({ id: '7', arrival: '2024-09-01' }, owner);
  const arrive = async (date: string) =>
    await reasonOf(scene.members.changeDate({ member: '7', which: 'arrival', date }, owner));
  t.equal(await arrive('2024-06-30'), 'presence-overlaps');
  t.equal(await arrive('2024-07-01'), 'taken');
  t.strictSame(await presences(scene, '7'), ['2024-06-01..2024-07-01', '2024-07-01..']);
});

await t.test(
  'who is not on the Discord server is not let in; where it is not known, that is said',
  async (t) => {
    const scene = sceneAt(t, '2025-01-10 12:00');
    scene.onServer = 'no';
    t.equal(await reasonOf(scene.members.add({ id: '7' }, owner)), 'not-on-the-server');
    t.strictSame(await scene.members.list(), []);
    scene.onServer = 'unknown';
    t.match((await scene.members.add({ id: '7' }, owner)).note, /not known/);
    t.equal(await reasonOf(scene.members.add({ id: '7' }, owner)), 'already-present');
  },
);

await t.test('there is always an admin', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00');
  const { members } = scene;
  for (const id of ['7', '8']) await members.add({ id, arrival: '2025-01-01' }, owner);
  t.equal((await members.setRole('7', 'admin', owner)).role, 'admin');
  t.equal(await reasonOf(members.setRole('7', 'member', speaker('7', true))), 'last-admin');
  t.equal(await reasonOf(members.leave({ id: '7' }, speaker('7', true))), 'last-admin');
  await members.setRole('8', 'admin', speaker('7', true));
  t.equal((await members.setRole('7', 'member', speaker('7', true))).role, 'member');
  t.equal(await reasonOf(members.setRole('8', 'member', speaker('8', true))), 'last-admin');
  t.equal(await reasonOf(members.setRole('9', 'admin', owner)), 'unknown-member');
});

await t.test('a name is what people can read', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00');
  const { members } = scene;
  const unreadable = [
    ' ',
    '\u0000',
    'A\nB',
    'A\tB',
    'A\u0007',
    'A\u0085B',
    'A\u2028B',
    '\u202Eadmin',
    'A\u200B',
    '\ud800',
  ];
  for (const name of unreadable) {
    t.equal(
      await reasonOf(members.add({ id: '7', name }, owner)),
      'name-unreadable',
      encodeURI(name.toWellFormed()),
    );
  }
  t.strictSame(await members.list(), [], 'nobody came by that');
  await t.rejects(members.add({ id: '7', name: 'A\u001b[31m' }, owner), {
    message: 'the name holds a character that cannot be seen: U+001B',
    facts: { character: 'U+001B' },
  });
  await members.add({ id: '7', name: ' Zoé 👩‍🌾 ' }, owner);
  t.equal((await members.show('7')).name, 'Zoé 👩‍🌾');
  t.equal(await reasonOf(members.rename('7', 'Zoé\r\nBcc: all', speaker('7'))), 'name-unreadable');
  t.equal((await members.show('7')).name, 'Zoé 👩‍🌾');
});

await t.test('the first admin who is no member is told to be the first admin, not a stranger', async (t) => {
  const { members } = sceneAt(t, '2025-01-10 12:00', '1');
  await members.add({ id: '7' }, owner);
  t.equal(await reasonOf(members.setRole('1', 'member', owner)), 'first-admin');
  t.equal(await reasonOf(members.setRole('2', 'member', owner)), 'unknown-member');
});

await t.test('the first admin of the configuration is one, member or not, and stays one', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00', '7');
  const { members } = scene;
  t.equal(members.firstAdmin, '7');
  await members.add({ id: '8' }, speaker('7', true));
  await members.setRole('8', 'admin', owner);
  t.equal((await members.setRole('8', 'member', speaker('8', true))).role, 'member', '7 is still there');
  await members.add({ id: '7' }, owner);
  t.match(await members.show('7'), { role: 'admin', isFirstAdmin: true });
  t.equal(await reasonOf(members.setRole('7', 'member', owner)), 'first-admin', 'another would not help');
  await members.setRole('8', 'admin', owner);
  t.equal(await reasonOf(members.setRole('7', 'member', owner)), 'first-admin');
  t.equal((await members.leave({ id: '7' }, speaker('7', true))).role, 'admin');
});

await t.test('who leaves is no admin any more', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00');
  const { members } = scene;
  for (const id of ['7', '8']) await members.add({ id, arrival: '2025-01-01' }, owner);
  for (const id of ['7', '8']) await members.setRole(id, 'admin', owner);
  t.equal((await members.leave({ id: '7' }, owner)).role, 'member');
  t.match((await members.add({ id: '7' }, owner)).member, { role: 'member', isPresent: true });
});

await t.test('nor is he whose day of leaving is given, and the last admin stays', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00');
  const { members } = scene;
  for (const id of ['7', '8', '9']) await members.add({ id, arrival: '2025-01-01' }, owner);
  for (const id of ['7', '8']) await members.setRole(id, 'admin', owner);
  const left = async (member: string) =>
    await members.changeDate({ member, which: 'leave', date: '2025-01-05' }, owner);
  t.match(await left('7'), { role: 'member', isPresent: false });
  t.equal(await reasonOf(left('8')), 'last-admin');
  t.match(await members.show('8'), { role: 'admin', isPresent: true });
});

await t.test('members act for themselves, admins for all', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00');
  const { members } = scene;
  for (const id of ['7', '8']) await members.add({ id, arrival: '2025-01-01' }, owner);
  const refused = {
    add: members.add({ id: '9' }, speaker('7')),
    addByToken: members.add({ id: '9' }, reader),
    leave: members.leave({ id: '8' }, speaker('7')),
    leaveByToken: members.leave({ id: '8' }, reader),
    leaveLongAgo: members.leave({ id: '7', leave: '2025-01-02' }, speaker('7')),
    dates: members.changeDate({ member: '7', which: 'leave', date: '2025-01-02' }, speaker('7')),
    role: members.setRole('7', 'admin', speaker('7')),
    rename: members.rename('8', 'Ann', speaker('7')),
  };
  const reasons = Object.entries(refused).map(async ([name, call]) => `${name} ${await reasonOf(call)}`);
  t.strictSame(await Promise.all(reasons), [
    'add admin-only',
    'addByToken admin-only',
    'leave not-yourself',
    'leaveByToken admin-only',
    'leaveLongAgo admin-only',
    'dates admin-only',
    'role admin-only',
    'rename admin-only',
  ]);
  t.equal((await members.rename('7', 'Ann', speaker('7'))).name, 'Ann');
  t.equal((await members.leave({ id: '7' }, speaker('7'))).isPresent, false);
  t.equal((await members.leave({ id: '8' }, speaker('9', true))).isPresent, false);
});

await t.test('what was changed, and by whom, is in the audit', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00');
  const { members } = scene;
  await members.add({ id: '7' }, owner);
  await members.setRole('7', 'admin', speaker('9', true));
  await members.changeDate({ member: '7', which: 'arrival', date: '2025-01-01' }, owner);
  await members.rename('7', 'Ann', speaker('7'));
  await members.leave({ id: '7' }, speaker('7'));
  t.strictSame(scene.audit.toSorted(), [
    'local member.arrived 7 from 2025-01-10 on',
    'local member.dates arrival of 7: 2025-01-01, was 2025-01-10',
    'member:7 member.left 7 on 2025-01-10',
    'member:7 member.name 7: Ann, was 7',
    'member:9 member.role 7: admin, was member',
  ]);
});

await t.test('while it is not known what day it is nobody comes or goes', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00');
  scene.isTimeKnown = false;
  t.equal(await reasonOf(scene.members.add({ id: '7' }, owner)), 'time-not-known');
});

await t.test('a hundred who come at once all come, and one who comes twice comes once', async (t) => {
  const scene = sceneAt(t, '2025-01-10 12:00');
  const ids = Array.from({ length: 100 }, (_, index) => String(index + 1));
  const calls = [...ids, '50'].map(async (id) => await reasonOf(scene.members.add({ id }, owner)));
  const reasons = await Promise.all(calls);
  t.strictSame(
    reasons.filter((one) => one !== 'taken'),
    ['already-present'],
  );
  t.equal((await scene.members.list()).length, 100);
  t.equal(at('2025-01-10 12:00'), scene.time.wall());
});
