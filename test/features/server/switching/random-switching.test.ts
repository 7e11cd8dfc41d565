import fc from 'fast-check';
import t from 'tap';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { addDays } from '../../../../gateway/core/tempo-day.ts';
import { SwitchingScene } from './switching-scene.ts';
import '../../../property-seed.ts';

const deed = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constant('pass' as const), minutes: fc.integer({ min: 1, max: 240 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('ups' as const), onBattery: fc.boolean(), isLow: fc.boolean() }),
  },
  fc.record({ does: fc.constant('restart' as const) }),
  fc.record({ does: fc.constant('switch' as const), isAway: fc.boolean() }),
  fc.record({ does: fc.constant('plug' as const), isThere: fc.boolean() }),
  fc.record({ does: fc.constant('disk' as const), isThere: fc.boolean() }),
  fc.record({ does: fc.constant('clock' as const), isKnown: fc.boolean() }),
);
const colours = fc.array(fc.constantFrom('blue', 'white', 'red'), { minLength: 6, maxLength: 6 });

type Deed = typeof deed extends fc.Arbitrary<infer Made> ? Made : never;
type DeedOf<Does extends Deed['does']> = Extract<Deed, { readonly does: Does }>;
type Work<Does extends Deed['does']> = (scene: SwitchingScene, done: DeedOf<Does>) => unknown;

const works: { readonly [Does in Deed['does']]: Work<Does> } = {
  pass: (scene, { minutes }) => scene.pass(minutes),
  ups: (scene, { onBattery, isLow }) => (scene.ups = { onBattery, isLow }),
  restart: (scene) => {
    scene.restart();
  },
  switch: (scene, { isAway }) =>
    (scene.refusal = isAway ? new GatewayError('switch_unavailable', 'nobody answers') : undefined),
  plug: (scene, { isThere }) => (scene.hasPlug = isThere),
  disk: (scene, { isThere }) => {
    for (const call of ['addServerOrder', 'updateServerOrder'])
      if (isThere) scene.failing.delete(call);
      else scene.failing.add(call);
  },
  clock: (scene, { isKnown }) => (scene.isTimeKnown = isKnown),
};

async function perform(scene: SwitchingScene, done: Deed): Promise<void> {
  const work = works[done.does] as Work<Deed['does']>;
  await work(scene, done);
}

const allThere: readonly Deed[] = [
  { does: 'ups', onBattery: false, isLow: false },
  { does: 'switch', isAway: false },
  { does: 'plug', isThere: true },
  { does: 'disk', isThere: true },
  { does: 'clock', isKnown: true },
  { does: 'pass', minutes: 60 },
];

await t.test(
  'whatever happened, with everything there again the server is as the policy wants it',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 6, maxLength: 14 }), colours, async (deeds, said) => {
        const days = said.map((colour, index) => `${addDays('2026-01-12', index).slice(5)} ${colour}`);
        const scene = new SwitchingScene(t, {
          from: '2026-01-12 17:00',
          colours: days.join(' '),
          ups: 'ups',
        });
        for (const done of [...deeds, ...allThere]) await perform(scene, done);
        const position = scene.machine.isOn ? 'on' : 'off';
        t.equal(position, scene.switching.wish()?.wanted, scene.orders().join('; '));
      }),
      { numRuns: 20 },
    );
  },
);
