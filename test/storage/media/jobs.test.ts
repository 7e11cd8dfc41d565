import { join } from 'node:path';
import t from 'tap';
import { openInProcessDatabase } from '../../../gateway/storage/index.ts';
import type { Database } from '../../../gateway/storage/store-calls.ts';
import { goodEnd, newJob } from '../jobs.ts';
import { StoredHome } from './full-disk.ts';
import { cannotMount, onSmallDisk } from './small-disk.ts';
import { takeReserve } from './take-reserve.ts';

const nowMs = newJob.queuedMs;
const given = { ...newJob, originKey: 'spool:1' };
const run = { job: 1, runKey: 'key-1', trigger: 'policy', startedMs: nowMs } as const;
const end = { ...goodEnd, job: 1, attempt: 1 };

async function stateOf(database: Database): Promise<string | undefined> {
  return (await database.call('findJob', 1))?.state;
}

t.test(
  'on a full disk no job is taken, begun or ended by halves, and each goes on when it is said again',
  { skip: cannotMount },
  async (t) => {
    await onSmallDisk({ directory: t.testdir(), megabytes: 4 }, async (disk) => {
      const options = { directory: disk.directory, zone: 'UTC', nowMs, ballastBytesMax: 0 };
      const database = await openInProcessDatabase(options);
      const home = new StoredHome(database);
      await home.start();
      const refused = { code: 'storage_failed', facts: { mode: 'full' } };
      disk.fill();
      while (await home.beat());
      await t.rejects(database.call('addJob', given), refused);
      t.same(await database.call('listJobs', { rowsMax: 9 }), []);
      disk.free();
      t.same(await database.call('addJob', given), { id: 1, isNew: true });
      disk.fill();
      while (await home.beat());
      t.match(
        await database.call('beginJobRun', run),
        { attempt: 1 },
        'there is a reserve for what is urgent',
      );
      await takeReserve(database);
      await database.call('saveJobOutput', { job: 1, attempt: 1, output: 'half', outputBytes: 4 });
      await t.rejects(database.call('endJobRun', end), refused);
      t.equal(await stateOf(database), 'running');
      t.match(await database.call('beginJobRun', run), { attempt: 1 }, 'the same key is the same run');
      disk.free();
      await database.call('endJobRun', { ...end, outcome: 'failed', state: 'queued' });
      await database.call('endJobRun', end);
      t.equal(await stateOf(database), 'queued');
      t.equal(await database.call('jobOutput', 1, 1), 'well\n');
      disk.fill();
      while (await home.beat());
      await takeReserve(database);
      await t.rejects(database.call('beginJobRun', { ...run, runKey: 'key-2' }), refused);
      t.equal(await stateOf(database), 'queued');
      t.equal((await database.call('listJobRuns', 1)).length, 1);
      const missed = { id: 1, from: ['queued'], to: 'missed', atMs: nowMs } as const;
      await t.rejects(database.call('moveJob', missed), refused);
      t.equal(await stateOf(database), 'queued');
      await database.close();
    });
  },
);

t.test(
  'on a medium that takes no writes jobs can be read, and none begins',
  { skip: cannotMount },
  async (t) => {
    const temporary = t.testdir({ places: {} });
    await onSmallDisk({ directory: temporary, megabytes: 8 }, async (disk) => {
      const options = {
        directory: disk.directory,
        zone: 'UTC',
        nowMs,
        temporaryDirectories: [join(temporary, 'places')],
      };
      const before = await openInProcessDatabase(options);
      for (const originKey of ['spool:1', 'spool:2']) await before.call('addJob', { ...newJob, originKey });
      await before.close();
      disk.remount('ro');
      const database = await openInProcessDatabase(options);
      const refused = { code: 'storage_failed', facts: { mode: 'read_only' } };
      t.match(await database.call('listJobs', { rowsMax: 9 }), [{ id: 2 }, { id: 1, state: 'queued' }]);
      t.same(await database.call('settleJobRuns', nowMs), [], 'nothing ran, and nothing is written');
      t.same(await database.call('addJob', given), { id: 1, isNew: false }, 'it is there already');
      await t.rejects(database.call('addJob', newJob), refused);
      await t.rejects(database.call('beginJobRun', run), refused);
      t.equal(await stateOf(database), 'queued');
      disk.remount('rw');
      t.match(await database.call('keepRoom', nowMs), { mode: 'ok' });
      t.match(await database.call('beginJobRun', run), { attempt: 1 });
      await database.close();

      disk.remount('ro');
      const next = await openInProcessDatabase(options);
      await t.rejects(
        next.call('settleJobRuns', nowMs),
        refused,
        'a run was cut, which must be written down',
      );
      t.equal(await next.call('beginJobRun', { ...run, runKey: 'another' }), undefined);
      disk.remount('rw');
      t.match(await next.call('keepRoom', nowMs), { mode: 'ok' });
      t.match(await next.call('settleJobRuns', nowMs), [{ job: 1, outcome: 'interrupted' }]);
      await next.close();
    });
  },
);
