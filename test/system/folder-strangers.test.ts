import { chmodSync, chownSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findStranger } from '../../gateway/system/folder-strangers.ts';

const ownUid = process.getuid?.();

t.test('a folder of our own, all the way up, has no strangers', async (t) => {
  const folder = t.testdir({ spool: {} });
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'spool'), 0o700);
  t.equal(await findStranger(join(folder, 'spool'), ownUid), undefined);
});

t.test('whoever may write to it, or to one above it, is named', async (t) => {
  const folder = t.testdir({ above: { spool: {} } });
  const [above, spool] = [join(folder, 'above'), join(folder, 'above', 'spool')];
  chmodSync(above, 0o757);
  t.equal(await findStranger(spool, ownUid), `everybody may write to ${above}`);
  chmodSync(above, 0o1757);
  t.equal(await findStranger(spool, ownUid), undefined, 'as in /tmp: it cannot be taken away there');
  chmodSync(spool, 0o1777);
  t.equal(await findStranger(spool, ownUid), `everybody may write to ${spool}`, 'but files can be put there');
});

t.test("another user's folder is no place for commands", { skip: ownUid !== 0 }, async (t) => {
  const folder = t.testdir({ spool: {} });
  const spool = join(folder, 'spool');
  chownSync(spool, 65_534, 65_534);
  t.match(await findStranger(spool, 0), /belongs to user 65534/);
  t.equal(await findStranger(spool, 65_534), undefined, 'his own');
});

t.test('a group that is not its owner alone may not write', { skip: ownUid !== 0 }, async (t) => {
  const folder = t.testdir({ spool: {} });
  const spool = join(folder, 'spool');
  chmodSync(spool, 0o770);
  t.equal(await findStranger(spool, 0), undefined, 'the group of its owner');
  chownSync(spool, 0, 100);
  t.equal(await findStranger(spool, 0), `its group may write to ${spool}`);
});

t.test('of a link, where it leads counts', async (t) => {
  const folder = t.testdir({ open: {}, shut: {} });
  mkdirSync(join(folder, 'open', 'spool'));
  chmodSync(join(folder, 'open'), 0o777);
  symlinkSync(join(folder, 'open', 'spool'), join(folder, 'shut', 'link'));
  t.match(await findStranger(join(folder, 'shut', 'link'), ownUid), /everybody may write/);
});

t.test('where there are no users nobody is looked for', async (t) => {
  t.equal(await findStranger('/nowhere', undefined), undefined);
});
