import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { makeFolder } from '../../gateway/system/make-folder.ts';

t.test('a folder is made with all that is missing above it', (t) => {
  const path = join(t.testdir(), 'a/b/c');
  makeFolder(path, 0o700);
  makeFolder(path, 0o755);
  t.equal(statSync(path).mode & 0o777, 0o700, 'and left as it is when it is there');
  t.end();
});

t.test('where none can be made it says so, and returns', (t) => {
  const folder = t.testdir();
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'there'));
  t.throws(() => makeFolder(join(folder, 'file/below'), 0o700), { code: 'ENOTDIR' });
  t.throws(() => makeFolder('/proc/none/egw', 0o700), { code: 'ENOENT' });
  t.end();
});
