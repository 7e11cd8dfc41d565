import t from 'tap';
import { checkConfig } from '../../gateway/config/check-config.ts';
import { dataDirectory } from '../../gateway/config/data-directory.ts';
import { loadConfiguration } from '../../gateway/config/load-config.ts';
import { ConfigInvalidError, formatProblem } from '../../gateway/config/problem.ts';
import { deviceYaml, plainInputs } from './inputs.ts';
import { createMemoryDisk } from './memory-disk.ts';

t.test('the data directory is told, or follows XDG, or is in the home', (t) => {
  t.equal(dataDirectory({ 'data-dir': '/a' }, { EGW_DATA_DIR: '/b', HOME: '/h' }), '/a');
  t.equal(dataDirectory({}, { EGW_DATA_DIR: '/b', XDG_STATE_HOME: '/x', HOME: '/h' }), '/b');
  t.equal(dataDirectory({}, { EGW_DATA_DIR: '', XDG_STATE_HOME: '/x', HOME: '/h' }), '/x/egw');
  t.equal(dataDirectory({}, { DATA_DIR: '/m', XDG_STATE_HOME: '/x', HOME: '/h' }), '/m');
  t.equal(dataDirectory({}, { EGW_DATA_DIR: '/b', DATA_DIR: '/m' }), '/b');
  t.equal(dataDirectory({}, { XDG_STATE_HOME: 'relative', HOME: '/h' }), '/h/.local/state/egw');
  t.throws(() => dataDirectory({}, {}), { code: 'data_dir_unusable', hint: /EGW_DATA_DIR/ });
  t.end();
});

t.test('the file is where it is told, or egw.yaml in the data directory', async (t) => {
  const disk = createMemoryDisk({ '/d/egw.yaml': 'site: { name: A }', '/c.yaml': 'site: { name: B }' });
  const nameOf = async (environment: Record<string, string>, commandLine = {}): Promise<string> =>
    (await loadConfiguration({ ...plainInputs, disk, environment, commandLine })).config.site.name;
  t.equal(await nameOf({ EGW_DATA_DIR: '/d' }), 'A');
  t.equal(await nameOf({ EGW_DATA_DIR: '/d', EGW_CONFIG: '/c.yaml' }), 'B');
  t.equal(await nameOf({ EGW_DATA_DIR: '/d', EGW_CONFIG: '/gone' }, { config: '/c.yaml' }), 'B');
  t.equal(await nameOf({ EGW_DATA_DIR: '/empty' }), 'Home', 'none at the default place is the defaults');
  await t.rejects(nameOf({ EGW_DATA_DIR: '/d', EGW_CONFIG: '/gone' }), {
    code: 'config_unreadable',
    message: 'there is no file /gone, which EGW_CONFIG names',
  });
});

t.test('an invalid file is refused with all of its problems on one line', async (t) => {
  const disk = createMemoryDisk({ '/d/egw.yaml': 'htp: 1\nsite: { zone: X }\n' });
  const options = { ...plainInputs, disk, environment: { EGW_DATA_DIR: '/d' } };
  const error = await loadConfiguration(options).catch((caught: unknown) => caught);
  t.ok(error instanceof ConfigInvalidError);
  t.match(error, {
    code: 'config_invalid',
    message: /^\/d\/egw.yaml has 2 problems: line 1: .*; line 2: .*/,
  });
  t.notMatch((error as Error).message, /\n/);
});

t.test('a check of a text says whether the gateway would start, and what it would leave out', async (t) => {
  const good = await checkConfig(`devices:\n${deviceYaml('roof')}`, 'egw.yaml', plainInputs);
  t.match(good, { usable: true, problems: [], quarantined: [] });
  const partly = await checkConfig(`devices:\n${deviceYaml('roof')}  - id: x\n`, 'egw.yaml', plainInputs);
  t.match(partly, { usable: true, quarantined: [{ index: 1 }] });
  t.match(partly.problems.map(formatProblem), [
    /devices\[1\].driver is missing/,
    /devices\[1\].transport is missing/,
  ]);
  t.match(await checkConfig('nope: 1', 'egw.yaml', plainInputs), {
    usable: false,
    problems: [{ path: ['nope'] }],
  });
});
