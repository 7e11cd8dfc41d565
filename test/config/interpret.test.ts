import { Type } from 'typebox';
import t from 'tap';
import { configSchema, interpretConfig } from '../../gateway/config/interpret.ts';
import { limits } from '../../gateway/core/limits.ts';
import { deviceYaml, load, plainInputs, problemsOf } from './inputs.ts';

t.test('an empty file is the defaults', async (t) => {
  for (const text of [
    '',
    '\n',
    '# nothing\n',
    '{}',
    '---\n',
    'site:\nhttp:\ndevices:\nstorage:\n  retention:\n',
    '\ufeff',
  ]) {
    const { config, quarantined, warnings } = await load(text);
    t.same(config, {
      site: { name: 'Home', zone: 'Europe/Paris', clock: 'auto' },
      network: { allowLoopbackDevices: false },
      http: { host: '127.0.0.1', port: 8080, names: [], ancestorPaths: true },
      storage: {
        policy: 'balanced',
        retention: { rawDays: 7, minuteDays: 400 },
        backup: { keep: 3 },
        card: { writesPerCell: 300 },
      },
      log: { level: 'info', format: 'auto' },
      home: {},
      profiles: [],
      devices: [],
      sources: [],
      sinks: [],
      uplinks: [],
      notifiers: [],
      switches: [],
      features: {},
    });
    t.same(quarantined, []);
    t.same(warnings, []);
  }
});

t.test('a device comes with its defaults and its period in milliseconds', async (t) => {
  const { config } = await load(
    `devices:\n${deviceYaml('roof', '    period: 1m\n    unit: 255\n')}${deviceYaml('yard')}`,
  );
  t.same(config.devices, [
    {
      id: 'roof',
      driver: 'sungrow-hybrid',
      transport: { kind: 'modbus-tcp', host: '192.168.1.20' },
      unit: 255,
      periodMs: 60_000,
      enabled: true,
    },
    {
      id: 'yard',
      driver: 'sungrow-hybrid',
      transport: { kind: 'modbus-tcp', host: '192.168.1.20' },
      periodMs: 10_000,
      enabled: true,
    },
  ]);
});

t.test('all problems are listed, each with its line, its value and what to do', async (t) => {
  const text = `site:
  nmae: Barn
  latitude: 91
http:
  port: eighty
storage: { policy: balancd }
sites: 1
`;
  t.same((await problemsOf(text)).toSorted(), [
    'line 1: site.longitude is missing (add it: Degrees, east +)',
    'line 2: site.nmae is an unknown key (did you mean "name"?)',
    'line 3: site.latitude must be <= 90, not 91 (Degrees, north +)',
    'line 5: http.port must be a whole number, not "eighty" (TCP port; 0 takes any free one)',
    'line 6: storage.policy must be one of durable, balanced, sdcard, not "balancd" (did you mean "balanced"?)',
    'line 7: sites is an unknown key (did you mean "site"?)',
  ]);
});

const brokenFiles: readonly (readonly [string, string, RegExp])[] = [
  ['a tab', 'site:\n\tname: x\n', /^line 2: .*tab.*\(indent with spaces/],
  ['a key twice', 'site:\n  name: a\n  name: b\n', /^line 3: .*unique \(remove one of the two\)$/],
  ['two documents', 'site:\n---\nhttp:\n', /^line 2: .*\(keep one document/],
  ['an anchor in itself', 'site: &a [*a]\n', /nested more than 24 levels deep/],
  [
    'anchors that multiply',
    'a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n',
    /fewer anchors/,
  ],
  ['a tag', 'site: !!js/function "x"\n', /remove the !tag/],
  ['a merge key', 'site: &s { name: a }\nhttp:\n  <<: *s\n', /merge keys are not supported/],
  ['a key that is a list', '? [1, 2]\n: 3\n', /keys are plain words/],
  ['a list', '- 1\n- 2\n', /must be a map of sections/],
  ['a scalar', 'hello\n', /must be a map of sections/],
  ['devices that are no list', 'devices: { id: a }\n', /^line 1: devices must be a list, not a map/],
  ['a zone that is none', 'site: { zone: Mars/Base }\n', /site.zone must be a time zone, not "Mars\/Base"/],
  ['a host that is none', 'http: { host: "a b" }\n', /http.host must be a host, not "a b"/],
  [
    'a meter that is none',
    `devices:\n${deviceYaml('roof')}home: { gridMeter: rof }\n`,
    /^line 5: home.gridMeter .*roof/,
  ],
  [
    'a number without end',
    'storage: { quotaMb: 1e400 }\n',
    /quotaMb must be a whole number, not Infinity \(/,
  ],
  ['what is no number', 'storage: { quotaMb: .nan }\n', /quotaMb must be a whole number, not NaN \(/],
  [
    'what cannot be the id of a device',
    'storage: { retention: { devices: { 🏠: { rawHours: 5 } } } }\n',
    /devices.🏠 is an unknown key \(Devices .* by id\)/,
  ],
  ['a prototype', '__proto__: { polluted: 1 }\n', /__proto__ is an unknown key/],
  ['NUL characters', 's\0i\0t\0e\0', /NUL.*UTF-8/],
  ['too many bytes', `# ${'x'.repeat(limits.configBytesMax)}`, /bytes long/],
  ['brackets without end', '['.repeat(20_000), /not good YAML/],
];

for (const [what, text, expected] of brokenFiles) {
  t.test(`${what} is refused in words`, async (t) => {
    const { loaded } = await interpretConfig(text, 'egw.yaml', plainInputs);
    t.equal(loaded, undefined);
    const lines = await problemsOf(text);
    t.ok(
      lines.some((line) => expected.test(line)),
      lines.slice(0, 5).join('\n'),
    );
    t.ok(lines.length <= 5, 'and what follows from it is not listed');
  });
}

const badDevices: readonly (readonly [string, string, RegExp])[] = [
  ['an unknown driver', '    driver: sungrow\n', /driver must be one of .*did you mean "sungrow-hybrid"/],
  [
    'an unknown key',
    '    driver: sungrow-hybrid\n    perod: 10s\n',
    /perod is an unknown key \(did you mean "period"/,
  ],
  ['a unit that is broadcast', '    driver: sungrow-hybrid\n    unit: 0\n', /unit must be >= 1, not 0/],
  [
    'a reserved unit',
    '    driver: sungrow-hybrid\n    unit: 250\n',
    /unit must be from 1 to 247, or 255, not 250/,
  ],
  [
    'a period that is a number',
    '    driver: sungrow-hybrid\n    period: 10\n',
    /period must be text, not 10 .*10s/,
  ],
  [
    'a period that is too short',
    '    driver: sungrow-hybrid\n    period: 10ms\n',
    /from 200ms to 1d, not "10ms"/,
  ],
  [
    'a period that is too long',
    '    driver: sungrow-hybrid\n    period: 25h\n',
    /from 200ms to 1d, not "25h"/,
  ],
  ['no driver', '', /driver is missing/],
  ['a key twice', '    driver: sungrow-hybrid\n    driver: sungrow-hybrid\n', /unique/],
  ['a missing variable', '    driver: sungrow-hybrid\n    name: "${env:NOPE}"\n', /"NOPE", which is not set/],
];

for (const [what, lines, expected] of badDevices) {
  t.test(`a device with ${what} is left out, and the others run`, async (t) => {
    const transport = '    transport: { kind: modbus-tcp, host: 192.168.1.30 }\n';
    const text = `devices:\n${deviceYaml('first')}  - id: bad\n${transport}${lines}${deviceYaml('last')}`;
    const { config, quarantined } = await load(text);
    t.same(
      config.devices.map(({ id }) => id),
      ['first', 'last'],
    );
    t.match(quarantined, [{ index: 1, id: 'bad' }]);
    const found = await problemsOf(text);
    t.equal(found.length, 1);
    t.match(found[0], expected);
    t.match(found[0], /^line \d+: devices\[1\]/);
  });
}

const badHosts: readonly (readonly [string, RegExp])[] = [
  ['127.0.0.1', /this machine itself \(set network.allowLoopbackDevices/],
  ['localhost', /this machine itself/],
  ['169.254.169.254', /link-local/],
  ['8.8.8.8', /public/],
  ['224.0.0.1', /multicast/],
  ['0.0.0.0', /not the address of anything/],
  ['127.1', /must be a host/],
  ['2130706433', /must be a host/],
  ['http://192.168.1.3/', /must be a host/],
];

for (const [host, expected] of badHosts) {
  t.test(`a device at ${host} is left out`, async (t) => {
    const text = `devices:\n  - id: a\n    driver: sungrow-hybrid\n    transport: { kind: modbus-tcp, host: "${host}" }\n`;
    const { config, quarantined } = await load(text);
    t.same(config.devices, []);
    t.equal(quarantined.length, 1);
    t.match((await problemsOf(text))[0], expected);
  });
}

t.test(
  'an address that is not attached now is only warned of, because the network may be late',
  async (t) => {
    const text =
      'devices:\n  - { id: a, driver: sungrow-hybrid, transport: { kind: modbus-tcp, host: 10.9.9.9 } }\n';
    const { config, warnings } = await load(text);
    t.equal(config.devices.length, 1);
    t.match(warnings, [/devices\[0\].transport.host.*10.9.9.9.*checked again/]);
  },
);

t.test('loopback devices are allowed only with a loud warning', async (t) => {
  const text =
    'network: { allowLoopbackDevices: true }\ndevices:\n  - { id: a, driver: sungrow-hybrid, transport: { kind: modbus-tcp, host: 127.0.0.1, port: 1502 } }\n';
  const { config, warnings } = await load(text);
  t.equal(config.devices.length, 1);
  t.match(warnings, [/allowLoopbackDevices is on/]);
});

t.test('of two devices with one id the first keeps it', async (t) => {
  const { config, quarantined } = await load(`devices:\n${deviceYaml('roof')}${deviceYaml('roof')}`);
  t.equal(config.devices.length, 1);
  t.match(quarantined, [{ index: 1, id: 'roof' }]);
});

t.test('anything can stand in the list of devices without stopping the rest', async (t) => {
  for (const item of [
    '1',
    'null',
    '[]',
    'text',
    '{}',
    '{ id: [1] }',
    '{ id: 5 }',
    '{ transport: 1 }',
    '[[1]]',
  ]) {
    const { config, quarantined } = await load(`devices:\n  - ${item}\n${deviceYaml('good')}`);
    t.same(
      config.devices.map(({ id }) => id),
      ['good'],
      item,
    );
    t.match(quarantined, [{ index: 0 }]);
  }
});

t.test('a feature adds its own section, and its defaults are filled in', async (t) => {
  const schema = Type.Object(
    {
      limitW: Type.Integer({ description: 'Limit.', default: 5 }),
      apiKey: Type.Optional(Type.String({ description: 'Key.' })),
    },
    { description: 'A feature.', additionalProperties: false },
  );
  const sections = [{ key: 'boiler', schema }];
  t.same((await load('', { sections })).config.features, { boiler: { limitW: 5 } });
  t.match(await problemsOf('boiler: { limitW: x, limtW: 2 }', { sections }), [
    /did you mean "limitW"/,
    /a whole number/,
  ]);
  t.match(await problemsOf('boiler: {}'), [/boiler is an unknown key/]);
  const [secretProblem] = await problemsOf('boiler: { apiKey: 12345678 }', { sections });
  t.notMatch(secretProblem, /12345678/, 'a wrong secret is not shown');
});

t.test('the schema describes every key', (t) => {
  const undescribed: string[] = [];
  const walk = (schema: Record<string, unknown>, path: string): void => {
    if (path !== '' && typeof schema['description'] !== 'string') undescribed.push(path);
    for (const [key, inner] of Object.entries(
      (schema['properties'] ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      walk(inner, `${path}.${key}`);
    }
    if (schema['items'] !== undefined) walk(schema['items'] as Record<string, unknown>, `${path}[]`);
  };
  walk(JSON.parse(JSON.stringify(configSchema(plainInputs))) as Record<string, unknown>, '');
  t.same(undescribed, []);
  t.end();
});
