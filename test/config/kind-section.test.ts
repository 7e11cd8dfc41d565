import t from 'tap';
import { createRedact } from '../../gateway/config/redact.ts';
import { explainConfig } from '../../gateway/config/explain-config.ts';
import { configSchema } from '../../gateway/config/interpret.ts';
import type { ItemKinds } from '../../gateway/config/kind-section.ts';
import { formatProblem } from '../../gateway/config/problem.ts';
import { showConfig } from '../../gateway/config/show-config.ts';
import { deviceYaml, load, plainInputs, problemsOf } from './inputs.ts';

const pace = { periodMs: 600_000, periodMsMin: 60_000 };
const kinds: ItemKinds = {
  sources: [
    {
      id: 'openweathermap',
      title: 'Weather',
      pace,
      options: {
        apiKey: {
          type: 'text',
          description: 'The key.',
          isSecret: true,
          environment: ['OPENWEATHER_API_KEY'],
        },
        latitude: { type: 'number', description: 'Degrees.', min: -90, max: 90, environment: ['LATITUDE'] },
        longitude: { type: 'number', description: 'Degrees.', min: -180, max: 180 },
        api: { type: 'choice', description: 'Which one.', values: ['auto', '3.0', '2.5'], default: 'auto' },
      },
    },
    {
      id: 'homewizard-p1',
      title: 'Meter',
      pace: { periodMs: 10_000, periodMsMin: 1_000 },
      options: {
        host: { type: 'text', description: 'Where it is.' },
        handshake: { type: 'text', description: 'What was agreed.', isSecret: true, isOptional: true },
        parts: { type: 'texts', description: 'Which ones.', default: ['a'] },
      },
    },
    {
      id: 'ds18b20',
      title: 'Probes',
      pace: { periodMs: 5_000, periodMsMin: 1_000, allowsShortPeriods: true },
      options: {},
    },
  ],
  sinks: [
    {
      id: 'influx',
      title: 'Influx',
      options: {
        url: { type: 'text', description: 'Where it is.' },
        token: { type: 'text', description: 'The token.', isSecret: true },
      },
    },
  ],
  uplinks: [],
  notifiers: [],
  switches: [],
};
const weather = '{ id: weather, kind: openweathermap, apiKey: geheim-1234, latitude: 50.8, longitude: 5.7';
const meter = '{ id: p1, kind: homewizard-p1, host: 192.168.1.30';
const inputs = { kinds };

t.test('a source has the period and the defaults of its kind', async (t) => {
  const { config } = await load(
    `sources: [${weather} }, ${meter}, name: Meter, period: 1M, enabled: false }]`,
    inputs,
  );
  t.same(config.sources, [
    {
      id: 'weather',
      kind: 'openweathermap',
      enabled: true,
      periodMs: 600_000,
      options: { apiKey: 'geheim-1234', latitude: 50.8, longitude: 5.7, api: 'auto' },
      missingSecrets: [],
    },
    {
      id: 'p1',
      kind: 'homewizard-p1',
      name: 'Meter',
      enabled: false,
      periodMs: 60_000,
      options: { host: '192.168.1.30', parts: ['a'] },
      missingSecrets: [],
    },
  ]);
});

t.test('a period is from 10s to 24h, and not shorter than its kind allows', async (t) => {
  const good = ['10s', '010s', '1m', '90S', '24h', '24H', '1440m'];
  const outside = ['9s', '0s', '0m', '0h', '25h', '1441m', '999999h'];
  const malformed = ['1.5m', '10', 'm', '', ' 5m', '5 m', '-1m', '10x', '10|', '1d', '500ms'];
  const all = [...good, ...outside, ...malformed];
  const items = all.map(
    (period, index) => `{ id: p${index}, kind: homewizard-p1, host: x, period: "${period}" }`,
  );
  const { config, quarantinedSources } = await load(`sources: [${items.join(', ')}]`, inputs);
  t.same(
    config.sources.map(({ periodMs }) => periodMs / 1_000),
    [10, 10, 60, 90, 86_400, 86_400, 86_400],
  );
  for (const { index, problems } of quarantinedSources) {
    const expected = outside.includes(all[index] ?? '')
      ? /^must be from 10s to 24h for homewizard-p1, not "/
      : /^must/;
    t.match(problems[0], { path: ['sources', index, 'period'], message: expected }, all[index] ?? '');
  }
  t.equal(quarantinedSources.length, outside.length + malformed.length);
  t.match(await problemsOf(`sources: [${weather}, period: 59s }]`, inputs), [
    /must be from 1m to 24h for openweathermap, not "59s" \(10m is usual\)/,
  ]);
  t.match(
    await problemsOf(
      'sources: [{ id: w, kind: unknown, period: 10s }, { id: v, kind: unknown, period: 9s }]',
      inputs,
    ),
    [/must be one of/, /must be one of/, /must be from 10s to 24h, not "9s" \(10s is usual\)/],
  );
  t.same(await problemsOf(`sources: [${weather}, period: 60s }]`, inputs), []);
  t.same(await problemsOf('sources: [{ id: p, kind: ds18b20, period: 1s }]', inputs), [], 'own wires');
  t.match(await problemsOf('sources: [{ id: p, kind: ds18b20, period: 0s }]', inputs), [
    /must be from 1s to 24h/,
  ]);
});

t.test('a bad source is left out with what is wrong, and the rest runs', async (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [`${meter}, hots: x }`, /sources\[1\]\.hots is an unknown key \(did you mean "host"\?\)/],
    ['{ id: p2, kind: homewizard-p1 }', /sources\[1\]\.host is missing \(add it: Where it is\)/],
    [
      '{ id: p3, kind: homewizzard-p1, host: x }',
      /must be one of openweathermap, homewizard-p1, ds18b20, not "homewizzard-p1" \(did you mean "homewizard-p1"\?\)/,
    ],
    ['{ id: p4, host: x }', /sources\[1\]\.kind is missing/],
    ['{ kind: homewizard-p1, host: x }', /sources\[1\]\.id is missing/],
    ['{ id: p5, kind: [homewizard-p1], host: x }', /sources\[1\]\.kind must be/],
    ['{ id: P 1, kind: homewizard-p1, host: x }', /sources\[1\]\.id must have the right form/],
    ['{ id: p6, kind: homewizard-p1, host: 7 }', /sources\[1\]\.host must be text, not 7/],
    ['{ id: p7, kind: homewizard-p1, host: "" }', /sources\[1\]\.host must/],
    ['{ id: weather, kind: homewizard-p1, host: x }', /"weather" is already the id of sources\[0\]/],
    ['{ id: roof, kind: homewizard-p1, host: x }', /"roof" is already the id of devices\[0\]/],
    [
      `{ id: w2, kind: openweathermap, latitude: 91, longitude: 0 }`,
      /sources\[1\]\.latitude must be <= 90, not 91/,
    ],
    [
      '{ id: w3, kind: openweathermap, latitude: 0, longitude: 0, api: "3" }',
      /must be one of auto, 3.0, 2.5/,
    ],
    ['nothing', /sources\[1\] must be a map of keys and values/],
  ];
  const items = [`${weather} }`, ...cases.map(([item]) => item)].join(', ');
  const text = `devices:\n${deviceYaml('roof')}\nsources: [${items}]`;
  const { config, quarantinedSources } = await load(text, inputs);
  for (const [index, [item, expected]] of cases.entries()) {
    const found = quarantinedSources.find((source) => source.index === index + 1);
    const lines = found?.problems.map(formatProblem) ?? [];
    t.match(lines[0]?.replace(/\[[0-9]+\]/, '[1]'), expected, item);
  }
  t.same(
    config.sources.map(({ id }) => id),
    ['weather'],
  );
  t.equal(config.devices.length, 1);
});

t.test('sources that are no list are refused as a whole', async (t) => {
  t.match(await problemsOf('sources: { id: p1 }', inputs), [/sources must be a list/]);
  t.match(await problemsOf('sources: [1]', {}), [/sources\[0\] must be a map/, /none is built in/]);
});

t.test('secrets are nowhere to be read', async (t) => {
  const sources = `sources: [${weather} }, ${meter}, handshake: zwijgen-99, handshakee: fluister-7 }]`;
  const loaded = await load(
    `${sources}\nsinks: [{ id: db, kind: influx, url: x, token: stil-5678 }]`,
    inputs,
  );
  const shown = [
    JSON.stringify(showConfig(loaded)),
    JSON.stringify(explainConfig(loaded)),
    loaded.warnings.join(' '),
    JSON.stringify(loaded.quarantinedSources),
    JSON.stringify(createRedact(loaded.secrets)({ text: 'geheim-1234 zwijgen-99 stil-5678' })),
  ];
  for (const secret of ['geheim-1234', 'zwijgen-99', 'fluister-7', 'stil-5678'])
    for (const text of shown) t.notMatch(text, secret);
  t.match(
    await problemsOf(
      `sources: [{ id: w, kind: openweathermap, latitude: 0, longitude: 0, apiKey: 12345678 }]`,
      inputs,
    ),
    [/\[redacted\]/],
  );
});

t.test('a source without its secret is skipped with one warning', async (t) => {
  const text = 'sources: [{ id: weather, kind: openweathermap, latitude: 1, longitude: 2 }]';
  const { config, warnings } = await load(text, inputs);
  t.same(config.sources[0]?.missingSecrets, ['apiKey']);
  t.match(warnings, [
    /^source weather is skipped: it has no apiKey; give it there, or set EGW_SOURCE_WEATHER_API_KEY$/,
  ]);
  t.equal(warnings.length, 1);
  const environment = { EGW_SOURCE_WEATHER_API_KEY: 'van-buiten' };
  const given = await load(text, { ...inputs, environment });
  t.same([given.config.sources[0]?.options['apiKey'], given.warnings], ['van-buiten', []]);
});

t.test('the variables of other programs make sources where the file has none of their kind', async (t) => {
  const environment = {
    ENERGY_API_URL: 'http://p1meter-231dbe.local./api/v1/data',
    ENERGY_INTERVAL: '1m',
    OPENWEATHER_API_KEY: 'geheim-1234',
    LATITUDE: '50.83172',
    LONGITUDE: '',
    EVOHOME_USERNAME: 'nobody has this kind',
  };
  const loaded = await load('', { ...inputs, environment });
  t.match(loaded.config.sources, [
    { id: 'energy', periodMs: 60_000, options: { host: 'http://p1meter-231dbe.local./api/v1/data' } },
  ]);
  t.match(loaded.quarantinedSources, [{ id: 'weather', problems: [{ message: 'is missing' }] }]);
  const full = await load('', { ...inputs, environment: { ...environment, LONGITUDE: '5.7' } });
  const explained = explainConfig(full).values.filter(({ path }) => path.startsWith('sources'));
  const sourceOf = (path: string): unknown => explained.find((one) => one.path === path)?.source;
  t.equal(sourceOf('sources[0].host'), 'ENERGY_API_URL');
  t.equal(sourceOf('sources[0].period'), 'ENERGY_INTERVAL');
  t.equal(sourceOf('sources[1].latitude'), 'LATITUDE');
  t.equal(sourceOf('sources[1].api'), 'default');
  t.notMatch(JSON.stringify(explained), 'geheim');
  t.match(JSON.stringify(explained), '${env:OPENWEATHER_API_KEY}');
  const told = await load(`sources: [${meter} }]`, { ...inputs, environment });
  t.same(
    told.config.sources.filter(({ kind }) => kind === 'homewizard-p1').map(({ id }) => id),
    ['p1'],
  );
  t.equal(told.config.sources[0]?.options['host'], '192.168.1.30', 'the file knows better');
  const wrong = await problemsOf('', { ...inputs, environment: { ...environment, ENERGY_INTERVAL: '0m' } });
  t.match(wrong.at(-1), /^ENERGY_INTERVAL: sources\[0\]\.period must be from 10s/);
  t.match(await problemsOf('', { ...inputs, environment: { ...environment, LATITUDE: 'north' } }), [
    /longitude is missing/,
    /^LATITUDE: sources\[1\]\.latitude must be a number, not "north"/,
  ]);
});

t.test('a source may be the meter of the grid', async (t) => {
  const text = (id: string): string => `home: { gridMeter: ${id} }\nsources: [${meter} }]`;
  t.same(await problemsOf(text('p1'), inputs), []);
  t.match(await problemsOf(text('p2'), inputs), [
    /must be the id of a device, not "p2" \(the devices are p1\)/,
  ]);
});

t.test('a sink may be told what it gets', async (t) => {
  const { config } = await load(
    'sinks: [{ id: db, kind: influx, url: x, token: abcd, sources: [p1] }]',
    inputs,
  );
  t.match(config.sinks, [{ id: 'db', only: { sources: ['p1'] }, options: { url: 'x', token: 'abcd' } }]);
  t.notOk('sources' in (config.sinks[0]?.options ?? {}));
});

t.test('the published schema is one that others can read', async (t) => {
  const { Ajv } = await import('ajv');
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(
    configSchema({ ...plainInputs, kinds }),
  );
  t.ok(validate({ sources: [{ id: 'p1', kind: 'homewizard-p1', host: 'x', period: '1m', enabled: true }] }));
  t.notOk(
    validate({ sources: [{ id: 'p1', kind: 'homewizard-p1', host: 'x', apiKey: 'y', enabled: true }] }),
  );
});
