import t from 'tap';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { SwitchingScene } from './switching-scene.ts';

const evening = { from: '2026-01-12 21:58', colours: '01-12 white 01-13 red 01-14 blue 01-15 blue' };
const night = { ...evening, ups: 'ups' } as const;

t.test('an order of an earlier life is not carried out before the policy has looked at it', async (t) => {
  for (const unknown of ['isTimeKnown', 'isKnowledgeRead'] as const) {
    const scene = new SwitchingScene(t, evening);
    scene.machine.deafFor = 1;
    await scene.until('2026-01-12 22:03');
    t.same(scene.machine.got.length, 1);
    // Two days later it is blue, and nobody knows the time yet.
    scene.time.pass(48 * 3_600_000);
    scene[unknown] = false;
    scene.restart();
    await scene.pass(30);
    t.equal(scene.machine.got.length, 1, unknown);
    t.equal(scene.machine.isOn, true);
    scene[unknown] = true;
    await scene.pass(10);
    t.match(scene.orders(), [/off policy red-tomorrow superseded/, /on policy not-red unneeded/]);
    t.equal(scene.machine.got.length, 1);
  }
});

t.test('what a person asked for needs no time', async (t) => {
  const scene = new SwitchingScene(t, evening);
  scene.isTimeKnown = false;
  await scene.pass(3);
  await scene.ask('off');
  await scene.pass(4);
  t.equal(scene.machine.isOn, false);
});

t.test(
  'the mains are back, and nobody knows what time it is: it stays off until that is known',
  async (t) => {
    const scene = new SwitchingScene(t, night);
    scene.ups = { onBattery: false };
    await scene.until('2026-01-12 22:01');
    // While it shuts down for the red day.
    scene.ups = { onBattery: true, isLow: true };
    await scene.pass(5);
    t.equal(scene.machine.isOn, false);
    scene.restart();
    scene.isTimeKnown = false;
    scene.ups = { onBattery: false };
    await scene.pass(20);
    t.equal(scene.machine.isOn, false);
    scene.isTimeKnown = true;
    await scene.until('2026-01-13 21:00');
    t.equal(scene.machine.isOn, false, 'the day is red');
    await scene.until('2026-01-14 06:10');
    t.equal(scene.machine.isOn, true);
  },
);

t.test('where only people switch the mains alone are waited for', async (t) => {
  const scene = new SwitchingScene(t, { ...night, policy: 'none' });
  scene.ups = { onBattery: true, isLow: true };
  await scene.pass(5);
  scene.isTimeKnown = false;
  scene.ups = { onBattery: false };
  await scene.pass(10);
  t.equal(scene.machine.isOn, true);
});

for (const broken of [['addServerOrder'], ['updateServerOrder'], ['addServerOrder', 'updateServerOrder']])
  t.test(`the battery does not wait for a disk without ${broken.join(' and ')}`, async (t) => {
    const scene = new SwitchingScene(t, {
      ...night,
      from: '2026-01-12 12:00',
      colours: '01-12 blue 01-13 blue',
    });
    scene.ups = { onBattery: false };
    await scene.pass(2);
    for (const call of broken) scene.failing.add(call);
    scene.ups = { onBattery: true };
    await scene.pass(30);
    t.equal(scene.machine.isOn, false);
    t.equal(scene.machine.got.length, 1);
    t.equal(scene.holds('server-ups'), true);
    scene.failing.clear();
    await scene.pass(2);
    t.match(scene.newest(), { wanted: 'off', cause: 'ups', state: 'done', tries: 1 });
    scene.ups = { onBattery: false };
    await scene.pass(15);
    t.equal(scene.machine.isOn, true);
    t.match(scene.orders(), [/off ups battery-long done/, /on policy mains-back done/]);
    t.equal(scene.machine.got.length, 2);
  });

t.test('and what does not obey it then is told again, no more often than otherwise', async (t) => {
  const scene = new SwitchingScene(t, {
    ...night,
    from: '2026-01-12 12:00',
    colours: '01-12 blue 01-13 blue',
  });
  scene.machine.deafFor = 100;
  scene.ups = { onBattery: true };
  scene.failing.add('addServerOrder');
  await scene.pass(80);
  t.equal(scene.machine.got.length, 3);
});

t.test(
  'where nothing can tell, what may have been lost is not done: it is told again, then given up',
  async (t) => {
    const scene = new SwitchingScene(t, { ...evening, meter: 'none' });
    scene.refusal = new GatewayError('connection_timeout', 'no answer came');
    await scene.until('2026-01-12 22:09');
    t.match(scene.newest(), { state: 'sent', tries: 1, problem: 'no answer came' });
    await scene.until('2026-01-12 22:40');
    t.match(scene.newest(), { state: 'failed', tries: 3 });
  },
);
