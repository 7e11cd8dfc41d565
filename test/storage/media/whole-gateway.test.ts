import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import t, { type Test } from 'tap';
import { HomeOnDisk } from './home-on-disk.ts';
import { cannotMount, onFailingDisk, onSmallDisk } from './small-disk.ts';

/** Every poll of the meter is stored once, and every reading is where the account says. */
async function assertNothingLost(t: Test, home: HomeOnDisk): Promise<void> {
  t.equal(await home.stop(), 0, 'nothing is lost at the stop');
  const database = await home.open();
  const series = await database.call('listSeries');
  const meter = series.find(({ device, quantity }) => device === 'meter-1' && quantity === 'grid_power_w');
  const query = { series: meter?.id ?? 0, fromMs: 0, toMs: Date.UTC(2100, 0, 1), rowsMax: 10_000 };
  const { rows } = await database.call('rawRange', query);
  t.equal(rows.length, home.polls, 'every poll is there');
  const { acknowledged, staged, packed, pruned, missing } = await database.call('account');
  t.equal(staged + packed + pruned + missing, acknowledged);
  t.equal(missing, 0);
  await database.close();
}

/** With nothing to store to, for two minutes: devices are read, and told. */
async function assertGoesOn(t: Test, home: HomeOnDisk): Promise<void> {
  const { polls } = home;
  await home.live(2);
  t.ok(home.polls - polls >= 11, 'polls go on');
  t.same(home.states(), ['up', 'up']);
  t.equal(await home.tell(-500), -500, 'the inverter confirms a set point');
  t.ok((await home.storage()).pendingReadings > 0, 'readings wait in memory');
}

async function assertWell(t: Test, home: HomeOnDisk): Promise<void> {
  await home.live(2);
  t.equal(await home.complaint(), undefined, 'it has come back by itself');
  t.match(await home.storage(), { mode: 'ok' });
  t.same(home.states(), ['up', 'up']);
  t.equal(await home.tell(-400), -400);
}

t.test(
  'the gateway goes on while its disk is full, says so, and stores everything when there is room',
  { skip: cannotMount },
  async (t) => {
    const places = [t.testdir()];
    await onSmallDisk({ directory: t.testdirName, megabytes: 8 }, async (disk) => {
      const home = new HomeOnDisk(disk.directory, places);
      await home.prepare();
      await home.boot();
      await home.live(1);
      t.equal(await home.complaint(), undefined);
      disk.fill();
      let minutes = 0;
      for (; minutes < 60 && (await home.complaint()) === undefined; minutes += 1) await home.live(1);
      t.match(await home.complaint(), /^READINGS ARE NOT STORED: there is no room/);
      t.match(await home.storage(), { mode: 'full' });
      await assertGoesOn(t, home);
      disk.free();
      await assertWell(t, home);
      await assertNothingLost(t, home);
    });
  },
);

t.test(
  'the gateway goes on when its medium turns read-only, and says what is lost when it is stopped',
  { skip: cannotMount },
  async (t) => {
    const directory = t.testdir({ places: {} });
    await onFailingDisk(directory, async (disk) => {
      const home = new HomeOnDisk(disk.directory, [join(directory, 'places')]);
      await home.prepare();
      await home.boot();
      await home.live(1);
      disk.fail();
      await home.live(1);
      t.match(await home.complaint(), /^NOTHING IS STORED: the data directory cannot be written/);
      t.match(await home.storage(), { mode: 'read_only' });
      await assertGoesOn(t, home);
      t.ok((await home.stop()) > 0, 'what waited is lost, and is said to be');
    });
  },
);

t.test(
  'a gateway that starts on a read-only medium reads and controls, and stores everything when it can',
  { skip: cannotMount },
  async (t) => {
    const places = [t.testdir()];
    await onSmallDisk({ directory: t.testdirName, megabytes: 8 }, async (disk) => {
      const home = new HomeOnDisk(disk.directory, places);
      await home.prepare();
      disk.remount('ro');
      await home.boot();
      await home.live(1);
      t.match(await home.complaint(), /^NOTHING IS STORED: the data directory cannot be written/);
      await assertGoesOn(t, home);
      t.same(
        (await home.health()).map(({ subject }) => subject),
        ['storage:medium', 'storage:commit'],
        'nothing else is the matter',
      );
      disk.remount('rw');
      await assertWell(t, home);
      await assertNothingLost(t, home);
      const file = new Sqlite(join(disk.directory, 'egw.db'), { readonly: true });
      const rules = file
        .prepare('SELECT count(*) FROM energy_series WHERE resolution IS NOT NULL')
        .pluck()
        .get();
      file.close();
      t.ok(Number(rules) > 0, 'how counters behave is declared then');
    });
  },
);
