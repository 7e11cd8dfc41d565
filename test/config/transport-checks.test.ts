import t from 'tap';
import { load, problemsOf } from './inputs.ts';

const adapter = '/dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0';

function yaml(transport: string, more = '', driver = 'sungrow-hybrid', id = 'bad'): string {
  return `  - id: ${id}\n    driver: ${driver}\n    transport: { ${transport} }\n${more}`;
}

const good = yaml('kind: modbus-tcp, host: 192.168.1.20', '', 'sungrow-hybrid', 'good');

t.test('a serial device has the settings of its driver where it gives none', async (t) => {
  const { config, warnings } = await load(
    `devices:\n${yaml(`kind: modbus-rtu, path: ${adapter}`, '', 'eastron-sdm630')}${yaml('kind: modbus-rtu, path: /dev/ttyAMA0, parity: even, stopBits: 2, baudRate: 19200', '', 'eastron-sdm630', 'other')}`,
  );
  t.strictSame(
    config.devices.map(({ transport }) => transport),
    [
      { kind: 'modbus-rtu', path: adapter, baudRate: 2_400, parity: 'none', stopBits: 1 },
      { kind: 'modbus-rtu', path: '/dev/ttyAMA0', baudRate: 19_200, parity: 'even', stopBits: 2 },
    ],
  );
  t.strictSame(warnings, []);
});

t.test('a device behind a logger has its number', async (t) => {
  const transport = { kind: 'solarman-v5', host: '192.168.1.40', loggerSerial: 4_294_967_295 };
  const { config } = await load(`devices:\n${yaml(JSON.stringify(transport).slice(1, -1))}`);
  t.strictSame(config.devices[0]?.transport, transport);
});

const refused: readonly [title: string, transport: string, expected: RegExp, more?: string][] = [
  ['no host', 'kind: modbus-tcp', /transport\.host is missing \(add it/],
  ['no path', 'kind: modbus-rtu', /transport\.path is missing \(add it/],
  [
    'no logger',
    'kind: solarman-v5, host: 192.168.1.40',
    /loggerSerial is missing \(add it.*not that of the inverter/,
  ],
  [
    'a path over the network',
    `kind: modbus-tcp, host: 192.168.1.20, path: ${adapter}`,
    /transport\.path does not belong to modbus-tcp \(modbus-tcp takes host, port\)/,
  ],
  [
    'a host on a serial line',
    `kind: modbus-rtu, path: ${adapter}, host: 192.168.1.20`,
    /transport\.host does not belong to modbus-rtu \(modbus-rtu takes path, baudRate, parity, stopBits\)/,
  ],
  [
    'a logger without one',
    'kind: modbus-tcp, host: 192.168.1.20, loggerSerial: 1',
    /loggerSerial does not belong to modbus-tcp/,
  ],
  ['an unknown key', 'kind: modbus-rtu, path: /dev/x, baud: 9600', /transport\.baud is an unknown key/],
  [
    'another kind',
    'kind: modbus-udp, host: 192.168.1.20',
    /must be one of modbus-tcp, modbus-rtu, solarman-v5/,
  ],
  [
    'a relative path',
    'kind: modbus-rtu, path: ttyUSB0',
    /must be an absolute path without detours, not "ttyUSB0"/,
  ],
  ['a detour', 'kind: modbus-rtu, path: /dev/../etc/passwd', /must be an absolute path without detours/],
  ['a path elsewhere', 'kind: modbus-rtu, path: /tmp/pty', /must be under \/dev\/, not "\/tmp\/pty"/],
  ['an empty path', 'kind: modbus-rtu, path: ""', /path must NOT have fewer than 1 char/],
  [
    'an odd speed',
    'kind: modbus-rtu, path: /dev/ttyS0, baudRate: 9601',
    /baudRate must be one of 1200, .*, not 9601/,
  ],
  ['a speed as text', 'kind: modbus-rtu, path: /dev/ttyS0, baudRate: "9600"', /baudRate must be one of/],
  [
    'another parity',
    'kind: modbus-rtu, path: /dev/ttyS0, parity: mark',
    /parity must be one of none, even, odd/,
  ],
  [
    'three stop bits',
    'kind: modbus-rtu, path: /dev/ttyS0, stopBits: 3',
    /stopBits must be one of 1, 2, not 3/,
  ],
  ['logger 0', 'kind: solarman-v5, host: 192.168.1.40, loggerSerial: 0', /loggerSerial must be >= 1, not 0/],
  [
    'a logger beyond 32 bits',
    'kind: solarman-v5, host: 192.168.1.40, loggerSerial: 4294967296',
    /loggerSerial must be <= 4294967295, not 4294967296/,
  ],
  ['unit 0', 'kind: modbus-rtu, path: /dev/ttyS0', /unit must be >= 1, not 0/, '    unit: 0\n'],
  [
    'unit 248',
    'kind: modbus-tcp, host: 192.168.1.20',
    /unit must be from 1 to 247, or 255, not 248/,
    '    unit: 248\n',
  ],
  ['unit 256', 'kind: modbus-tcp, host: 192.168.1.20', /unit must be <= 255, not 256/, '    unit: 256\n'],
  [
    'unit 255 on a line',
    'kind: modbus-rtu, path: /dev/ttyS0',
    /unit must be from 1 to 247 on a serial line, not 255/,
    '    unit: 255\n',
  ],
];

for (const [title, transport, expected, more] of refused) {
  t.test(`a device with ${title} is left out, and the others run`, async (t) => {
    const text = `devices:\n${good}${yaml(transport, more)}`;
    const problems = await problemsOf(text);
    t.equal(problems.length, 1, problems.join('\n'));
    t.match(problems[0], expected);
    t.match(problems[0], /^line \d+: devices\[1\]/);
    const { config } = await load(text);
    t.strictSame(
      config.devices.map(({ id }) => id),
      ['good'],
    );
  });
}

t.test('units 1, 247 and, over the network, 255 are good', async (t) => {
  const units = [
    yaml('kind: modbus-rtu, path: /dev/ttyS0', '    unit: 1\n', 'sungrow-hybrid', 'a'),
    yaml('kind: modbus-rtu, path: /dev/ttyS0', '    unit: 247\n', 'sungrow-hybrid', 'b'),
    yaml('kind: modbus-tcp, host: 192.168.1.20', '    unit: 255\n', 'sungrow-hybrid', 'c'),
  ];
  const { config, quarantined } = await load(`devices:\n${units.join('')}`);
  t.equal(config.devices.length, 3);
  t.strictSame(quarantined, []);
});

t.test('a name that another adapter may get is warned of', async (t) => {
  for (const path of ['/dev/ttyUSB0', '/dev/ttyACM12']) {
    const { config, warnings } = await load(`devices:\n${yaml(`kind: modbus-rtu, path: ${path}`)}`);
    t.equal(config.devices.length, 1);
    t.match(warnings, [/^devices\[0\]\.transport\.path: .*may be another adapter.*by-id/]);
  }
});

t.test('where simulators are allowed, a line may be anywhere', async (t) => {
  const text = `network: { allowLoopbackDevices: true }\ndevices:\n${yaml('kind: modbus-rtu, path: /tmp/pty')}`;
  t.equal((await load(text)).config.devices.length, 1);
});

const line = (id: string, settings: string, driver = 'sungrow-hybrid', more = ''): string =>
  yaml(`kind: modbus-rtu, path: ${adapter}${settings}`, more, driver, id);

t.test('a device with other settings than the first of its line is left out', async (t) => {
  const { config, quarantined } = await load(
    `devices:\n${line('a', '')}${line('b', ', baudRate: 9600')}${line('c', ', parity: even')}${line('d', '', 'eastron-sdm630')}`,
  );
  t.strictSame(
    config.devices.map(({ id }) => id),
    ['a', 'b'],
  );
  t.match(
    quarantined.map(({ problems }) => problems),
    [
      [{ where: 'line 10', message: 'is even, but devices[0] opens the same line with none' }],
      [{ where: 'line 13', message: 'is 2400, but devices[0] opens the same line with 9600' }],
    ],
  );
});

t.test('a device that is itself wrong, or switched off, has no say in its line', async (t) => {
  const off = line('b', ', baudRate: 38400', 'sungrow-hybrid', '    enabled: false\n');
  const { config } = await load(`devices:\n${line('a', ', baudRate: 9601')}${off}${line('c', '')}`);
  t.strictSame(
    config.devices.map(({ id }) => id),
    ['b', 'c'],
  );
});
