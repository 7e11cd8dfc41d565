import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { createSettingRegister, createStoredSettingFile } from '../../gateway/config/stored-settings.ts';
import { errorCodeOf } from '../../gateway/core/errors.ts';
import { sinks } from '../../gateway/io/sinks/index.ts';
import { sources } from '../../gateway/io/sources/index.ts';
import { realDisk } from '../../gateway/system/real-disk.ts';
import { load, plainInputs as inputs } from './inputs.ts';

function directory(): string {
  return mkdtempSync(join(tmpdir(), 'egw-settings-'));
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    return `${errorCodeOf(error) ?? 'no code'}: ${(error as Error).message}`;
  }
}

t.test('a setting is kept, and in force at the next start', async (t) => {
  const folder = directory();
  const file = createStoredSettingFile(realDisk, folder);
  const register = createSettingRegister(file, await load('{}'), inputs);
  t.equal(await register.set('site.name', 'Barn'), 'Barn');
  t.equal(await register.set('storage.retention.rawDays', 14), 14);
  t.same(register.list(), { 'site.name': 'Barn', 'storage.retention.rawDays': 14 });
  t.equal(statSync(join(folder, 'stored-settings.json')).mode & 0o777, 0o600);
  const { config, sources } = await load('log: { level: warn }', { storedSettings: file.read() });
  t.match(config, {
    site: { name: 'Barn' },
    log: { level: 'warn' },
    storage: { retention: { rawDays: 14 } },
  });
  t.equal(sources.originOf(['site', 'name']).kind, 'stored');
  t.ok(register.unset('site.name'));
  t.notOk(register.unset('site.name'), 'once');
  t.same(register.list(), { 'storage.retention.rawDays': 14 });
});

t.test('a text may hold the value as JSON, where the text itself is none', async (t) => {
  const register = createSettingRegister(
    createStoredSettingFile(realDisk, directory()),
    await load('{}'),
    inputs,
  );
  t.equal(await register.set('storage.retention.rawDays', '14'), 14);
  t.equal(await register.set('network.allowLoopbackDevices', 'true'), true);
  t.equal(await register.set('site.name', '14'), '14', 'a name may be a number’s text');
  t.same(await register.set('http.names', '["egw.home.arpa"]'), ['egw.home.arpa']);
});

t.test('what the file gives cannot be set, and the refusal says where it stands', async (t) => {
  const register = createSettingRegister(
    createStoredSettingFile(realDisk, directory()),
    await load('site:\n  name: Barn\n'),
    inputs,
  );
  t.match(
    await refusalOf(register.set('site.name', 'House')),
    /^config_pinned: site\.name is set by .*line 2/,
  );
  t.match(await refusalOf(register.set('site', { name: 'House' })), /^config_pinned/);
  t.same(register.list(), {});
});

t.test('a value is checked as the file would be, and nothing of a refused one is kept', async (t) => {
  const register = createSettingRegister(
    createStoredSettingFile(realDisk, directory()),
    await load('{}'),
    inputs,
  );
  t.match(await refusalOf(register.set('storage.retention.rawDays', 0)), /^config_invalid: .*rawDays/);
  t.match(await refusalOf(register.set('site.nam', 'x')), /^config_invalid: .*name/);
  t.match(await refusalOf(register.set('nothing.like.it', 1)), /^config_invalid/);
  t.match(await refusalOf(register.set('site', 'Barn')), /^config_invalid/);
  t.match(await refusalOf(register.set('__proto__.polluted', 1)), /^config_invalid/);
  t.same(register.list(), {});
  t.notOk('polluted' in {});
});

t.test('a setting that depends on another is set together with it', async (t) => {
  const register = createSettingRegister(
    createStoredSettingFile(realDisk, directory()),
    await load('{}'),
    inputs,
  );
  await register.set('site.name', 'Barn');
  t.match(await refusalOf(register.set('site.latitude', 48)), /^config_invalid: .*longitude/);
  await register.set('site', { name: 'Barn', latitude: 48, longitude: 2 });
  t.same(
    register.list(),
    { site: { name: 'Barn', latitude: 48, longitude: 2 } },
    'what stood in it is replaced',
  );
});

t.test(
  'a section that is stored as a whole says so of its values, and leaves the environment its own',
  async (t) => {
    const storedSettings = { site: { name: 'Barn', zone: 'Europe/Paris' } };
    const { config, sources } = await load('{}', { storedSettings, environment: { EGW_ZONE: 'Asia/Tokyo' } });
    t.match(config.site, { name: 'Barn', zone: 'Asia/Tokyo' });
    const kinds = ['name', 'zone', 'clock'].map((name) => sources.originOf(['site', name]).kind);
    t.same(kinds, ['stored', 'environment', 'default']);
  },
);

t.test('whole lists are settings too, their items checked; secrets are not', async (t) => {
  const kinds = { sources, sinks, uplinks: [], notifiers: [], switches: [] };
  const file = createStoredSettingFile(realDisk, directory());
  const register = createSettingRegister(file, await load('{}', { kinds }), { ...inputs, kinds });
  await register.set('sinks', [{ id: 'files', kind: 'csv' }]);
  t.match(
    await refusalOf(register.set('sinks', [{ id: 'files', kind: 'papyrus' }])),
    /^config_invalid: .*kind/,
  );
  const told = [
    { id: 'ticks', kind: 'influx', url: 'http://127.0.0.1:1', database: 'x', token: 'very-secret' },
  ];
  const refusal = await refusalOf(register.set('sinks', told));
  t.match(refusal, /^config_invalid: .*token is a secret/);
  t.notMatch(refusal, /very-secret/);
  t.same(register.list(), { sinks: [{ id: 'files', kind: 'csv' }] });
});

t.test('a file that is none is said to be, by its name', (t) => {
  const folder = directory();
  const path = join(folder, 'stored-settings.json');
  for (const text of ['', '{', '[]', '{"formatVersion":2,"settings":{}}', '{"formatVersion":1}']) {
    writeFileSync(path, text);
    const file = createStoredSettingFile(realDisk, folder);
    t.throws(() => file.read(), { code: 'config_unreadable', facts: { file: path } }, text);
  }
  t.end();
});
