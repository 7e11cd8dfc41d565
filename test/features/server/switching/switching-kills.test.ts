import t, { type Test } from 'tap';
import { SwitchingScene, type Death } from './switching-scene.ts';

const evening = { from: '2026-01-12 21:58', colours: '01-12 white 01-13 red 01-14 blue' };
/** Long enough for what a crash leaves to be looked at, sent again, and done. */
const enough = { offAt: '2026-01-12 22:30', onAt: '2026-01-12 23:00' };

/** Off at 22:00, and on again by a correction at 22:30; the process dies at these calls to the disk or to the switch. */
async function live(t: Test, deaths: readonly Death[]): Promise<SwitchingScene> {
  const scene = new SwitchingScene(t, evening);
  const left = [...deaths];
  const arm = (): void => {
    const next = left.shift();
    scene.death = next && { ...next, call: scene.calls + next.call };
  };
  arm();
  for (const until of [enough.offAt, enough.onAt]) {
    while (scene.time.wall() < scene.startMs + (until === enough.offAt ? 32 : 62) * 60_000) {
      const before = scene.deaths;
      await scene.pass(0.25);
      if (scene.deaths > before) arm();
    }
    scene.known.set('2026-01-13', 'blue');
  }
  return scene;
}

/** Calls of one life in which nothing goes wrong: each of them is a place to die at. */
async function countCalls(t: Test): Promise<number> {
  return (await live(t, [])).calls;
}

t.test('a process that dies at any call has the server obey one command for each switching', async (t) => {
  const calls = await countCalls(t);
  t.ok(calls > 12, `${calls} calls`);
  let died = 0;
  for (let call = 1; call <= calls; call += 1) {
    for (const when of ['before', 'after'] as const) {
      const scene = await live(t, [{ call, when }]);
      died += scene.deaths;
      const commands = scene.machine.got.map((text) => text.split(' ')[0]);
      t.same(commands, ['off', 'on'], `${when} call ${call}: ${scene.machine.got.join(', ')}`);
      t.equal(scene.machine.isOn, true, `${when} call ${call}`);
      t.match(scene.newest(), { wanted: 'on', state: 'done' }, `${when} call ${call}`);
    }
  }
  t.equal(died, 2 * calls, 'each of them was died at');
});

t.test('and so does one that dies again and again', async (t) => {
  for (let first = 2; first <= 10; first += 2) {
    for (const second of [1, 2, 3, 4]) {
      const deaths = [
        { call: first, when: 'after' },
        { call: second, when: 'after' },
        { call: 2, when: 'before' },
      ] as const;
      const scene = await live(t, deaths);
      const commands = scene.machine.got.map((text) => text.split(' ')[0]);
      t.same(commands, ['off', 'on'], `${first}, ${second}: ${scene.orders().join('; ')}`);
      t.match(scene.newest(), { wanted: 'on', state: 'done' });
    }
  }
});

t.test('a server that does not obey is told again over a crash, and never lost', async (t) => {
  for (const call of [3, 4, 5, 6, 7, 8]) {
    const scene = new SwitchingScene(t, evening);
    scene.machine.deafFor = 1;
    scene.death = { call, when: 'after' };
    await scene.until('2026-01-12 22:40');
    t.equal(scene.machine.isOn, false, `${call}`);
    t.equal(scene.machine.got.length, 2, `${call}: ${scene.machine.got.join(', ')}`);
    // A command that may have left counts as one.
    t.match(scene.newest(), { wanted: 'off', state: 'done' });
  }
});

t.test('a gateway that was away for long looks before it sends again', async (t) => {
  for (const isOff of [true, false]) {
    const scene = new SwitchingScene(t, evening);
    scene.machine.deafFor = isOff ? 0 : 1;
    await scene.until('2026-01-12 22:01');
    scene.time.pass(40 * 60_000);
    scene.restart();
    await scene.pass(5);
    t.equal(scene.machine.got.length, isOff ? 1 : 2);
    await scene.pass(5);
    t.match(scene.newest(), { wanted: 'off', state: 'done', tries: isOff ? 1 : 2 });
  }
});
