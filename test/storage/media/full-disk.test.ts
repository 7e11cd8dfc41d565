import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openInProcessDatabase } from '../../../gateway/storage/index.ts';
import { fullDiskFigures, StoredHome } from './full-disk.ts';
import { cannotMount, onSmallDisk } from './small-disk.ts';

t.test(
  'on a disk of 8 MB that is filled to the last byte commits go on, and every reading is accounted for',
  { skip: cannotMount },
  async (t) => {
    const figures = await fullDiskFigures(t.testdir(), { megabytes: 8, beats: 1_200 });
    t.equal(figures.crashes, 0);
    t.equal(figures.unaccounted, 0);
    t.ok(figures.secondsToRecover <= 10, `${figures.secondsToRecover} s`);
    t.ok(figures.commitsOnFullDisk > 0, 'the ballast gave its room');
  },
);

t.test(
  'with nothing to give away writes fail until there is room; what is urgent is carried, and set down in its order',
  { skip: cannotMount },
  async (t) => {
    await onSmallDisk({ directory: t.testdir(), megabytes: 4 }, async (disk) => {
      const options = { directory: disk.directory, zone: 'UTC', nowMs: 0, ballastBytesMax: 0 };
      const database = await openInProcessDatabase(options);
      const home = new StoredHome(database);
      await home.start();
      t.equal(await home.beat(), true);
      disk.fill();
      while (await home.beat());
      const status = await database.call('databaseStatus');
      t.equal(status.mode, 'full');
      t.match(await database.call('keepRoom', home.nowMs), { mode: 'full', reason: /full/ });
      const [series] = await database.call('internSeries', [{ device: 'new', quantity: 'pv_power_w' }]);
      const intent = {
        id: 'i1',
        device: 'inverter',
        control: 'export_limit_w',
        value: 0,
        source: 'command',
        principal: 'local',
        bootId: 'boot',
        openedMs: 1,
        leaseUntilMs: 2,
        state: 'intended',
        before: null,
      } as const;
      await database.call('recordControl', { open: intent });
      await t.rejects(database.call('putSetting', 'name', 'x'.repeat(100_000)), {
        code: 'storage_failed',
        facts: { mode: 'full' },
      });
      disk.free();
      t.equal(await home.beat(), true, 'the first beat after that is stored');
      t.match(await database.call('keepRoom', home.nowMs), { mode: 'ok', reason: null });
      t.equal((await database.call('listSeries')).at(-1)?.id, series);
      t.same((await database.call('listControls')).open, [intent]);
      t.equal(home.crashes, 0);
      await database.close();
    });
  },
);

t.test(
  'the ballast is made when there is room, and made again after it went',
  { skip: cannotMount },
  async (t) => {
    await onSmallDisk({ directory: t.testdir(), megabytes: 8 }, async (disk) => {
      const database = await openInProcessDatabase({ directory: disk.directory, zone: 'UTC', nowMs: 0 });
      const home = new StoredHome(database);
      await home.start();
      await home.care();
      const { ballastBytes } = await database.call('databaseStatus');
      t.ok(ballastBytes >= 262_144 && ballastBytes <= 8 * 1_048_576 * 0.05, `${ballastBytes}`);
      t.ok(existsSync(join(disk.directory, 'egw.ballast')));
      disk.fill();
      t.equal(await home.live(40), 40, 'its room is enough for a while');
      t.ok((await database.call('databaseStatus')).ballastBytes < ballastBytes);
      disk.free();
      await home.live(31);
      t.ok((await database.call('databaseStatus')).ballastBytes > ballastBytes / 2);
      await database.close();
    });
  },
);

t.test('a start on a disk that is full takes room from the ballast', { skip: cannotMount }, async (t) => {
  await onSmallDisk({ directory: t.testdir(), megabytes: 8 }, async (disk) => {
    const options = { directory: disk.directory, zone: 'UTC', nowMs: 0 };
    const before = await openInProcessDatabase(options);
    await before.call('keepRoom', 0);
    await before.close();
    disk.fill();
    const database = await openInProcessDatabase(options);
    const home = new StoredHome(database);
    await home.start();
    t.equal(await home.beat(), true, 'and stores');
    await database.close();
    disk.free();
    disk.fill();
    const bare = await openInProcessDatabase({ ...options, ballastBytesMax: 0 });
    t.match(await bare.call('databaseStatus'), { mode: 'full' }, 'without one it says what is the matter');
    disk.free();
    const next = new StoredHome(bare, 'next');
    await next.start();
    t.equal(await next.beat(), true, 'and goes on when there is room');
    await next.care();
    t.match(await bare.call('databaseStatus'), { mode: 'ok', commits: 2 });
    await bare.close();
  });
});
