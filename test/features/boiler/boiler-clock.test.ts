import t from 'tap';
import { BoilerScene, burning, minuteMs, out } from './boiler-scene.ts';

t.test('for a moment without a time nothing is closed, and nothing is told', async (t) => {
  const scene = new BoilerScene(t);
  scene.isTimeKnown = false;
  await scene.pass(2, out);
  t.same([scene.desk.told, await scene.phases()], [[], []]);
  scene.isTimeKnown = true;
  await scene.pass(1, out);
  t.same(scene.desk.told, ['0 fire-out']);
});

t.test('while the time stays unknown the fire is watched by what is read', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  scene.isTimeKnown = false;
  await scene.pass(4, burning);
  t.same(scene.desk.told, []);
  await scene.pass(5, out);
  t.same(scene.desk.told, ['7 fire-out']);
  t.match(scene.boiler.watch.now(), { phase: 'stop' });
  await scene.pass(200, out, 30_000);
  scene.isTimeKnown = true;
  await scene.pass(3, out);
  t.same(scene.desk.told, ['7 fire-out'], 'and not again when it is known');
  t.same(await scene.phases(), ['0-7 combustion', '7-214 stop'], 'all of it is in the phases');
  await scene.pass(3, burning);
  t.match(scene.desk.told, ['7 fire-out', /^21\d fire-out recovered$/]);
});

t.test('from a start without a time on, too, and whatever that turns out to be', async (t) => {
  for (const hours of [-30, -5, 0, 5, 1_000]) {
    const scene = new BoilerScene(t);
    scene.isTimeKnown = false;
    await scene.pass(4, out);
    t.same(scene.desk.told, ['0 fire-out']);
    scene.time.stepWall(hours * 60 * minuteMs);
    scene.isTimeKnown = true;
    await scene.pass(3, out);
    t.same(scene.desk.told, ['0 fire-out'], `${hours} h`);
    await scene.pass(3, burning);
    t.match(scene.desk.told, ['0 fire-out', /fire-out recovered$/], `${hours} h`);
    await scene.pass(15, out);
    t.match(scene.desk.told, ['0 fire-out', /fire-out recovered$/, /fire-out$/], `${hours} h`);
  }
});

t.test('probes that say nothing while the time is not known are told of', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  scene.isTimeKnown = false;
  await scene.pass(6, { igniter: 0, fan: 1_700 });
  t.match(scene.desk.told, [/silent$/]);
});

t.test('a clock that is set back closes its minutes again, and tells nothing twice', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  await scene.pass(5, out);
  t.same(scene.desk.told, ['3 fire-out']);
  scene.time.stepWall(-4 * minuteMs);
  await scene.pass(2, out);
  t.same(scene.desk.told, ['3 fire-out']);
  t.equal(scene.boiler.watch.closedToMs, scene.startMs + 5 * minuteMs);
  await scene.pass(6, burning);
  t.match(scene.desk.told, ['3 fire-out', /fire-out recovered/]);
});

t.test('a clock that is set forward leaves a gap, and nobody is told that nothing came in it', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  scene.time.stepWall(60 * minuteMs);
  await scene.pass(3, burning);
  t.same(scene.desk.told, []);
  t.same(await scene.phases(), ['0-3 combustion', '3-63 undefined', '63-65 combustion']);
});

t.test('a clock that is set ahead by months makes no more of them than of a day', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  scene.time.stepWall(90 * 1_440 * minuteMs);
  await scene.pass(1, burning);
  t.ok(scene.desk.observed.length < 1_450 * 6, `${scene.desk.observed.length}`);
  await scene.pass(2, out);
  t.match(scene.desk.told, [/^12960\d fire-out$/]);
});

t.test('what is shown after the clock was set back is not from before that', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3.5, out);
  scene.time.stepWall(-60 * minuteMs);
  await scene.pass(3.5, burning);
  t.match(scene.boiler.watch.now(), { phase: 'combustion' });
});

t.test('a clock that is set back while phases cannot be stored keeps nobody from being told', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  scene.failing.add('putPhases');
  await scene.pass(2, burning, 10_000);
  scene.time.stepWall(-60 * minuteMs);
  await scene.pass(3, out, 10_000);
  t.match(scene.desk.told, [/^-5\d.* fire-out$/]);
});

t.test('phases that are closed again after the clock was set back stand for those before', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(3, burning);
  scene.time.stepWall(60 * minuteMs);
  await scene.pass(3, burning);
  scene.time.stepWall(-60 * minuteMs);
  await scene.pass(6, burning);
  t.same(await scene.phases(), ['0-3 combustion', '3-6 undefined', '6-11 combustion']);
});

t.test('after the clock was set back only what is read since says whether the fire is out', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(8, burning, 10_000);
  scene.time.stepWall(-8 * minuteMs);
  await scene.pass(4, out, 10_000);
  t.match(scene.desk.told, [/^[01][.\d]* fire-out$/], 'its fan has run in each of these minutes before');
  const other = new BoilerScene(t);
  await other.pass(8, { ...out, water: 40 }, 10_000);
  other.time.stepWall(-8 * minuteMs);
  await other.pass(4, { ...out, water: 65 }, 10_000);
  t.match(other.desk.told, ['0 fire-out', /fire-out recovered$/], 'their mean is cold');
});

t.test('a start anew after the clock was set back goes by what is read since, too', async (t) => {
  const scene = new BoilerScene(t);
  await scene.pass(24, burning, 20_000);
  scene.time.stepWall(-20 * minuteMs);
  await scene.pass(1, burning, 10_000);
  scene.restart();
  await scene.pass(4, out, 10_000);
  t.match(scene.desk.told, [/fire-out$/]);
});
