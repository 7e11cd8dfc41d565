import t from 'tap';
import {
  upsStep,
  type UpsState,
  type UpsWord,
} from '../../../../gateway/features/server/switching/ups-rule.ts';
import { settings, SwitchingScene } from './switching-scene.ts';

const minuteMs = 60_000;
const nowMs = 100 * minuteMs;

function word(given: Partial<UpsWord> & { readonly ageMs?: number }): UpsWord {
  const { ageMs = 0, ...said } = given;
  return { isOnBattery: false, isLow: undefined, runtimeS: undefined, heardMs: nowMs - ageMs, ...said };
}

const mains: UpsState = { phase: 'mains' };
const battery = (minutes: number): UpsState => ({ phase: 'battery', sinceMs: nowMs - minutes * minuteMs });
const shut = (minutes?: number): UpsState => ({
  phase: 'shut',
  mainsSinceMs: minutes === undefined ? undefined : nowMs - minutes * minuteMs,
});

t.test('where a UPS leads, by what it says', (t) => {
  const rows: readonly (readonly [string, UpsState, UpsWord | undefined, UpsState['phase'], string?])[] = [
    ['nothing was ever heard', mains, undefined, 'mains'],
    ['mains', mains, word({}), 'mains'],
    ['mains, and a low battery that is charged', mains, word({ isLow: true }), 'mains'],
    ['on battery', mains, word({ isOnBattery: true }), 'battery'],
    ['on battery, and not for long enough', battery(1.9), word({ isOnBattery: true }), 'battery'],
    ['for so long', battery(2), word({ isOnBattery: true }), 'shut', 'battery-long'],
    ['a low battery', mains, word({ isOnBattery: true, isLow: true }), 'shut', 'battery-low'],
    ['little left', battery(1), word({ isOnBattery: true, runtimeS: 299 }), 'shut', 'runtime-short'],
    ['enough left', battery(1), word({ isOnBattery: true, runtimeS: 300 }), 'battery'],
    ['the mains are back', battery(1), word({}), 'mains'],
    [
      'it is silent on battery: its last word stands',
      battery(2),
      word({ isOnBattery: true, ageMs: 110_000 }),
      'shut',
      'battery-long',
    ],
    ['nothing of it, when it was on battery', battery(2), undefined, 'battery'],
    ['shut: it is not told twice', shut(), word({ isOnBattery: true, isLow: true }), 'shut'],
    ['shut, mains', shut(), word({}), 'shut'],
    ['shut, mains not for long', shut(4.9), word({}), 'shut'],
    ['shut, and silent: nobody sees the mains', shut(9), word({ ageMs: 61_000 }), 'shut'],
    ['shut, mains away again', shut(4), word({ isOnBattery: true }), 'shut'],
    ['shut, mains for long', shut(5), word({}), 'mains', 'released'],
  ];
  for (const [title, state, said, phase, does] of rows) {
    const step = upsStep(state, said, nowMs, settings);
    t.equal(step.state.phase, phase, title);
    t.equal(step.shutDown ?? (step.isReleased === true ? 'released' : undefined), does, title);
  }
  t.same(upsStep(shut(9), word({ ageMs: 61_000 }), nowMs, settings).state, shut(), 'it begins again');
  t.same(upsStep(shut(4), word({ isOnBattery: true }), nowMs, settings).state, shut());
  t.end();
});

const blue = { from: '2026-01-12 12:00', colours: '01-12 blue 01-13 blue', ups: 'ups' } as const;

t.test(
  'on battery for long it is shut down once, and comes on when the mains are back for long',
  async (t) => {
    const scene = new SwitchingScene(t, blue);
    scene.ups = { onBattery: false };
    await scene.pass(3);
    scene.ups = { onBattery: true };
    await scene.pass(20);
    t.same(scene.orders(), ['12:05 off ups battery-long done']);
    t.equal(scene.holds('server-ups'), true);
    t.same(scene.audit(), ['ups server.off']);
    scene.ups = { onBattery: false };
    await scene.pass(4);
    t.equal(scene.machine.isOn, false);
    await scene.pass(6);
    t.same(scene.orders(), ['12:05 off ups battery-long done', '12:28 on policy mains-back done']);
    t.equal(scene.holds('server-ups'), false);
    t.equal(scene.machine.got.length, 2);
  },
);

t.test('a start anew knows that it was shut down because of the mains', async (t) => {
  const scene = new SwitchingScene(t, blue);
  scene.ups = { onBattery: true, runtimeS: 100 };
  await scene.pass(5);
  scene.restart();
  await scene.pass(5);
  t.equal(scene.orders().length, 1);
  scene.ups = { onBattery: false };
  await scene.pass(10);
  t.match(scene.orders().at(-1), 'on policy mains-back done');
});

t.test(
  'it does not come on in a red day, nor while the mains are away at the hour of switching',
  async (t) => {
    const scene = new SwitchingScene(t, {
      ...blue,
      from: '2026-01-12 21:50',
      colours: '01-12 blue 01-13 red 01-14 blue',
    });
    scene.ups = { onBattery: true };
    await scene.pass(15);
    scene.ups = { onBattery: false };
    await scene.until('2026-01-13 12:00');
    t.equal(scene.machine.isOn, false);
    t.match(scene.orders().at(-1), /^22:10 off policy red-tomorrow unneeded$/);
    scene.ups = { onBattery: true };
    await scene.until('2026-01-14 07:00');
    t.equal(scene.machine.isOn, false, 'at 06:00 the mains are away');
    scene.ups = { onBattery: false };
    await scene.until('2026-01-14 07:20');
    t.equal(scene.machine.isOn, true);
  },
);

t.test('a source that is down is not that the mains are away', async (t) => {
  const scene = new SwitchingScene(t, blue);
  scene.ups = { onBattery: false };
  await scene.pass(2);
  scene.ups = undefined;
  await scene.pass(30);
  t.same(scene.orders(), []);
  const other = new SwitchingScene(t, blue);
  other.ups = { onBattery: true };
  await other.pass(1);
  other.ups = undefined;
  await other.pass(5);
  t.match(other.orders(), ['12:02 off ups battery-long done'], 'its last word stands');
});

t.test('while the UPS says that it is on battery nobody switches it on', async (t) => {
  const scene = new SwitchingScene(t, blue);
  scene.ups = { onBattery: true };
  await scene.pass(10);
  await t.rejects(scene.ask('on'), { code: 'control_refused', facts: { reason: 'on-battery' } });
  scene.ups = undefined;
  await scene.pass(3);
  await scene.ask('on');
  await scene.pass(5);
  t.equal(scene.machine.isOn, true, 'a UPS that says nothing any more keeps nobody from it');
});

t.test(
  'an hour of switching that comes while it runs on battery for a moment waits for the mains',
  async (t) => {
    const scene = new SwitchingScene(t, {
      ...{ from: '2026-01-14 05:40', colours: '01-13 red 01-14 blue', ups: 'ups' },
    });
    scene.ups = { onBattery: false };
    await scene.until('2026-01-14 05:59');
    scene.ups = { onBattery: true };
    await scene.pass(1.5);
    t.equal(scene.orders().length, 1);
    scene.ups = { onBattery: false };
    await scene.pass(5);
    t.match(scene.orders(), [/off policy/, '06:00 on policy not-red done']);
  },
);
