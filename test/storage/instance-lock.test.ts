import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { takeInstanceLock } from '../../gateway/storage/instance-lock.ts';
import { openInProcessDatabase } from '../../gateway/storage/index.ts';
import { cannotMount, onSmallDisk } from './media/small-disk.ts';
import { startMs } from './scratch.ts';

t.test('a second gateway on the directory is refused and told who holds it, until the first lets go', (t) => {
  const directory = join(t.testdir(), 'made', 'on-the-way');
  const first = takeInstanceLock(directory);
  t.equal(statSync(directory).mode & 0o777, 0o700);
  t.throws(() => takeInstanceLock(directory), {
    code: 'data_dir_in_use',
    message: new RegExp(`${directory}.*${process.pid}`),
    facts: { pid: process.pid },
  });
  first.release();
  takeInstanceLock(directory).release();
  t.end();
});

t.test('the lock of a process ends with it, however it ends', async (t) => {
  const directory = t.testdir();
  const module = new URL('../../gateway/storage/instance-lock.ts', import.meta.url).href;
  const script = `
    const { takeInstanceLock } = await import(${JSON.stringify(module)});
    takeInstanceLock(${JSON.stringify(directory)});
    process.stdout.write('held');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
  await once(child.stdout, 'data');
  t.throws(() => takeInstanceLock(directory), { code: 'data_dir_in_use', facts: { pid: child.pid ?? 0 } });
  child.kill('SIGKILL');
  await once(child, 'exit');
  takeInstanceLock(directory).release();
});

t.test(
  'a directory that cannot be written is locked elsewhere, and refused to a second gateway all the same',
  { skip: cannotMount },
  async (t) => {
    const directory = t.testdir({ places: {} });
    const places = [join(directory, 'none'), join(directory, 'places')];
    await onSmallDisk({ directory, megabytes: 4 }, (disk) => {
      takeInstanceLock(disk.directory).release();
      disk.remount('ro');
      const lock = takeInstanceLock(disk.directory, places);
      t.throws(() => takeInstanceLock(disk.directory, places), {
        code: 'data_dir_in_use',
        message: new RegExp(`${disk.directory}.*${process.pid}`),
      });
      lock.release();
      takeInstanceLock(disk.directory, places).release();
      t.throws(() => takeInstanceLock(disk.directory, []), { code: 'data_dir_unusable' });
      return Promise.resolve();
    });
  },
);

t.test(
  'whoever took the lock on a disk that is full since holds it against a second gateway, and a full disk is no refusal',
  { skip: cannotMount },
  async (t) => {
    const directory = t.testdir({ places: {} });
    await onSmallDisk({ directory, megabytes: 1 }, (disk) => {
      disk.fill();
      const places = [join(directory, 'places')];
      const lock = takeInstanceLock(disk.directory, places);
      t.throws(() => takeInstanceLock(disk.directory, places), { code: 'data_dir_in_use' });
      lock.release();
      return Promise.resolve();
    });
  },
);

t.test('a file in the place of the directory is an error that names it', (t) => {
  const path = join(t.testdir({ file: 'text' }), 'file');
  t.throws(() => takeInstanceLock(path), { code: 'data_dir_unusable', message: new RegExp(path) });
  t.end();
});

t.test('an open database holds the lock, and a closed one does not', async (t) => {
  const options = { directory: t.testdir(), zone: 'UTC', nowMs: startMs };
  const first = await openInProcessDatabase(options);
  await t.rejects(openInProcessDatabase(options), { code: 'data_dir_in_use' });
  await first.close();
  const second = await openInProcessDatabase(options);
  await second.close();
  await t.rejects(second.call('listSeries'), { code: 'stopping' });
});
