import t from 'tap';
import { MeterNotes } from '../../../../gateway/features/server/meter/meter-notes.ts';
import { MeterScene, minuteMs } from './meter-scene.ts';

function notesOf(scene: MeterScene, startDate?: string): () => readonly string[] {
  const watch = {
    get sight() {
      return scene.watch.sight;
    },
  };
  const notes = new MeterNotes(watch, { meter: scene.meter, startDate }, scene.time);
  return () => notes.notes().map(({ message }) => message);
}

t.test('what keeps the server from being metered is said, and nothing while all is well', async (t) => {
  const scene = MeterScene.in(t);
  scene.goTo('2025-01-10 12:00:00');
  const notes = notesOf(scene);
  await scene.beat();
  t.same(notes(), [], 'right after a start');
  scene.time.pass(3 * minuteMs);
  t.match(notes(), [/nothing that counts energy is known as plug/]);

  scene.say([['2025-01-10 12:04:00', 10]], 'plug', 'suspect');
  await scene.runAt('2025-01-10 12:04:12');
  t.match(notes(), [/plug\/load_energy_kwh has said nothing good/]);

  scene.say([['2025-01-10 12:05:00', 10]]);
  await scene.runAt('2025-01-10 12:05:12');
  t.same(notes(), []);

  scene.goTo('2025-01-10 12:21:00');
  t.match(notes(), [/plug\/load_energy_kwh, was read last at 2025-01-10 11:05 UTC/]);

  scene.say([['2025-01-10 12:22:00', 3]]);
  await scene.runAt('2025-01-10 12:22:12');
  t.match(notes(), [/said 3\.000 kWh after 10\.000 kWh, which is not believed yet/]);

  scene.say([
    ['2025-01-10 12:23:00', 3],
    ['2025-01-10 12:24:00', 3.001],
  ]);
  await scene.runAt('2025-01-10 12:24:12');
  t.match(notes(), [/began anew at 2025-01-10 11:22 UTC: 3\.000 kWh after 10\.000 kWh/]);

  scene.say([['2025-01-11 12:30:00', 4]]);
  await scene.runAt('2025-01-11 12:30:12');
  t.same(notes(), [], 'a day later');
});

t.test('an account that is ahead of the clock, and a start date in the future, are told', async (t) => {
  const scene = MeterScene.in(t);
  scene.say([['2025-01-10 12:05:00', 10]]);
  await scene.runAt('2025-01-10 12:05:12');
  const notes = notesOf(scene, '2025-01-11');
  scene.time.pass(3 * minuteMs);
  t.match(notes(), [/server\.startDate, 2025-01-11, is in the future/]);
  scene.goTo('2025-01-10 11:30:00');
  t.match(notes(), [/metered up to 2025-01-10 11:05 UTC, which is yet to come/]);
});
