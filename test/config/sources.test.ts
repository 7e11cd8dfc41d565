import t from 'tap';
import { explainConfig } from '../../gateway/config/explain-config.ts';
import { assertNotPinned, isPinned } from '../../gateway/config/origin.ts';
import { showConfig } from '../../gateway/config/show-config.ts';
import { deviceYaml, load, problemsOf } from './inputs.ts';

const file = 'http:\n  port: 3\n';
const all = {
  commandLine: { port: '1' },
  environment: { EGW_PORT: '2' },
  storedSettings: { 'http.port': 4 },
};

t.test(
  'the command line wins over the environment, the file, the stored settings and the default',
  async (t) => {
    const { commandLine, environment, storedSettings } = all;
    const ranks = [
      [file, all, 1, '--port', true],
      [file, { environment, storedSettings }, 2, 'EGW_PORT', true],
      [file, { storedSettings }, 3, '/etc/egw.yaml line 2', true],
      ['', { storedSettings }, 4, 'stored setting', false],
      ['', {}, 8080, 'default', false],
      [file, { commandLine }, 1, '--port', true],
    ] as const;
    for (const [text, inputs, port, source, pinned] of ranks) {
      const loaded = await load(text, inputs);
      t.equal(loaded.config.http.port, port);
      t.match(
        explainConfig(loaded).values.find(({ path }) => path === 'http.port'),
        { value: port, source, pinned },
      );
      t.equal(isPinned(loaded.sources, 'http.port'), pinned);
    }
  },
);

t.test('an empty variable counts as not set', async (t) => {
  const { config } = await load('', {
    environment: { EGW_PORT: '', EGW_HOST: '' },
    commandLine: { port: '' },
  });
  t.match(config.http, { host: '127.0.0.1', port: 8080 });
});

t.test('every variable of the process sets its value', async (t) => {
  const environment = {
    EGW_HOST: '0.0.0.0',
    EGW_PORT: '0',
    EGW_LOG: 'json',
    EGW_LOG_LEVEL: 'debug',
    EGW_STORAGE_POLICY: 'durable',
    EGW_ZONE: 'UTC',
  };
  const { config, warnings } = await load('', { environment });
  t.match(config, {
    http: { host: '0.0.0.0', port: 0 },
    log: { format: 'json', level: 'debug' },
    storage: { policy: 'durable' },
    site: { zone: 'UTC' },
  });
  t.match(warnings, [/http.host is 0.0.0.0/]);
});

t.test('a wrong value names the variable or the option that gave it', async (t) => {
  t.match(await problemsOf('', { environment: { EGW_PORT: 'abc' } }), [
    /^EGW_PORT: http.port must be a whole number, not "abc"/,
  ]);
  t.match(await problemsOf('', { commandLine: { port: '70000' } }), [
    /^--port: http.port must be <= 65535, not 70000/,
  ]);
  t.match(await problemsOf('http: 1', { environment: { EGW_PORT: '1' } }), [/^line 1: http must be a map/]);
});

t.test('a variable with our prefix that nobody reads is warned of', async (t) => {
  const { warnings } = await load('', { environment: { EGW_PROT: '1', EGW_TOKEN: 'x', PATH: '/bin' } });
  t.match(warnings, [/EGW_PROT is unknown.*EGW_PORT/]);
  t.equal(warnings.length, 1);
});

t.test('a stored setting that this build refuses is passed over with a warning', async (t) => {
  const storedSettings = {
    'site.name': 'Barn',
    'http.port': 'x',
    'gone.key': 1,
    'storage.policy': 'balanced',
  };
  const { config, warnings } = await load('', { storedSettings });
  t.equal(config.site.name, 'Barn');
  t.equal(config.http.port, 8080);
  t.match(warnings, [/http.port is not valid/, /gone.key is not valid/]);
});

t.test('a pinned setting is refused with the place that pins it', async (t) => {
  const { sources } = await load(file, { environment: { EGW_ZONE: 'UTC' } });
  t.throws(() => assertNotPinned(sources, 'http.port'), {
    code: 'config_pinned',
    message: /egw.yaml line 2/,
  });
  t.throws(() => assertNotPinned(sources, 'site.zone'), { code: 'config_pinned', message: /EGW_ZONE/ });
  t.doesNotThrow(() => assertNotPinned(sources, 'site.name'));
});

t.test('values of the environment and secrets are never shown', async (t) => {
  const device = deviceYaml('roof', '    name: "${env:ROOF_NAME}"\n');
  const loaded = await load(`devices:\n${device}`, { environment: { ROOF_NAME: 'hunter2-roof' } });
  t.equal(loaded.config.devices[0]?.name, 'hunter2-roof');
  t.match([...loaded.secrets], ['hunter2-roof']);
  const shown = JSON.stringify([showConfig(loaded), explainConfig(loaded)]);
  t.notMatch(shown, /hunter2/);
  t.match(shown, /\$\{env:ROOF_NAME\}/);
  const wrong = deviceYaml('roof', '    role: "${env:ROOF_NAME}"\n');
  t.notMatch(
    (await problemsOf(`devices:\n${wrong}`, { environment: { ROOF_NAME: 'Hunter 2' } })).join(),
    /Hunter/,
  );
});

t.test('the zone of the machine is explained as a default', async (t) => {
  const { values } = explainConfig(await load(''));
  t.match(
    values.find(({ path }) => path === 'site.zone'),
    { value: 'Europe/Paris', source: 'default' },
  );
});
