import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { limits } from '../../gateway/core/limits.ts';
import { realDisk } from '../../gateway/system/real-disk.ts';

t.test('what is written is read back, whole, for its owner only, with nothing left beside it', (t) => {
  const folder = t.testdir();
  const path = join(folder, 'deep', 'er', 'state.json');
  for (const text of ['first', '', 'é😀\n'.repeat(10_000)]) {
    realDisk.writeText(path, text);
    t.equal(realDisk.readText(path), text);
  }
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.equal(statSync(join(folder, 'deep')).mode & 0o777, 0o700);
  const umask = process.umask(0o077);
  t.teardown(() => process.umask(umask));
  realDisk.writeText(path, 'x', 0o644);
  t.equal(statSync(path).mode & 0o777, 0o644, 'whatever the umask and the old file say');
  t.same(readdirSync(join(folder, 'deep', 'er')), ['state.json']);
  t.end();
});

t.test('a reader of the old file keeps it: the new one is another file', (t) => {
  const path = join(t.testdir({ file: 'old' }), 'file');
  const before = statSync(path).ino;
  realDisk.writeText(path, 'new');
  t.not(statSync(path).ino, before);
  t.end();
});

t.test('what a power cut left of an earlier write is no obstacle', (t) => {
  const path = join(t.testdir({ 'file.tmp': 'half' }), 'file');
  realDisk.writeText(path, 'whole');
  t.equal(readFileSync(path, 'utf8'), 'whole');
  t.notOk(existsSync(`${path}.tmp`));
  t.end();
});

t.test('there being no file is no error, for reading and for removing', (t) => {
  const folder = t.testdir({ file: 'x' });
  t.equal(realDisk.readText(join(folder, 'none')), undefined);
  t.equal(realDisk.readText(join(folder, 'file', 'below')), undefined);
  realDisk.remove(join(folder, 'none'));
  realDisk.remove(join(folder, 'file'));
  t.notOk(existsSync(join(folder, 'file')));
  t.end();
});

t.test('what is not a readable text file is refused in words', (t) => {
  const folder = t.testdir({ 'latin.txt': Buffer.from([0x73, 0xe9, 0x0a]), 'long.txt': '' });
  const path = (name: string): string => join(folder, name);
  writeFileSync(path('long.txt'), Buffer.alloc(limits.textFileBytesMax + 1, 0x61));
  execFileSync('mkfifo', [path('pipe')]);
  symlinkSync(path('loop'), path('loop'));
  const cases = [
    ['', /directory/],
    ['latin.txt', /UTF-8/],
    ['long.txt', /bytes long/],
    ['pipe', /not a plain file/],
    ['loop', /links/],
  ] as const;
  for (const [name, hint] of cases)
    t.throws(() => realDisk.readText(path(name)), { code: 'config_unreadable', hint });
  t.end();
});

t.test('a folder that cannot be written to is refused with what to do', (t) => {
  const folder = t.testdir({ file: 'x', folder: {} });
  t.throws(() => realDisk.writeText(join(folder, 'file', 'below'), 'x'), {
    code: 'data_dir_unusable',
    hint: /EGW_DATA_DIR/,
  });
  t.throws(() => realDisk.writeText(join(folder, 'folder'), 'x'), { code: 'data_dir_unusable' });
  t.throws(() => realDisk.writeText('/dev/full/x', 'x'), { code: 'data_dir_unusable' });
  t.throws(() => realDisk.remove(join(folder, 'folder')), { code: 'data_dir_unusable' });
  t.same(readdirSync(folder).toSorted(), ['file', 'folder'], 'and nothing is left beside it');
  t.end();
});

t.test(
  'a file without rights is refused',
  { skip: process.getuid?.() === 0 && 'root may read anything' },
  (t) => {
    const path = join(t.testdir({ file: 'x' }), 'file');
    chmodSync(path, 0);
    t.throws(() => realDisk.readText(path), { code: 'config_unreadable', hint: /right to read/ });
    mkdirSync(`${path}-folder`, { mode: 0o500 });
    t.throws(() => realDisk.writeText(join(`${path}-folder`, 'x'), 'x'), {
      code: 'data_dir_unusable',
      hint: /right to write/,
    });
    t.end();
  },
);
