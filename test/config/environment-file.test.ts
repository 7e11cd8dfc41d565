import t from 'tap';
import { explainConfig } from '../../gateway/config/explain-config.ts';
import { layEnvironmentFile, readEnvironmentFile } from '../../gateway/config/environment-file.ts';
import type { ItemKinds } from '../../gateway/config/kind-section.ts';
import { load } from './inputs.ts';
import { createMemoryDisk } from './memory-disk.ts';

const directory = '/var/lib/egw';
const path = `${directory}/.env`;
const kinds: ItemKinds = {
  sources: [
    {
      id: 'openweathermap',
      title: 'Weather',
      options: { apiKey: { type: 'text', description: 'A key.', isSecret: true } },
      pace: { periodMs: 600_000, periodMsMin: 60_000 },
    },
  ],
  sinks: [],
  uplinks: [],
  notifiers: [],
  switches: [],
};

t.test('the process’s environment wins over the file, and the file over egw.yaml', async (t) => {
  const text = 'EGW_PORT=1\nEGW_HOST=127.0.0.2\nOPENWEATHER_API_KEY=from-the-file\nEGW_LOG=pretty\n';
  const layered = layEnvironmentFile({ path, text, mode: 0o600 }, directory, { EGW_PORT: '2', EGW_LOG: '' });
  const loaded = await load('http: { port: 3, host: 127.0.0.3 }\nsite: { name: Barn }\n', {
    ...layered,
    kinds,
  });
  t.match(loaded.config, {
    http: { port: 2, host: '127.0.0.2' },
    log: { format: 'pretty' },
    site: { name: 'Barn' },
  });
  t.same(loaded.warnings, []);
  const { values } = explainConfig(loaded);
  const sourceOf = (name: string): unknown => values.find((one) => one.path === name)?.source;
  t.equal(sourceOf('http.port'), 'EGW_PORT');
  t.equal(sourceOf('http.host'), `EGW_HOST in ${path} line 2`);
  t.equal(sourceOf('site.name'), '/etc/egw.yaml line 2');
  t.match(
    values.find((one) => one.path === 'sources[0].apiKey'),
    { value: '${env:OPENWEATHER_API_KEY}', source: `OPENWEATHER_API_KEY in ${path} line 3`, pinned: true },
  );
  t.notMatch(JSON.stringify(values), 'from-the-file');
});

t.test('a problem names the line of the file that it is of', async (t) => {
  const layered = layEnvironmentFile(
    { path, text: '\nWEATHER_INTERVAL=5s\nOPENWEATHER_API_KEY=k', mode: 0o600 },
    directory,
    {},
  );
  const { quarantinedSources } = await load('', { ...layered, kinds });
  t.match(quarantinedSources, [{ problems: [{ where: `WEATHER_INTERVAL in ${path} line 2` }] }]);
});

t.test('what is wrong with the file is said, never what stands in it', async (t) => {
  const text = 'OPENWEATHER_API_KEY=secret-one\nsecret-two\nEGW_PORT="secret-three\nEGW_DATA_DIR=/else\n';
  const layered = layEnvironmentFile({ path, text, mode: 0o640 }, directory, {});
  t.equal(layered.environment['EGW_DATA_DIR'], directory);
  const { warnings } = await load('', { ...layered, kinds });
  t.same(warnings, [
    `${path} line 2 has no =, and is passed over`,
    `${path} line 3: EGW_PORT has a quote that is not closed, and is passed over`,
    `${path} line 4: EGW_DATA_DIR has no effect here, where the file is looked for; give it in the environment, or as --data-dir`,
    `${path} can be read by others on this machine, and holds OPENWEATHER_API_KEY; run: chmod 600 ${path}`,
  ]);
  const harmless = layEnvironmentFile(
    { path, text: `EGW_PORT=1\nDATA_DIR=${directory}/`, mode: 0o644 },
    directory,
    {},
  );
  t.same(harmless.environmentFile?.warnings, []);
});

t.test('a file that is not there, or cannot be read, keeps nothing from starting', (t) => {
  const environment = { EGW_DATA_DIR: directory, HOME: '/home/me' };
  const disk = { ...createMemoryDisk({ '/elsewhere/.env': 'EGW_PORT=1\n' }), modeOf: () => 0o600 };
  t.same(readEnvironmentFile(disk, {}, environment), { environment, environmentFile: undefined });
  t.same(
    readEnvironmentFile(disk, {}, {}),
    { environment: {}, environmentFile: undefined },
    'no place for data',
  );
  const elsewhere = readEnvironmentFile(disk, { 'data-dir': '/elsewhere' }, environment);
  t.match(elsewhere, { environment: { EGW_PORT: '1', EGW_DATA_DIR: '/elsewhere' } });
  disk.unreadable.add(path);
  const unreadable = readEnvironmentFile(disk, {}, environment);
  t.match(unreadable, {
    environment,
    environmentFile: { warnings: [`nothing of ${path} is used: the file ${path} cannot be read`] },
  });
  t.end();
});
