import t from 'tap';
import { BoilerScene, burning, minuteMs, out } from './boiler-scene.ts';

t.test(
  'a minute is closed when something of after it is on disk; before that its phase is provisional',
  async (t) => {
    const scene = new BoilerScene(t);
    await scene.pass(1, burning);
    t.same(await scene.phases(), []);
    t.match(scene.boiler.watch.now(), { phase: 'combustion', isProvisional: true, sinceMs: scene.startMs });
    await scene.pass(1 / 12, burning);
    t.same(await scene.phases(), [], 'its end has come, and nothing of after it yet');
    await scene.pass(1 / 12, burning);
    t.same(await scene.phases(), ['0-1 combustion']);
    t.match(scene.boiler.watch.now(), { phase: 'combustion', isProvisional: false, sinceMs: scene.startMs });
    t.same(scene.events, [
      { type: 'boiler', phase: 'combustion', since: scene.startMs, provisional: true },
      { type: 'boiler', phase: 'combustion', since: scene.startMs, provisional: false },
    ]);
  },
);

t.test('without anything after it a minute is closed 10 s and a commit after its end', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(1, burning);
  scene.commit();
  await scene.pass(20 / 60);
  t.same(await scene.phases(), []);
  await scene.pass(5 / 60);
  t.same(await scene.phases(), ['0-1 combustion']);
  await scene.pass(1);
  t.same(await scene.phases(), ['0-1 combustion', '1-2 undefined']);
});

t.test('phases are put on disk when they change, and every 10 minutes', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(5.5, burning);
  t.same(scene.stored(), ['0-1 combustion']);
  await scene.pass(7, burning);
  t.same(scene.stored(), ['0-11 combustion']);
  await scene.pass(2, out);
  t.same(scene.stored(), ['0-13 combustion', '13-14 stop']);
});

t.test('a boiler that is out in the first minute ever is told of, at once', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(1.5, out);
  t.same(scene.desk.told, ['0 fire-out']);
  await scene.pass(5, burning);
  t.match(scene.desk.told, ['0 fire-out', /^[12] fire-out recovered$/]);
});

t.test('a restart at any beat tells nothing twice, forgets nothing, and leaves no hole', async (t) => {
  const life = async (scene: BoilerScene, restartBeat: number): Promise<void> => {
    for (let beat = 0; beat < 9 * 12; beat += 1) {
      if (beat === restartBeat) scene.restart();
      const isOut = beat >= 3 * 12 && beat < 6 * 12;
      await scene.pass(1 / 12, isOut ? out : burning);
    }
  };
  const whole = new BoilerScene(t);
  await life(whole, -1);
  t.match(whole.desk.told, ['3 fire-out', '6 fire-out recovered']);
  for (const beat of [12, 37, 39, 60, 74]) {
    const scene = new BoilerScene(t);
    await life(scene, beat);
    // What was not committed yet goes with the process: a minute is a little shorter, and what it was stays.
    t.same(scene.desk.told, whole.desk.told, `at beat ${beat}`);
    t.same(await scene.phases(), await whole.phases(), `at beat ${beat}`);
  }
});

t.test('what was told and not put on disk is not told again', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  scene.failing.add('putPhases');
  await scene.pass(2, out);
  t.same(scene.desk.told, ['3 fire-out']);
  t.same(scene.stored(), ['0-1 combustion']);
  scene.failing.clear();
  scene.restart();
  await scene.pass(2, out);
  t.same(scene.desk.told, ['3 fire-out']);
  t.same(await scene.phases(), ['0-3 combustion', '3-6 stop']);
});

t.test('what cannot be told is no phase yet, and is told as soon as it can be', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  scene.desk.isFailing = true;
  await scene.pass(4, out);
  t.same(await scene.phases(), ['0-2 combustion']);
  scene.desk.isFailing = false;
  await scene.pass(1, out);
  t.same(scene.desk.told, ['3 fire-out']);
  t.same(await scene.phases(), ['0-3 combustion', '3-7 stop']);
});

t.test('readings that cannot be committed are waited for, 10 minutes and no longer', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  scene.isCommitting = false;
  await scene.pass(9, burning);
  t.equal(
    (await scene.phases()).some((span) => span.includes('undefined')),
    false,
  );
  await scene.pass(4, burning);
  t.match(scene.desk.told, [/silent$/]);
  scene.isCommitting = true;
  await scene.pass(12, burning);
  t.match(scene.desk.told, [/silent$/, /silent recovered$/]);
  t.match(await scene.phases(), [/^0-2\d combustion$/], 'what came late is in the phases');
});

t.test('readings that come late change phases, and tell nobody', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(2, burning);
  await scene.pass(3);
  await scene.pass(2, burning);
  for (let minute = 2; minute < 5; minute += 1) scene.say(out, scene.startMs + minute * minuteMs + 1_000);
  scene.commit();
  const told = [...scene.desk.told];
  await scene.pass(11, burning);
  t.same(scene.desk.told, told);
  t.same((await scene.phases()).slice(0, 2), ['0-2 combustion', '2-5 stop']);
});

t.test('hours in which the gateway was off are one gap, and no alert', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  scene.commit();
  scene.time.pass(5 * 60 * minuteMs);
  scene.restart();
  await scene.pass(2, burning);
  t.same(scene.desk.told, []);
  t.same(await scene.phases(), ['0-3 combustion', '3-303 undefined', '303-304 combustion']);
});

t.test('an input that says nothing for a minute is told of, once for all that are needed', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  await scene.pass(20, { igniter: 0, fan: 1_700 }, 10_000);
  t.same(scene.desk.told, ['3 silent']);
  await scene.pass(2, burning);
  t.same(scene.desk.told, ['3 silent', '23 silent recovered']);
  t.equal(scene.seen('boiler-fire-out').includes('x'), false, 'it is not out');
});

t.test('one that is not needed is told of by itself, while the others are seen', async (t) => {
  const scene = new BoilerScene(t);
  const { water = 0, igniter = 0, fan = 0 } = burning;
  await scene.pass(3, burning);
  await scene.pass(3, { water, igniter, fan });
  t.same(scene.desk.told, ['3 silent boiler/flue']);
});

t.test(
  'values that are not good are none: 85 of a sensor that has just started is no warm water',
  async (t) => {
    const scene = new BoilerScene(t);
    await scene.pass(3, out);
    await scene.pass(3, { ...out, water: 85, quality: 'sensor_error' });
    t.same(scene.desk.told.slice(0, 2), ['0 fire-out', '3 silent']);
    t.match(await scene.phases(), ['0-3 stop', '3-5 undefined']);
  },
);

t.test('water that is the same for two hours while the boiler works is a probe that is stuck', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(99, burning, 20_000);
  t.same(scene.desk.told, []);
  await scene.pass(3, burning);
  t.same(scene.desk.told, ['99 stuck']);
  await scene.pass(2, { ...burning, water: 65.0625 });
  t.same(scene.desk.told, ['99 stuck', '102 stuck recovered']);
});

t.test('water that stands while nothing moves may be cold', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(125, { water: 60, flue: 20, igniter: 0, fan: 0 }, 20_000);
  t.same(scene.desk.told, []);
});

t.test(
  'history that was there before the boiler was configured has phases, and only its last hour is told',
  async (t) => {
    const scene = new BoilerScene(t);
    for (let minute = -600; minute < 0; minute += 1) {
      const said = minute < -300 ? out : minute < -30 ? burning : out;
      scene.say(
        { ...said, water: (said.water ?? 0) + (minute % 3) / 10 },
        scene.startMs + minute * minuteMs + 1_000,
      );
    }
    scene.commit();
    await scene.pass(1.5, out);
    t.same(scene.desk.told, ['-30 fire-out']);
    t.same(await scene.phases(), ['-600--300 stop', '-300--30 combustion', '-30-1 stop']);
  },
);
