import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { checkDatabase } from '../../../gateway/storage/check/check-database.ts';
import { openInProcessDatabase } from '../../../gateway/storage/index.ts';
import { takeInstanceLock } from '../../../gateway/storage/instance-lock.ts';
import { StoredHome } from './full-disk.ts';
import { cannotMount, onFailingDisk, onSmallDisk } from './small-disk.ts';

const nowMs = Date.UTC(2026, 2, 10);
const token = { id: 'a1', label: 'phone', secretHash: 'ff', scopes: ['read'], createdMs: 1, expiresMs: 2 };

t.test(
  'a start on a read-only medium reads a copy, keeps nothing, and goes back when it can be written',
  { skip: cannotMount },
  async (t) => {
    const temporary = t.testdir({ places: {} });
    await onSmallDisk({ directory: temporary, megabytes: 8 }, async (disk) => {
      const places = [join(temporary, 'places')];
      const options = { directory: disk.directory, zone: 'UTC', nowMs, temporaryDirectories: places };
      const before = await openInProcessDatabase(options);
      await before.call('addToken', token);
      const earlier = new StoredHome(before, 'earlier');
      await earlier.start();
      t.equal(await earlier.beat(), true);
      await before.close();
      disk.remount('ro');
      t.throws(
        () => checkDatabase(disk.directory),
        { code: 'storage_failed' },
        'it is not said to be damaged',
      );

      const database = await openInProcessDatabase(options);
      t.match(await database.call('keepRoom', nowMs), { mode: 'read_only' });
      t.match(await database.call('databaseStatus'), {
        mode: 'read_only',
        path: join(disk.directory, 'egw.db'),
      });
      t.same(await database.call('listTokens'), [token]);
      const home = new StoredHome(database);
      await home.start();
      t.equal(await home.beat(), false, 'nothing is said to be stored');
      await t.rejects(database.call('removeToken', 'a1'), {
        code: 'storage_failed',
        facts: { mode: 'read_only' },
      });
      const [added] = await database.call('internSeries', [{ device: 'new', quantity: 'pv_power_w' }]);
      await database.call('addAuditLine', {
        atMs: 5,
        principal: 'gateway',
        action: 'storage.mode',
        outcome: 'storage_failed',
        detail: 'read_only',
      });
      t.throws(
        () => takeInstanceLock(disk.directory),
        { code: 'data_dir_in_use' },
        'a second one is refused',
      );

      disk.remount('rw');
      t.equal(await home.beat(), true, 'the next commit is on the medium');
      t.match(await database.call('keepRoom', nowMs), { mode: 'ok' });
      t.equal((await database.call('listSeries')).at(-1)?.id, added);
      t.equal((await database.call('listAuditLines', { beforeMs: 10, rowsMax: 9 })).length, 1);
      t.equal((await database.call('account')).acknowledged, 80);
      t.equal(home.crashes, 0);
      t.same(readdirSync(places[0] ?? ''), [], 'the copy is gone');
      await database.close();
    });
  },
);

t.test(
  'a first start without a writable directory begins empty, and makes the database when it can',
  { skip: cannotMount },
  async (t) => {
    await onSmallDisk({ directory: t.testdir(), megabytes: 8 }, async (disk) => {
      disk.remount('ro');
      const database = await openInProcessDatabase({ directory: disk.directory, zone: 'UTC', nowMs });
      const home = new StoredHome(database);
      await home.start();
      t.equal(await home.beat(), false);
      disk.remount('rw');
      t.equal(await home.beat(), true);
      t.ok(existsSync(join(disk.directory, 'egw.db')));
      t.equal((await database.call('listSeries')).length, 40);
      await database.close();
    });
  },
);

t.test(
  'a medium that becomes read-only while it is used is told at once, and read on',
  { skip: cannotMount },
  async (t) => {
    const directory = t.testdir({ places: {} });
    await onFailingDisk(directory, async (disk) => {
      const database = await openInProcessDatabase({
        directory: disk.directory,
        zone: 'UTC',
        nowMs,
        temporaryDirectories: [join(directory, 'places')],
      });
      const home = new StoredHome(database);
      await home.start();
      t.equal(await home.beat(), true);
      disk.fail();
      t.equal(await home.beat(), false);
      t.match(await database.call('keepRoom', nowMs), { mode: 'read_only' });
      await database.call('listSeries');
      t.equal(await home.beat(), false);
      t.equal(home.crashes, 0);
      await database.close();
    });
  },
);
