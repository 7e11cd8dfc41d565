import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { limits } from '../../gateway/core/limits.ts';
import { createRealSpoolFolder } from '../../gateway/system/real-spool-folder.ts';

t.test('another version is seen whatever is done to a file, also when its time is set back', async (t) => {
  const folder = createRealSpoolFolder(t.testdir({ 'a.json': 'one' }));
  const path = join(folder.path, 'a.json');
  const versionOf = async (): Promise<string> => {
    const file = await folder.read('given', 'a.json');
    return file.kind === 'bytes' ? file.version : file.kind;
  };
  const before = await versionOf();
  t.equal(await versionOf(), before);
  const { atime, mtime } = statSync(path);
  appendFileSync(path, '!');
  const longer = await versionOf();
  t.not(longer, before);
  utimesSync(path, atime, mtime);
  t.not(await versionOf(), longer);
});

t.test('a file of just the longest length is read, and one byte more is not', async (t) => {
  const folder = createRealSpoolFolder(t.testdir());
  writeFileSync(join(folder.path, 'a.json'), 'x'.repeat(limits.spoolFileBytesMax));
  t.match(await folder.read('given', 'a.json'), { kind: 'bytes' });
  appendFileSync(join(folder.path, 'a.json'), 'x');
  t.match(await folder.read('given', 'a.json'), { kind: 'unfit' });
});

t.test('of the files that are done with the newest are kept, with their reasons', async (t) => {
  const folder = createRealSpoolFolder(t.testdir());
  t.equal(await folder.open(), undefined);
  const rejected = join(folder.path, 'rejected');
  for (let number = 0; number < limits.spoolFilesKept + 5; number += 1) {
    writeFileSync(join(rejected, `${number}.json`), '');
    writeFileSync(join(rejected, `${number}.json.reason`), 'because');
  }
  writeFileSync(join(folder.path, 'new.json'), '');
  t.ok(await folder.claim('new.json', 'claimed.json'));
  await folder.finish('claimed.json', { place: 'rejected', name: 'new.json', reason: 'newest' });
  t.equal(readdirSync(rejected).length, 2 * limits.spoolFilesKept);
  t.match(await folder.rejections(1), [{ name: 'new.json', reason: 'newest' }]);
});

t.test('of more names than are wanted so many are told', async (t) => {
  const folder = createRealSpoolFolder(t.testdir({ 'a.json': '', 'b.json': '', 'c.json': '' }));
  t.equal((await folder.list('given', 2)).length, 2);
  t.equal((await folder.list('given', 9)).length, 3);
});

t.test('what was claimed by another is not claimed again', async (t) => {
  const folder = createRealSpoolFolder(t.testdir({ 'a.json': '' }));
  await folder.open();
  t.equal(await folder.claim('a.json', '1.json'), true);
  t.equal(await folder.claim('a.json', '2.json'), false);
  t.same(await folder.read('given', 'a.json'), { kind: 'gone' });
});

t.test('a folder within that leads elsewhere is not used', async (t) => {
  const folder = createRealSpoolFolder(t.testdir({ spool: {}, elsewhere: {} }));
  mkdirSync(join(folder.path, 'elsewhere', 'x'));
  symlinkSync(join(folder.path, 'elsewhere'), join(folder.path, 'done'));
  t.match(await folder.open(), /done is not a folder/);
});
