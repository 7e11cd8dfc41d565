import t from 'tap';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { SwitchingScene } from './switching-scene.ts';

const red = { colours: '01-12 white 01-13 red 01-14 blue', from: '2026-01-12 21:50' };

t.test('off at 22:00 before a red day, on at 06:00 after it, with one command each', async (t) => {
  const scene = new SwitchingScene(t, red);
  await scene.until('2026-01-14 06:10');
  t.same(scene.orders(), ['22:00 off policy red-tomorrow done', '06:00 on policy not-red done']);
  t.same(scene.machine.got, ['off 600', 'on 115800']);
  t.same(scene.audit(), ['policy server.on', 'policy server.off']);
  t.equal(scene.machine.isOn, true);
});

t.test('done is when the plug has shown it for a minute', async (t) => {
  const scene = new SwitchingScene(t, red);
  await scene.until('2026-01-12 22:02');
  t.match(scene.newest(), { state: 'sent', tries: 1 });
  await scene.pass(2);
  t.match(scene.newest(), { state: 'done', tries: 1, problem: null });
});

t.test('at the first start nothing is sent while it is to be on, and off where it is not', async (t) => {
  const scene = new SwitchingScene(t, { ...red, from: '2026-01-12 12:00' });
  await scene.pass(5);
  t.same(scene.orders(), []);
  const late = new SwitchingScene(t, { ...red, from: '2026-01-13 12:00' });
  await late.pass(20);
  t.same(late.orders(), ['12:00 off policy red-day done']);
  t.equal(late.machine.got.length, 1);
  const off = new SwitchingScene(t, { ...red, from: '2026-01-13 12:00' });
  off.machine.isOn = false;
  await off.pass(20);
  t.same(off.orders(), ['12:00 off policy red-day unneeded']);
  t.same(off.machine.got, []);
});

t.test('a server that is off already is told nothing', async (t) => {
  const scene = new SwitchingScene(t, red);
  scene.machine.isOn = false;
  await scene.until('2026-01-13 00:00');
  t.same(scene.orders(), ['22:00 off policy red-tomorrow unneeded']);
  t.same(scene.machine.got, []);
});

t.test('one that does not obey is told again, and then given up, and people hear of it', async (t) => {
  const scene = new SwitchingScene(t, red);
  scene.machine.deafFor = 1;
  await scene.until('2026-01-12 22:20');
  t.match(scene.newest(), { state: 'done', tries: 2 });
  t.same(scene.machine.got, ['off 600', 'off 1205']);
  const deaf = new SwitchingScene(t, red);
  deaf.machine.deafFor = 99;
  await deaf.until('2026-01-13 06:00');
  t.match(deaf.newest(), {
    state: 'failed',
    tries: 3,
    problem: /told 3 times to be off, and it is on still/,
  });
  t.equal(deaf.machine.got.length, 3);
  t.equal(deaf.holds('server-not-switched'), true);
  deaf.machine.isOn = false;
  await deaf.pass(3);
  t.equal(deaf.holds('server-not-switched'), false, 'somebody has pulled its plug');
});

t.test(
  'a switch that is away is asked again until it takes the command, and that counts as one',
  async (t) => {
    const scene = new SwitchingScene(t, red);
    scene.refusal = new GatewayError('switch_unavailable', 'nobody answers');
    await scene.until('2026-01-12 22:25');
    t.match(scene.newest(), { state: 'waiting', tries: 0, problem: 'nobody answers' });
    t.equal(scene.holds('server-not-switched'), true);
    scene.refusal = undefined;
    await scene.until('2026-01-12 22:40');
    t.match(scene.newest(), { state: 'done', tries: 1, problem: null });
    t.equal(scene.machine.got.length, 1);
  },
);

t.test(
  'a command of which it is not clear whether it was taken is looked at before it is sent again',
  async (t) => {
    for (const [arrives, commands] of [
      [true, 1],
      [false, 1],
    ] as const) {
      const scene = new SwitchingScene(t, red);
      scene.arrives = arrives;
      scene.refusal = new GatewayError('connection_timeout', 'no answer came');
      await scene.until('2026-01-12 22:01');
      t.match(scene.newest(), { state: 'sent', tries: 1, problem: 'no answer came' });
      scene.refusal = undefined;
      await scene.until('2026-01-12 22:20');
      t.match(scene.newest(), { state: 'done' });
      t.equal(scene.machine.got.length, commands);
    }
  },
);

t.test('a switch that refuses is not asked again', async (t) => {
  const scene = new SwitchingScene(t, red);
  scene.refusal = new GatewayError('switch_refused', 'the token is wrong', { hint: 'set tokenSecret' });
  await scene.until('2026-01-13 00:00');
  t.match(scene.newest(), { state: 'failed', problem: 'the token is wrong; set tokenSecret' });
  t.equal(scene.holds('server-not-switched'), true);
});

t.test(
  'what was put right is in force with the next start, once, unless somebody ordered since',
  async (t) => {
    const scene = new SwitchingScene(t, red);
    scene.refusal = new GatewayError('switch_refused', 'the token is wrong');
    await scene.until('2026-01-12 23:00');
    t.same(scene.orders(), ['22:00 off policy red-tomorrow failed']);
    scene.restart();
    await scene.pass(10);
    t.same(scene.orders().slice(1), ['23:00 off policy red-tomorrow failed'], 'one more, and no more');
    scene.refusal = undefined;
    await scene.pass(10);
    t.equal(scene.machine.isOn, true, 'not by itself');
    scene.restart();
    await scene.pass(30);
    t.same(scene.orders().slice(2), ['23:20 off policy red-tomorrow done']);
    t.equal(scene.machine.isOn, false);
    t.equal(scene.holds('server-not-switched'), false);
    scene.restart();
    await scene.pass(10);
    t.equal(scene.orders().length, 3, 'what was followed is not ordered again');
  },
);

t.test('what somebody ordered after a failure stands, over a start too', async (t) => {
  const scene = new SwitchingScene(t, red);
  scene.refusal = new GatewayError('switch_refused', 'the token is wrong');
  await scene.until('2026-01-12 23:00');
  scene.refusal = undefined;
  await scene.ask('on');
  await scene.pass(5);
  scene.restart();
  await scene.pass(30);
  t.same(scene.orders().slice(1), ['23:00 on person asked unneeded']);
  t.equal(scene.machine.isOn, true);
});

t.test(
  'dryRun decides and writes down, and sends nothing; without it the decision is made again',
  async (t) => {
    const scene = new SwitchingScene(t, { ...red, dryRun: true });
    await scene.until('2026-01-14 06:10');
    t.same(scene.orders(), ['22:00 off policy red-tomorrow dry', '06:00 on policy not-red dry']);
    t.same(scene.machine.got, []);
  },
);

t.test(
  'a correction while it is shutting down: it is waited for until it is off, then switched on',
  async (t) => {
    const scene = new SwitchingScene(t, red);
    scene.machine.offTakesMs = 240_000;
    await scene.until('2026-01-12 22:01');
    scene.known.set('2026-01-13', 'blue');
    await scene.until('2026-01-12 22:20');
    t.same(scene.orders(), ['22:00 off policy red-tomorrow superseded', '22:01 on policy not-red done']);
    t.match(scene.machine.got, [/^off/, /^on/]);
    t.equal(scene.machine.got.length, 2);
    t.equal(scene.machine.isOn, true);
  },
);

t.test('and red after all: the command that is under way is that of the new order', async (t) => {
  const scene = new SwitchingScene(t, red);
  scene.machine.offTakesMs = 240_000;
  await scene.until('2026-01-12 22:01');
  scene.known.set('2026-01-13', 'blue');
  await scene.until('2026-01-12 22:02');
  scene.known.set('2026-01-13', 'red');
  await scene.until('2026-01-12 22:20');
  t.equal(scene.machine.got.length, 1);
  t.match(scene.orders().at(-1), 'off policy red-tomorrow done');
});

t.test(
  'a colour that is not known: it stays on, and people hear of it; when it comes it is off',
  async (t) => {
    const scene = new SwitchingScene(t, { ...red, colours: '01-12 white' });
    await scene.until('2026-01-12 22:30');
    t.same(scene.orders(), []);
    t.equal(scene.holds('server-colour-unknown'), true);
    t.match(scene.observed.at(-1)?.facts, { day: '2026-01-13', doing: 'stays on', probability: 40 });
    scene.known.set('2026-01-13', 'red');
    await scene.until('2026-01-12 22:40');
    t.same(scene.orders(), ['22:30 off policy red-tomorrow done']);
    t.equal(scene.holds('server-colour-unknown'), false);
  },
);

t.test('what a person orders stays until the policy wants something else', async (t) => {
  const scene = new SwitchingScene(t, { ...red, from: '2026-01-12 21:00' });
  await scene.pass(2);
  await scene.ask('off');
  await scene.pass(10);
  await scene.ask('on');
  await scene.until('2026-01-12 23:00');
  await scene.ask('on');
  await scene.until('2026-01-14 07:00');
  t.same(scene.orders(), [
    '21:02 off person asked done',
    '21:12 on person asked done',
    '22:00 off policy red-tomorrow done',
    '23:00 on person asked done',
    '06:00 on policy not-red unneeded',
  ]);
});

t.test('on in a red day is a derogation, too, for the member who asks', async (t) => {
  const scene = new SwitchingScene(t, { ...red, from: '2026-01-13 08:00' });
  await scene.pass(10);
  const order = await scene.ask('on', '7');
  t.match(JSON.parse(order.reason), { reason: 'asked', policy: 'on', derogation: 1, member: '7' });
  await scene.until('2026-01-13 21:00');
  t.same(scene.orders(), [
    '08:00 off policy red-day done',
    '08:10 on person asked done',
    '20:10 off policy red-day done',
  ]);
});

t.test('an order for what is under way sends nothing again', async (t) => {
  const scene = new SwitchingScene(t, red);
  await scene.until('2026-01-12 21:59');
  await scene.ask('off');
  await scene.until('2026-01-12 22:20');
  t.same(scene.orders(), ['21:59 off person asked superseded', '22:00 off policy red-tomorrow done']);
  t.equal(scene.machine.got.length, 1);
});

t.test('without a reading of power the switch says whether it is done', async (t) => {
  const scene = new SwitchingScene(t, red);
  scene.hasPlug = false;
  scene.canTell = true;
  await scene.until('2026-01-12 22:10');
  t.match(scene.newest(), { state: 'done', tries: 1 });
  const blind = new SwitchingScene(t, { ...red, meter: 'none' });
  blind.hasPlug = false;
  await blind.until('2026-01-12 22:10');
  t.match(blind.newest(), { state: 'done', tries: 1 }, 'where nothing can ever tell, taken is done');
});

t.test('nothing is switched while the time or the colours of the disk are not known', async (t) => {
  const scene = new SwitchingScene(t, { ...red, from: '2026-01-13 12:00' });
  scene.isTimeKnown = false;
  await scene.pass(5);
  scene.isTimeKnown = true;
  scene.isKnowledgeRead = false;
  await scene.pass(5);
  t.same(scene.orders(), []);
  scene.isKnowledgeRead = true;
  await scene.pass(5);
  t.same(scene.orders(), ['12:10 off policy red-day done']);
});

t.test('a clock that is set back over the hour of switching switches nothing twice', async (t) => {
  const scene = new SwitchingScene(t, red);
  await scene.until('2026-01-12 22:10');
  scene.time.stepWall(-20 * 60_000);
  await scene.pass(60);
  t.same(scene.orders(), ['22:00 off policy red-tomorrow done']);
  scene.time.stepWall(-5 * 3_600_000);
  await scene.pass(10);
  t.match(scene.orders().at(-1), 'on policy not-red done', 'by hours: it is another time');
});

t.test('what cannot be written down is not sent, and is when it can', async (t) => {
  const scene = new SwitchingScene(t, red);
  await scene.pass(1);
  scene.failing.add('addServerOrder');
  await scene.until('2026-01-12 22:10');
  t.same(scene.machine.got, []);
  t.match(scene.switching.desk.storeProblem, 'no addServerOrder');
  scene.failing.delete('addServerOrder').valueOf();
  scene.failing.add('updateServerOrder');
  await scene.until('2026-01-12 22:20');
  t.same(scene.machine.got, []);
  scene.failing.clear();
  await scene.until('2026-01-12 22:30');
  t.equal(scene.machine.got.length, 1);
  t.match(scene.newest(), { state: 'done' });
  t.equal(scene.switching.desk.storeProblem, undefined);
});

t.test('a medium that fails while the command is under way has it sent once', async (t) => {
  const scene = new SwitchingScene(t, red);
  await scene.until('2026-01-12 22:00');
  await scene.pass(0.2);
  scene.failing.add('updateServerOrder');
  await scene.until('2026-01-12 22:20');
  t.equal(scene.machine.got.length, 1);
  scene.failing.clear();
  await scene.pass(1);
  t.match(scene.newest(), { state: 'done' });
});
