import t from 'tap';
import { trialStartsMax } from '../../gateway/config/choose-configuration.ts';
import { startConfiguration } from '../../gateway/config/start-configuration.ts';
import type { StartedConfig } from '../../gateway/config/start-configuration.ts';
import { plainInputs } from './inputs.ts';
import { createMemoryDisk } from './memory-disk.ts';
import type { MemoryDisk } from './memory-disk.ts';

const path = '/data/egw.yaml';
const barn = 'site:\n  name: Barn\n';
const home = 'site:\n  name: Home 2\n';

async function start(
  disk: MemoryDisk,
  environment: Record<string, string> = {},
  storedSettings: Record<string, unknown> = {},
): Promise<StartedConfig> {
  return await startConfiguration(
    { ...plainInputs, environment: { EGW_DATA_DIR: '/data', ...environment }, storedSettings, disk },
    1_000,
  );
}

async function promoted(text: string): Promise<MemoryDisk> {
  const disk = createMemoryDisk({ [path]: text });
  const first = await start(disk);
  first.promote(2_000);
  return disk;
}

t.test('a first configuration runs on trial, and is the last good one once promoted', async (t) => {
  const disk = createMemoryDisk({ [path]: barn });
  const first = await start(disk);
  t.match(first, { choice: { use: 'current', why: 'trial' }, onTrial: true, healthLine: undefined });
  first.promote(2_000);
  t.match(await start(disk), {
    choice: { use: 'current', why: 'same' },
    onTrial: false,
    config: { site: { name: 'Barn' } },
  });
});

t.test('cut off at any byte, the gateway starts; and never with half of a value', async (t) => {
  const text = `${barn}devices:\n  - id: roof\n    driver: sungrow-hybrid\n    transport: { kind: modbus-tcp, host: 192.168.1.2 }\n`;
  const disk = await promoted(text);
  const state = new Map(disk.files);
  for (let length = 0; length < text.length; length += 1) {
    disk.files.clear();
    for (const [file, content] of state) disk.files.set(file, content);
    disk.files.set(path, text.slice(0, length));
    const { config, choice, healthLine } = await start(disk);
    const usesFile = choice.use === 'current';
    if (usesFile) t.match(text.slice(length - 1, length + 1), /\n|^}/, `ends with a whole line at ${length}`);
    else t.match([config.devices.length, healthLine], [1, /last good configuration is in use/]);
  }
});

t.test('a file that cannot be used gives way to the last good one, loudly', async (t) => {
  const cases: readonly (readonly [string | undefined, RegExp])[] = [
    ['site: [', /not good YAML/],
    ['sites: 1\n', /unknown key/],
    ['', /empty; write \{\}/],
    [undefined, /no such file/],
    ['site:\n  na', /middle of a line|missing|must be/],
  ];
  for (const [text, why] of cases) {
    const disk = await promoted(barn);
    if (text === undefined) disk.remove(path);
    else disk.files.set(path, text);
    const started = await start(disk);
    t.equal(started.config.site.name, 'Barn');
    t.match(started.healthLine, why);
    t.equal(started.warnings[0], started.healthLine);
    disk.files.set(path, home);
    t.equal((await start(disk)).config.site.name, 'Home 2', 'a corrected file is taken');
  }
});

t.test('an unreadable file gives way to the last good one', async (t) => {
  const disk = await promoted(barn);
  disk.unreadable.add(path);
  t.match(await start(disk), {
    choice: { use: 'last-good', why: 'unusable' },
    config: { site: { name: 'Barn' } },
  });
});

t.test('a file that EGW_CONFIG names and that is gone gives way to the last good one', async (t) => {
  const disk = await promoted(barn);
  const started = await start(disk, { EGW_CONFIG: '/etc/gone.yaml' });
  t.match(started, {
    config: { site: { name: 'Barn' } },
    healthLine: /no file \/etc\/gone.yaml, which EGW_CONFIG names/,
  });
});

t.test('without a last good one the error is the one of the file', async (t) => {
  await t.rejects(start(createMemoryDisk({ [path]: 'site: [' })), { code: 'config_invalid' });
  await t.rejects(start(createMemoryDisk(), { EGW_CONFIG: '/gone' }), { code: 'config_unreadable' });
});

t.test('an environment that is wrong is not hidden by the last good one', async (t) => {
  const disk = await promoted(barn);
  await t.rejects(start(disk, { EGW_PORT: 'x' }), { code: 'config_invalid', message: /EGW_PORT/ });
});

t.test('a change that keeps crashing is sent back, and tried again only when the file changes', async (t) => {
  const disk = await promoted(barn);
  disk.files.set(path, home);
  for (let crash = 0; crash < trialStartsMax; crash += 1) t.match(await start(disk), { onTrial: true });
  t.match(await start(disk), {
    choice: { why: 'failed_to_start' },
    config: { site: { name: 'Barn' } },
    healthLine: /failed to start 3 times/,
  });
  t.match(await start(disk), {
    choice: { why: 'rejected_before' },
    healthLine: /failed to start 3 times; change the file/,
  });
  disk.files.set(path, `${home}# again\n`);
  t.match(await start(disk), { onTrial: true, config: { site: { name: 'Home 2' } } });
});

t.test('starts that end in good order do not count against a trial', async (t) => {
  const disk = await promoted(barn);
  disk.files.set(path, home);
  for (let stop = 0; stop < trialStartsMax * 3; stop += 1) {
    const started = await start(disk);
    t.match(started, { onTrial: true });
    started.stopped();
  }
});

t.test(
  'a change that breaks a contract is sent back; what was good may be tried again after it',
  async (t) => {
    const disk = await promoted(barn);
    disk.files.set(path, home);
    const tried = await start(disk);
    t.equal(tried.reject('the task store:commit did not run', 3_000), true);
    tried.promote(4_000);
    t.match(await start(disk), {
      config: { site: { name: 'Barn' } },
      healthLine: /store:commit did not run/,
    });
    disk.files.set(path, barn);
    t.match(await start(disk), { choice: { why: 'same' } });
    disk.files.set(path, home);
    t.match(await start(disk), { onTrial: true, config: { site: { name: 'Home 2' } } });
  },
);

t.test('a first configuration has nothing to go back to', async (t) => {
  const started = await start(createMemoryDisk({ [path]: barn }));
  t.equal(started.reject('broke', 1), false);
  t.match(started, { onTrial: true });
});

t.test('a full disk does not keep the gateway from starting', async (t) => {
  const disk = await promoted(barn);
  disk.files.set(path, home);
  disk.isFull = true;
  const started = await start(disk);
  t.match(started, { config: { site: { name: 'Home 2' } }, warnings: [/cannot be recorded.*ENOSPC/] });
  t.throws(() => started.promote(1), { code: 'data_dir_unusable' });
  disk.isFull = false;
  started.promote(2);
  t.match(await start(disk), { choice: { why: 'same' } }, 'a promotion that failed is made again');
});

t.test('a state file that is damaged at any byte counts as none', async (t) => {
  const disk = await promoted(barn);
  const file = '/data/last-good-config.json';
  const whole = disk.files.get(file) ?? '';
  for (const text of [
    ...[0, 1, 20, 60, whole.length - 3].map((length) => whole.slice(0, length)),
    '[]',
    'null',
    '{"formatVersion":9}',
  ]) {
    disk.files.set(file, text);
    t.match(await start(disk), { choice: { use: 'current', why: 'trial' } });
  }
});

t.test('a changed setting is on trial as a changed file is, with a file and without one', async (t) => {
  for (const files of [{ [path]: 'log: { level: warn }\n' }, {}]) {
    const disk = createMemoryDisk(files);
    (await start(disk)).promote(2_000);
    const changed = await start(disk, {}, { 'site.name': 'Barn' });
    t.match(changed, { onTrial: true, config: { site: { name: 'Barn' } } });
    changed.promote(3_000);
    t.match(await start(disk, {}, { 'site.name': 'Barn' }), { choice: { why: 'same' } });
    const worse = await start(disk, {}, { 'site.name': 'Worse' });
    t.ok(worse.reject('it broke a contract', 4_000), 'there is one to go back to');
    const back = await start(disk, {}, { 'site.name': 'Worse' });
    t.match(back, {
      choice: { use: 'last-good', why: 'rejected_before' },
      config: { site: { name: 'Barn' } },
    });
    t.match(back.healthLine, /or the setting, to try again/);
    t.match(await start(disk), { onTrial: true, choice: { use: 'current' } }, 'taken back');
  }
});
