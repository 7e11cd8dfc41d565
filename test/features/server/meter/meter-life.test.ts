import t from 'tap';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { tasmotaEnergy } from '../../../../gateway/io/sources/tasmota-energy.ts';
import { MeterWatch } from '../../../../gateway/features/server/meter/meter-watch.ts';
import { packAll, rollUpAll } from '../../../storage/scratch.ts';
import { MeterScene, minuteMs } from './meter-scene.ts';
import { atOf } from './ledger-rows.ts';

const hourMs = 60 * minuteMs;

/** Time passes, the plug is read each minute, and the watch runs. */
async function live(
  scene: MeterScene,
  from: string,
  minutes: number,
  kwh: (minute: number) => number,
): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    const atMs = atOf(from) + minute * minuteMs;
    scene.say([[new Date(atMs).toISOString(), kwh(minute)]]);
    await scene.runAt(atMs + 12_000);
  }
}

t.test('in calm times a run is written each quarter of an hour, and where a band ends', async (t) => {
  const scene = MeterScene.in(t);
  await live(scene, '2025-01-10 18:00:00', 8 * 60, (minute) => 100 + minute / 1_000);
  // The first mark, every quarter of 8 hours, and once more for 22:00.
  t.ok((scene.writes.get('putMetered') ?? 0) <= 1 + 8 * 4 + 1, `${scene.writes.get('putMetered')} writes`);
  t.ok((scene.writes.get('putMetered') ?? 0) >= 30);
  t.equal(scene.writes.get('putSetting'), 1);
  t.same(scene.allLines, ['2025-01-10 peak measured 240000', '2025-01-10 off-peak measured 239000']);
  t.equal(scene.events.length, scene.writes.get('putMetered'));
  t.equal(scene.intervals.length, 2);
});

t.test('a start anew changes nothing, and writes nothing before a quarter of an hour', async (t) => {
  const scene = MeterScene.in(t, '2025-01-08');
  await live(scene, '2025-01-10 12:00:00', 20, (minute) => 100 + minute / 1_000);
  const lines = scene.allLines;
  scene.writes.clear();
  for (let count = 0; count < 5; count += 1) {
    scene.restart();
    await scene.beat();
    t.same(scene.allLines, lines);
  }
  t.equal(scene.writes.size, 0);
});

t.test('a start date that is moved later on gives nothing out again', async (t) => {
  for (const startDate of ['2025-01-01', '2025-01-09', undefined]) {
    const scene = MeterScene.in(t, '2025-01-08', `from-${startDate}`);
    await live(scene, '2025-01-10 12:00:00', 3, (minute) => 100 + minute / 1_000);
    const lines = scene.lines;
    scene.startDate = startDate;
    scene.restart();
    await live(scene, '2025-01-10 12:03:00', 20, (minute) => 100.003 + minute / 1_000);
    t.same(scene.allLines.slice(0, lines.length - 1), lines.slice(0, -1));
    t.equal(scene.mark?.firstDay, '2025-01-08');
  }
});

t.test('another series in the configuration begins anew, and the account goes on', async (t) => {
  const scene = MeterScene.in(t);
  await live(scene, '2025-01-10 12:00:00', 3, (minute) => 100 + minute / 1_000);
  for (const [meter, kwh, hour] of [
    ['other', 500, 13],
    ['plug/load_energy_kwh', 100.1, 14],
  ] as const) {
    scene.meter = meter;
    const device = meter.replace('/load_energy_kwh', '');
    scene.restart();
    scene.say([[`2025-01-10 ${hour}:00:00`, kwh]], device);
    await scene.runAt(`2025-01-10 ${hour}:00:12`);
    // Killed after the first mark, before it is known whose it is.
    scene.service.putSetting('server.meter', 'before/load_energy_kwh');
    scene.restart();
    scene.say([[`2025-01-10 ${hour}:01:00`, kwh + 0.001]], device);
    await scene.runAt(`2025-01-10 ${hour}:01:12`);
    t.equal(scene.service.getSetting('server.meter'), 'before/load_energy_kwh');
    await scene.runAt(`2025-01-10 ${hour}:20:12`);
    t.equal(scene.service.getSetting('server.meter'), `${device}/load_energy_kwh`);
  }
  t.same(scene.allLines, ['2025-01-10 peak measured 4000']);
  t.equal(scene.mark?.restarts, 2);
});

t.test('an account of another program goes on with the first meter that is configured', async (t) => {
  const scene = MeterScene.in(t);
  const mark = { atMs: atOf('2025-01-08 12:00:00'), totalMwh: 90e6, restarts: 0, firstDay: '2024-06-01' };
  scene.service.putMetered({ meter: 'server', mark, intervals: [] });
  scene.say([['2025-01-10 12:00:00', 93]]);
  await scene.runAt('2025-01-10 12:00:12');
  t.same(scene.lines, ['2025-01-09 peak estimated 2000000', '2025-01-09 off-peak estimated 1000000']);
  t.match(scene.mark, { restarts: 0, firstDay: '2024-06-01' });
});

t.test('an account that another program brings while this one runs is gone on with', async (t) => {
  const scene = MeterScene.in(t, '2025-01-01');
  scene.say([['2024-12-31 12:00:00', 80]]);
  await scene.runAt('2025-01-10 11:59:12');
  t.equal(scene.watch.sight.mark, undefined, 'before the first reading');
  const mark = { totalMwh: 90e6, restarts: 0, firstDay: '2024-06-01' };
  scene.service.putMetered({
    meter: 'server',
    mark: { ...mark, atMs: atOf('2025-01-08 12:00:00') },
    intervals: [],
  });
  scene.say([['2025-01-10 12:00:00', 93]]);
  await scene.runAt('2025-01-10 12:00:12');
  t.same(scene.lines, ['2025-01-09 peak estimated 2000000', '2025-01-09 off-peak estimated 1000000']);
  const later = { ...mark, totalMwh: 93.5e6, atMs: atOf('2025-01-10 12:30:00') };
  scene.service.putMetered({ meter: 'server', mark: later, intervals: [] });
  scene.say([['2025-01-10 12:31:00', 93.6]]);
  await scene.runAt('2025-01-10 12:31:12');
  t.same(scene.allLines.slice(2), ['2025-01-10 peak measured 100000']);
});

t.test('readings that are packed or pruned are not needed any more', async (t) => {
  const scene = MeterScene.in(t);
  await live(scene, '2025-01-10 12:00:00', 20, (minute) => 100 + minute / 1_000);
  scene.say([['2025-01-11 12:00:00', 101]]);
  scene.say([['2025-01-14 12:00:00', 103.019]]);
  const nowMs = atOf('2025-01-14 13:00:00');
  rollUpAll(scene.service, nowMs);
  packAll(scene.service, nowMs);
  while (scene.service.prune(nowMs, { rawMs: 24 * hourMs }).remaining);
  scene.restart();
  await scene.runAt('2025-01-14 13:00:12');
  t.same(scene.lines, [
    // Up to the last time that it was written.
    '2025-01-10 peak measured 14000',
    '2025-01-11 peak estimated 667778',
    '2025-01-11 off-peak estimated 333889',
    '2025-01-12 peak estimated 667778',
    '2025-01-12 off-peak estimated 333889',
    '2025-01-13 peak estimated 667778',
    '2025-01-13 off-peak estimated 333888',
  ]);
});

t.test('while the time is not known nothing is counted; then all is', async (t) => {
  const scene = MeterScene.in(t);
  scene.isTimeKnown = false;
  await live(scene, '2025-01-10 12:00:00', 3, (minute) => 100 + minute / 1_000);
  t.same(scene.allLines, []);
  scene.isTimeKnown = true;
  await scene.beat();
  t.same(scene.allLines, ['2025-01-10 peak measured 2000']);
});

t.test('what could not be written is, later', async (t) => {
  const scene = MeterScene.in(t);
  await live(scene, '2025-01-10 12:00:00', 3, (minute) => 100 + minute / 1_000);
  const ports = scene.ports();
  let isFull = true;
  const call = async (name: string, ...parameters: unknown[]): Promise<unknown> => {
    if (isFull && name === 'putMetered') throw new GatewayError('storage_failed', 'full');
    return await (ports.store.call as (...given: unknown[]) => Promise<unknown>)(name, ...parameters);
  };
  scene.watch = new MeterWatch(
    { ...ports, store: { call: call as typeof ports.store.call } },
    { meter: 'plug', startDate: undefined },
  );
  scene.say([['2025-01-10 22:30:00', 101.002]]);
  scene.goTo('2025-01-10 22:30:12');
  await t.rejects(scene.beat(), { code: 'storage_failed' });
  const lines = [
    '2025-01-10 peak measured 2000',
    '2025-01-10 peak estimated 952229',
    '2025-01-10 off-peak estimated 47771',
  ];
  t.same(scene.allLines, lines, 'it is shown, and not forgotten');
  t.equal(scene.lines.length, 0);
  await t.rejects(scene.beat(), { code: 'storage_failed' }, 'also when nothing new has come');
  isFull = false;
  await scene.beat();
  t.same(scene.lines, lines);
});

t.test('a plug of several channels counts what they sum to', async (t) => {
  const { values } = tasmotaEnergy({ Total: [1.5, 2.25], Power: [10, 20] });
  const kwh = values.find(({ quantity }) => quantity === 'load_energy_kwh')?.value;
  t.equal(kwh, 3.75);
  const scene = MeterScene.in(t);
  scene.say([
    ['2025-01-10 12:00:00', Number(kwh)],
    ['2025-01-10 12:01:00', 3.76],
  ]);
  await scene.runAt('2025-01-10 12:01:12');
  t.same(scene.allLines, ['2025-01-10 peak measured 10000']);
});

t.test('a clock that is set back by an hour is waited for, and nothing is lost', async (t) => {
  const scene = MeterScene.in(t);
  const kwh = (minute: number): number => 100 + minute / 5;
  await live(scene, '2025-01-10 12:00:00', 90, kwh);
  const lines = scene.allLines;
  scene.time.stepWall(-hourMs);
  await live(scene, '2025-01-10 12:31:00', 30, (minute) => kwh(90 + minute));
  scene.restart();
  await live(scene, '2025-01-10 13:01:00', 28, (minute) => kwh(120 + minute));
  t.same(scene.allLines, lines);
  await live(scene, '2025-01-10 13:29:00', 31, (minute) => kwh(148 + minute));
  t.same(scene.allLines, ['2025-01-10 peak measured 35600000']);
  t.equal(scene.mark?.restarts, 0);
});

t.test('a clock that was right for days and is set back by them is waited for, too', async (t) => {
  const scene = MeterScene.in(t, '2025-01-10');
  const hours = Array.from(
    { length: 72 },
    (_, hour) => [new Date(atOf('2025-01-10 06:00:00') + hour * hourMs).toISOString(), 100 + hour] as const,
  );
  scene.say(hours);
  await scene.runAt('2025-01-13 05:00:12');
  const lines = scene.lines;
  await scene.runAt('2025-01-11 05:00:12');
  t.same(scene.allLines, lines);
});

t.test('a clock that was days ahead for a while takes nothing with it', async (t) => {
  const inDays = '2025-01-14 12:20:00';
  for (const isKilled of [false, true]) {
    const scene = MeterScene.in(t, undefined, `ahead-${isKilled}`);
    await live(scene, '2025-01-10 12:00:00', 20, (minute) => 100 + minute / 1_000);
    await live(scene, inDays, 10, (minute) => 100.02 + minute / 1_000);
    t.ok(
      scene.allLines.some((line) => line.startsWith('2025-01-12')),
      'it was taken for days without readings',
    );
    scene.calls = 0;
    if (isKilled) scene.kill = { call: 1, isDone: true };
    await live(scene, '2025-01-10 12:30:00', 10, (minute) => 100.03 + minute / 1_000);
    t.equal(scene.kill, undefined);
    const lines = scene.allLines;
    t.same(
      lines.filter((line) => !line.endsWith(' 0')),
      isKilled
        ? ['2025-01-10 peak measured 38000', '2025-01-10 peak estimated 1000']
        : ['2025-01-10 peak measured 29000', '2025-01-10 peak estimated 10000'],
    );
    // The days come, and with them what was read then by the clock that was ahead.
    if (isKilled) scene.restart();
    scene.say([
      ['2025-01-14 12:25:30', 109.03],
      ['2025-01-14 12:40:00', 109.04],
    ]);
    await scene.runAt('2025-01-14 12:40:12');
    const days = scene.allLines.filter((line) => !line.endsWith(' 0'));
    t.same(days.slice(2), [
      '2025-01-11 peak estimated 1998000',
      '2025-01-11 off-peak estimated 999000',
      '2025-01-12 peak estimated 1998000',
      '2025-01-12 off-peak estimated 999000',
      '2025-01-13 peak estimated 1998000',
      '2025-01-13 off-peak estimated 999000',
      '2025-01-14 peak measured 10000',
    ]);
    t.equal(scene.watch.sight.mark?.restarts, 0);
  }
});

t.test('a new plug counts from its first readings on, also after a clock that was days ahead', async (t) => {
  for (const isRestarted of [false, true]) {
    const scene = MeterScene.in(t, undefined, `new-plug-${isRestarted}`);
    await live(scene, '2025-01-10 12:00:00', 20, (minute) => 100 + minute / 1_000);
    await live(scene, '2025-01-14 12:20:00', 10, (minute) => 100.02 + minute / 1_000);
    await live(scene, '2025-01-10 12:30:00', 10, (minute) => 100.03 + minute / 1_000);
    if (isRestarted) scene.restart();
    await live(scene, '2025-01-11 12:00:00', 20, (minute) => minute / 1_000);
    t.match(scene.watch.sight.mark, { restarts: 1, totalMwh: 19_000 });
    const ofDay = scene.allLines.filter((line) => line.startsWith('2025-01-11 peak measured'));
    t.same(ofDay, ['2025-01-11 peak measured 19000']);
    // The days pass, and what was read then by the clock that was ahead is no third plug.
    await live(scene, '2025-01-14 12:10:00', 30, (minute) => 20 + minute / 1_000);
    t.match(scene.watch.sight.mark, { restarts: 1, totalMwh: 20_029_000 });
  }
});
