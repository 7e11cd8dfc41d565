import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type Test } from 'tap';
import { eraseForReset, runFactoryReset } from '../gateway/factory-reset.ts';
import { writeResetMarker } from '../gateway/features/provisioning/reset-marker.ts';
import { SetupCode } from '../gateway/features/provisioning/setup-code.ts';
import { takeInstanceLock } from '../gateway/storage/instance-lock.ts';
import { realDisk } from '../gateway/system/real-disk.ts';

const label = '7K3M-9QXC-41TZ-HW0E';

interface Folder {
  readonly data: string;
  readonly outside: string;
}

/** A data directory with all kinds of things in it, and things outside that it leads to. */
function folder(t: Test, labelled?: string): Folder {
  const root = mkdtempSync(join(tmpdir(), 'egw-reset-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  const [data, outside] = [join(root, 'data'), join(root, 'outside')];
  for (const path of [data, outside, join(data, 'backups'), join(data, 'spool', 'deep')])
    mkdirSync(path, { recursive: true });
  for (const name of [
    'egw.db',
    'egw.db-wal',
    'identity.pem',
    'egw.yaml',
    '.env',
    'backups/b.db',
    'spool/deep/x',
  ])
    writeFileSync(join(data, name), name);
  writeFileSync(join(outside, 'precious'), 'precious');
  symlinkSync(outside, join(data, 'link'));
  symlinkSync(join(outside, 'precious'), join(data, 'spool', 'link'));
  symlinkSync('/nowhere', join(data, 'dangling'));
  new SetupCode({ disk: realDisk, path: join(data, 'setup-code.json'), labelled });
  return { data, outside };
}

const kept = ['egw.lock', 'factory-reset.json', 'identity.pem'];

void test('without a mark nothing is touched', (t) => {
  const { data } = folder(t);
  const before = readdirSync(data);
  t.equal(eraseForReset(data), undefined);
  t.same(readdirSync(data), before);
  t.end();
});

void test('all goes but the key, and nothing outside, though links lead there', (t) => {
  const { data, outside } = folder(t);
  writeResetMarker(realDisk, data, { by: 'nearby:session' });
  t.same(eraseForReset(data), { by: 'nearby:session', left: [] });
  t.same(readdirSync(data).sort(), kept);
  t.ok(existsSync(join(outside, 'precious')));
  t.end();
});

void test('the code of a label stays; one that was made goes', (t) => {
  const { data } = folder(t, label);
  writeResetMarker(realDisk, data, { by: 'local' });
  eraseForReset(data);
  t.same(readdirSync(data).sort(), [...kept, 'setup-code.json']);
  const path = join(data, 'setup-code.json');
  t.equal(new SetupCode({ disk: realDisk, path }).forPeople, label);
  t.end();
});

void test('a reset that was cut anywhere is ended by the next start', (t) => {
  const names = readdirSync(folder(t).data);
  for (let cut = 0; cut <= names.length; cut += 1) {
    const { data, outside } = folder(t);
    writeResetMarker(realDisk, data, { by: 'local' });
    for (const name of names.slice(0, cut).filter((each) => !kept.includes(each)))
      rmSync(join(data, name), { recursive: true });
    t.match(eraseForReset(data), { by: 'local', left: [] });
    t.match(eraseForReset(data), { by: 'local', left: [] }, 'and once more, before the mark is gone');
    t.same(readdirSync(data).sort(), kept);
    t.ok(existsSync(join(outside, 'precious')));
  }
  t.end();
});

void test('a mark that was half written, or says nothing, is one', (t) => {
  for (const text of ['', '{"formatVersion":1,"by":"lo', 'nonsense']) {
    const { data } = folder(t);
    writeFileSync(join(data, 'factory-reset.json'), text);
    t.match(eraseForReset(data), { by: 'unknown' });
  }
  t.end();
});

void test('a data directory that another gateway uses is left alone', (t) => {
  const { data } = folder(t);
  writeResetMarker(realDisk, data, { by: 'local' });
  const lock = takeInstanceLock(data);
  t.throws(() => eraseForReset(data), { code: 'data_dir_in_use' });
  lock.release();
  t.ok(existsSync(join(data, 'egw.db')));
  t.end();
});

void test('egw factory-reset does it where no gateway runs, and only when it is meant', async (t) => {
  const { data } = folder(t);
  let out = '';
  const io = { stdout: { write: (text: string) => (out += text) } };
  const call = { json: false, environment: { EGW_DATA_DIR: data }, io } as unknown as Parameters<
    typeof runFactoryReset
  >[0];
  await t.rejects(runFactoryReset({ ...call, argv: [] }), { code: 'command_unknown' });
  t.ok(existsSync(join(data, 'egw.db')));
  t.equal(await runFactoryReset({ ...call, argv: ['--yes'] }), 0);
  t.match(out, 'its next start is as the first');
  t.same(readdirSync(data).sort(), kept);
});

void test(
  'what cannot be removed is said',
  { skip: process.getuid?.() === 0 && 'root may remove everything' },
  (t) => {
    const { data } = folder(t);
    writeResetMarker(realDisk, data, { by: 'local' });
    chmodSync(join(data, 'spool', 'deep'), 0o500);
    t.match(eraseForReset(data)?.left, [/spool/]);
    chmodSync(join(data, 'spool', 'deep'), 0o700);
    t.end();
  },
);
