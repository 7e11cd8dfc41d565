import t, { type Test } from 'tap';
import { clockText } from '../../../gateway/features/members/derogation-window.ts';
import { at, MembersScene, owner, reader, reasonOf, speaker } from './members-scene.ts';

/** Members 7 and 8 are there since Christmas; 13 and 14 January are red, the 10th to the 12th blue. */
async function sceneAt(t: Test, now: string): Promise<MembersScene> {
  const scene = new MembersScene(t);
  scene.goTo(now);
  for (const id of ['7', '8']) await scene.members.add({ id, arrival: '2024-12-25' }, owner);
  for (const day of ['2025-01-10', '2025-01-11', '2025-01-12', '2025-01-15']) scene.tempo.say(day, 'blue');
  for (const day of ['2025-01-13', '2025-01-14']) scene.tempo.say(day, 'red');
  await scene.desk.look();
  return scene;
}

function windows(scene: MembersScene): readonly string[] {
  const range = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER };
  return scene.desk
    .covering(range)
    .map(({ member, startMs, endMs }) => `${member} ${clockText(startMs)} ${clockText(endMs)}`);
}

await t.test(
  'a red day is taken, a day that is not red is not needed, one that is not known is taken',
  async (t) => {
    const scene = await sceneAt(t, '2025-01-12 12:00');
    const { desk } = scene;
    const ask = async (day: string) => await reasonOf(desk.add({ day }, speaker('7')));
    t.equal(await ask('tomorrow'), 'taken');
    t.equal(await ask('tomorrow'), 'derogation-overlaps');
    t.equal(await ask('today'), 'day-not-red');
    t.equal(await ask('2025-01-15'), 'day-not-red');
    t.equal(await ask('2025-01-16'), 'taken');
    scene.tempo.neverRed.add('2025-01-18');
    t.equal(await ask('2025-01-18'), 'day-not-red');
    t.equal(await reasonOf(desk.add({ day: 'tomorrow' }, speaker('8'))), 'taken', 'others may want it, too');
    t.strictSame(windows(scene), [
      '7 2025-01-13 06:00 2025-01-13 18:00',
      '8 2025-01-13 06:00 2025-01-13 18:00',
      '7 2025-01-16 06:00 2025-01-16 18:00',
    ]);
    scene.restart();
    t.strictSame(windows(scene), [], 'nothing is known before the disk was read');
    await scene.desk.look();
    t.equal(windows(scene).length, 3);
  },
);

await t.test(
  'at two in the night before a red day the server is off already, so today is taken',
  async (t) => {
    const scene = await sceneAt(t, '2025-01-13 02:00');
    t.equal(await reasonOf(scene.desk.add({ day: 'today' }, speaker('7'))), 'taken');
    t.strictSame(windows(scene), ['7 2025-01-13 02:00 2025-01-13 14:00']);
  },
);

await t.test('somebody takes back his own until 21:45 of the evening before', async (t) => {
  const scene = await sceneAt(t, '2025-01-12 12:00');
  const tomorrow = await scene.desk.add({ day: 'tomorrow' }, speaker('7'));
  const unknown = await scene.desk.add({ day: '2025-01-16' }, speaker('7'));
  const remove = async (id: number) => await reasonOf(scene.desk.remove(id, speaker('7')));
  t.equal(await reasonOf(scene.desk.remove(tomorrow.id, speaker('8'))), 'not-your-derogation');
  t.equal(await reasonOf(scene.desk.remove(tomorrow.id, reader)), 'not-your-derogation');
  t.equal(await reasonOf(scene.desk.remove(99, speaker('7'))), 'unknown-derogation');
  scene.goTo('2025-01-12 21:44');
  t.equal(await remove(tomorrow.id), 'taken');
  t.equal(await remove(tomorrow.id), 'unknown-derogation');
  const again = await scene.desk.add({ day: 'tomorrow' }, speaker('7'));
  scene.goTo('2025-01-12 21:45');
  t.equal(await remove(again.id), 'too-late-to-remove');
  scene.goTo('2025-01-13 18:30');
  t.equal(await remove(again.id), 'derogation-over');
  t.equal(await reasonOf(scene.desk.remove(again.id, speaker('9', true))), 'taken', 'an admin may');
  scene.goTo('2025-01-15 21:45');
  t.equal(await remove(unknown.id), 'too-late-to-remove', 'a day that may be red counts as one');
  scene.tempo.say('2025-01-16', 'white', 'provisional');
  t.equal(await remove(unknown.id), 'taken', 'a day that is not red does not');
});

await t.test('one over two days is bound by its first red day', async (t) => {
  const scene = await sceneAt(t, '2025-01-12 12:00');
  const { id } = await scene.desk.add({ day: '2025-01-13', hourStart: '3', hourEnd: '12' }, speaker('7'));
  scene.goTo('2025-01-12 21:44');
  t.equal(await reasonOf(scene.desk.remove(id, speaker('7'))), 'taken');
});

await t.test('members ask for themselves; admins and the owner for anybody', async (t) => {
  const scene = await sceneAt(t, '2025-01-12 12:00');
  const ask = async (member: string | undefined, asker: Parameters<typeof scene.desk.add>[1]) =>
    await reasonOf(scene.desk.add({ day: 'tomorrow', member }, asker));
  t.equal(await ask('8', speaker('7')), 'not-yourself');
  t.equal(await ask('8', reader), 'admin-only');
  t.equal(await ask(undefined, owner), 'member-needed');
  t.equal(await ask('99', owner), 'unknown-member');
  t.equal(await ask(undefined, speaker('99')), 'unknown-member');
  t.equal(await ask('8', speaker('7', true)), 'taken');
  t.equal(await ask('7', speaker('7')), 'taken');
});

await t.test('who is not there may not ask, and what he asked for ends when he leaves', async (t) => {
  const scene = await sceneAt(t, '2025-01-12 12:00');
  await scene.desk.add({ day: 'tomorrow' }, speaker('7'));
  await scene.members.leave({ id: '7' }, speaker('7'));
  await scene.desk.look();
  t.strictSame(windows(scene), []);
  t.equal(await reasonOf(scene.desk.add({ day: 'tomorrow' }, speaker('7'))), 'not-present');
});

await t.test(
  'when a day turns out not to be red its derogations are taken back, with the reason',
  async (t) => {
    const scene = await sceneAt(t, '2025-01-15 09:00');
    await scene.desk.add({ day: '2025-01-16' }, speaker('7'));
    await scene.desk.add({ day: '2025-01-16', hourStart: '20', hourEnd: '24' }, speaker('8'));
    await scene.desk.add({ day: '2025-01-17', hourStart: '5', hourEnd: '9' }, speaker('8'));
    const look = async () => {
      await scene.desk.look();
      return windows(scene).length;
    };
    scene.tempo.say('2025-01-16', 'blue', 'provisional');
    t.equal(await look(), 3, 'not before it is final');
    scene.tempo.say('2025-01-16', 'blue');
    t.equal(await look(), 1, 'one that touches another day stays');
    const all = await scene.desk.list({ withRemoved: true });
    t.strictSame(
      all.map(({ member, removedWhy }) => `${member} ${removedWhy ?? 'holds'}`),
      ['7 not needed: 2025-01-16 is blue', '8 not needed: 2025-01-16 is blue', '8 holds'],
    );
    t.ok(scene.audit.includes('gateway derogation.removed 1 of 7: not needed: 2025-01-16 is blue'));
  },
);

await t.test('a day that is over keeps its derogations, whatever its colour is corrected to', async (t) => {
  const scene = await sceneAt(t, '2025-01-13 09:00');
  await scene.desk.add({ day: 'today' }, speaker('7'));
  scene.goTo('2025-01-14 05:30');
  scene.tempo.say('2025-01-12', 'blue');
  await scene.desk.look();
  t.equal(windows(scene).length, 1);
  scene.goTo('2025-01-14 06:00');
  scene.tempo.say('2025-01-13', 'blue');
  await scene.desk.look();
  t.equal(windows(scene).length, 1);
});

await t.test('whoever switches the server on has it from now on, once', async (t) => {
  const scene = await sceneAt(t, '2025-01-13 09:00');
  const now = async (principal: Parameters<typeof scene.desk.add>[1], member?: string) =>
    await scene.desk.derogateNow({ principal, member }, scene.time.wall());
  t.equal(await now(owner), undefined, 'nobody is named');
  const first = await now(speaker('7'));
  t.match(first, { member: '7', startMs: at('2025-01-13 09:00'), endMs: at('2025-01-13 21:00') });
  t.equal((await now(speaker('7')))?.id, first?.id);
  await scene.desk.add({ day: 'today', hourStart: '14' }, speaker('8'));
  t.match(await now(owner, '8'), { startMs: at('2025-01-13 09:00'), endMs: at('2025-01-13 14:00') });
  t.equal(await reasonOf(now(speaker('7'), '8')), 'not-yourself');
  t.equal(await reasonOf(now(owner, '99')), 'unknown-member');
  t.equal(await now(speaker('99', true)), undefined, 'an admin need not be a member');
});

await t.test('who has left has the server on for nobody, unless he is an admin', async (t) => {
  const scene = await sceneAt(t, '2025-01-13 09:00');
  await scene.members.leave({ id: '7' }, speaker('7'));
  const now = async (isAdmin: boolean) =>
    await scene.desk.derogateNow({ principal: speaker('7', isAdmin), member: undefined }, scene.time.wall());
  t.equal(await reasonOf(now(false)), 'not-present');
  t.equal(await now(true), undefined);
  t.strictSame(windows(scene), []);
});

await t.test('who leaves in the middle of it pays for it all the same', async (t) => {
  const scene = await sceneAt(t, '2025-01-12 12:00');
  await scene.desk.add({ day: 'tomorrow' }, speaker('7'));
  scene.goTo('2025-01-13 17:00');
  await scene.members.leave({ id: '7' }, speaker('7'));
  await scene.desk.look();
  t.equal(windows(scene).length, 1);
});

await t.test('those who switch the server hear of each change, and of nothing else', async (t) => {
  const scene = await sceneAt(t, '2025-01-12 12:00');
  let heard = 0;
  scene.desk.onChange(() => {
    heard += 1;
  });
  await scene.desk.add({ day: 'tomorrow' }, speaker('7'));
  t.equal(heard, 1);
  await reasonOf(scene.desk.add({ day: 'tomorrow' }, speaker('7')));
  scene.tempo.say('2025-01-20', 'red');
  await scene.desk.look();
  t.equal(heard, 1);
  await scene.desk.remove(1, speaker('7'));
  t.equal(heard, 2);
});

await t.test('what ten ask for at once for one member is taken once', async (t) => {
  const scene = await sceneAt(t, '2025-01-12 12:00');
  const calls = Array.from(
    { length: 10 },
    async () => await reasonOf(scene.desk.add({ day: 'tomorrow' }, speaker('7'))),
  );
  const reasons = await Promise.all(calls);
  t.equal(reasons.filter((one) => one === 'taken').length, 1);
  t.equal(reasons.filter((one) => one === 'derogation-overlaps').length, 9);
});

await t.test('nobody has more than a hundred to come', async (t) => {
  const scene = await sceneAt(t, '2025-01-12 12:00');
  const ask = async (minute: number) => {
    const hour = (of: number) => `${6 + Math.floor(of / 60)}:${String(of % 60).padStart(2, '0')}`;
    return await reasonOf(
      scene.desk.add({ day: 'tomorrow', hourStart: hour(minute), hourEnd: hour(minute + 1) }, speaker('7')),
    );
  };
  for (let minute = 0; minute < 100; minute += 1) t.equal(await ask(minute), 'taken');
  t.equal(await ask(100), 'too-many');
});

await t.test('while the time is not known nothing is taken back, and it is looked at again', async (t) => {
  const scene = await sceneAt(t, '2025-01-15 09:00');
  await scene.desk.add({ day: '2025-01-16' }, speaker('7'));
  scene.restart();
  scene.isTimeKnown = false;
  scene.tempo.say('2025-01-16', 'blue');
  await scene.desk.look();
  t.equal(windows(scene).length, 1);
  scene.isTimeKnown = true;
  await scene.desk.look();
  t.strictSame(windows(scene), []);
});

await t.test('a disk that fails once is read again', async (t) => {
  const scene = await sceneAt(t, '2025-01-12 12:00');
  await scene.desk.add({ day: 'tomorrow' }, speaker('7'));
  scene.restart();
  scene.isDiskAway = true;
  await t.rejects(scene.desk.look());
  scene.isDiskAway = false;
  await scene.desk.look();
  t.equal(windows(scene).length, 1);
});
