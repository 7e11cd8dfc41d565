import fc from 'fast-check';
import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { addDays, frenchDateAt, frenchInstantMs, tempoDayAt } from '../../../gateway/core/tempo-day.ts';
import { tempoColours, type TempoColour } from '../../../gateway/core/tempo-rules.ts';
import type { StoredDerogation } from '../../../gateway/storage/member-calls.ts';
import { touchedDays } from '../../../gateway/features/members/derogation-window.ts';
import { ratedDays } from '../../../gateway/features/members/rated-days.ts';
import { MembersScene, owner, speaker } from './members-scene.ts';
import '../../property-seed.ts';

const minuteMs = 60_000;
const start = '2025-01-06 12:00';
const who = fc.constantFrom('7', '8', '9');
const back = fc.integer({ min: -2, max: 9 });
const hour = fc.option(fc.constantFrom('0', '6', '14h', '14:30', '21:59', '24', '25', 'noon'), {
  nil: undefined,
});
const isAdmin = fc.boolean();

const deed = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('arrive' as const),
      who,
      back: fc.option(back, { nil: undefined }),
    }),
  },
  fc.record({ does: fc.constant('leave' as const), who, back: fc.option(back, { nil: undefined }), isAdmin }),
  fc.record({
    does: fc.constant('date' as const),
    who,
    back,
    which: fc.constantFrom('arrival' as const, 'leave' as const),
  }),
  fc.record({
    does: fc.constant('role' as const),
    who,
    role: fc.constantFrom('admin' as const, 'member' as const),
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('derogate' as const),
      who,
      day: fc.oneof(fc.constantFrom('today', 'tomorrow'), fc.integer({ min: -1, max: 6 })),
      hourStart: hour,
      hourEnd: hour,
    }),
  },
  fc.record({ does: fc.constant('now' as const), who }),
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('remove' as const),
      who,
      id: fc.integer({ min: 1, max: 12 }),
      isAdmin,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 2_000 }) }),
  },
  fc.record({
    does: fc.constant('colour' as const),
    ahead: fc.integer({ min: -1, max: 3 }),
    colour: fc.constantFrom<TempoColour>(...tempoColours),
  }),
  fc.record({ does: fc.constant('restart' as const) }),
);

type Deed = typeof deed extends fc.Arbitrary<infer Made> ? Made : never;
type DeedOf<Does extends Deed['does']> = Extract<Deed, { readonly does: Does }>;
type Work<Does extends Deed['does']> = (scene: MembersScene, done: DeedOf<Does>, today: string) => unknown;

const works: { readonly [Does in Deed['does']]: Work<Does> } = {
  arrive: (scene, { who: id, back: days }, today) =>
    scene.members.add({ id, ...(days !== undefined && { arrival: addDays(today, -days) }) }, owner),
  leave: (scene, { who: id, back: days, isAdmin: asAdmin }, today) =>
    scene.members.leave(
      { id, ...(days !== undefined && { leave: addDays(today, -days) }) },
      speaker(id, asAdmin),
    ),
  date: (scene, { who: member, which, back: days }, today) =>
    scene.members.changeDate({ member, which, date: addDays(today, -days) }, owner),
  role: (scene, { who: id, role }) => scene.members.setRole(id, role, owner),
  derogate: (scene, { who: id, day, hourStart, hourEnd }, today) =>
    scene.desk.add(
      { day: typeof day === 'number' ? addDays(today, day) : day, hourStart, hourEnd },
      speaker(id),
    ),
  now: (scene, { who: id }) => scene.desk.derogateNow({ principal: speaker(id) }, scene.time.wall()),
  remove: (scene, { who: id, id: derogation, isAdmin: asAdmin }) =>
    scene.desk.remove(derogation, speaker(id, asAdmin)),
  pass: (scene, { minutes }) => {
    scene.time.pass(minutes * minuteMs);
  },
  colour: (scene, { ahead, colour }) => {
    const day = addDays(tempoDayAt(scene.time.wall()), ahead);
    scene.tempo.colours.set(day, { colour, state: 'final', provider: 'rte' });
    scene.desk.lookAgain();
  },
  restart: (scene) => {
    scene.restart();
  },
};

/** Does it; what is refused is left. Answers whether it was done. */
async function perform(scene: MembersScene, done: Deed): Promise<boolean> {
  try {
    const work = works[done.does] as Work<Deed['does']>;
    await work(scene, done, frenchDateAt(scene.time.wall()));
    return true;
  } catch (error) {
    if (error instanceof GatewayError) return false;
    throw error;
  }
}

function held(scene: MembersScene): readonly StoredDerogation[] {
  return scene.service.listDerogations({ fromMs: 0, toMs: 9e15, withRemoved: false });
}

async function presenceFaults(scene: MembersScene): Promise<readonly string[]> {
  const today = frenchDateAt(scene.time.wall());
  return (await scene.members.list()).flatMap(({ id, presences }) =>
    presences.flatMap(({ arrival, leave }, index) => {
      const before = presences[index - 1];
      return [
        ...(arrival > today || (leave ?? '') > today ? [`${id} is there in the future`] : []),
        ...(leave !== null && leave <= arrival ? [`${id} leaves before he comes`] : []),
        ...(before !== undefined && (before.leave ?? '9') > arrival ? [`${id} is there twice`] : []),
      ];
    }),
  );
}

function derogationFaults(scene: MembersScene): readonly string[] {
  return held(scene).flatMap(({ id, member, startMs, endMs, createdMs }, index, all) => {
    const others = all.slice(index + 1).filter((other) => other.member === member);
    const isTwice = others.some((other) => other.startMs < endMs && other.endMs > startMs);
    return [
      ...(endMs <= startMs ? [`${id} ends before it starts`] : []),
      ...(startMs < createdMs ? [`${id} began in the past`] : []),
      ...(isTwice ? [`${id} overlaps`] : []),
    ];
  });
}

/** What is wrong with taking one back, if that was done. */
function removalFaults(
  scene: MembersScene,
  done: Deed,
  removed: StoredDerogation | undefined,
): readonly string[] {
  if (done.does !== 'remove' || removed === undefined || done.isAdmin) return [];
  const red = touchedDays(removed).find((one) => scene.tempo.colourOf(one)?.colour === 'red');
  const untilMs = red === undefined ? Infinity : frenchInstantMs(addDays(red, -1), 21, 45);
  return [
    ...(scene.time.wall() >= untilMs ? ['taken back too late'] : []),
    ...(removed.member === done.who ? [] : ['taken back by somebody else']),
  ];
}

async function hasAdmin(scene: MembersScene): Promise<boolean> {
  return (await scene.members.list()).some((one) => one.role === 'admin' && one.isPresent);
}

/** After one deed. */
async function faultsAfter(scene: MembersScene, done: Deed): Promise<readonly string[]> {
  const hadAdmin = await hasAdmin(scene);
  const removed = held(scene).find(({ id }) => done.does === 'remove' && id === done.id);
  const isDone = await perform(scene, done);
  const removal = isDone ? removalFaults(scene, done, removed) : [];
  await scene.desk.look();
  const isSomebody = (await scene.members.list()).some((one) => one.isPresent);
  const isOrphaned = hadAdmin && isSomebody && !(await hasAdmin(scene));
  return [
    ...(await presenceFaults(scene)),
    ...derogationFaults(scene),
    ...removal,
    ...(isOrphaned ? ['there is no admin any more'] : []),
  ];
}

await t.test(
  'whatever members do, nobody is there twice or in the future, and derogations stay whole',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 10, maxLength: 40 }), async (deeds) => {
        const scene = new MembersScene(t);
        scene.goTo(start);
        for (const done of deeds) t.strictSame(await faultsAfter(scene, done), []);
        const day = tempoDayAt(scene.time.wall());
        const range = { first: addDays(day, -2), last: day };
        for (const one of [-2, -1, 0]) scene.count(addDays(day, one), 'peak', 1_000_001);
        for await (const { basis, shares, whole } of ratedDays(scene.ports(), range)) {
          const sum = [...shares.values()].reduce((all, share) => all + share.mwh, 0);
          t.equal(sum, basis === 'unassigned' ? 0 : whole.mwh, 'shares add up');
        }
      }),
      { numRuns: 12 },
    );
  },
);
