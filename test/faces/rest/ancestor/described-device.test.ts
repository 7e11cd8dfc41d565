import t from 'tap';
import { ancestorRoutes } from '../../../../gateway/faces/rest/ancestor/all.ts';
import { connections } from '../../../../gateway/faces/rest/ancestor/device-configuration.ts';
import { ancestorBench } from './ancestor-bench.ts';

const facts = { driver: 'deye', state: 'up' };
const devices = [
  { id: 'logger', ...facts, address: '192.168.1.20:8899/1' },
  { id: 'line', ...facts, driver: 'eastron-sdm630', address: '/dev/serial/by-id/usb-1/3', state: 'down' },
  { id: 'sun', ...facts, driver: 'sunspec', address: '[fd00::5]:502/126' },
  { id: 'added', ...facts, driver: 'growatt-tlx', address: 'inverter.lan:502/1' },
];
const answers = {
  'device.list': () => ({ devices }),
  'device.show': (input: unknown) => ({
    serialNumber: (input as { id: string }).id === 'logger' ? 'SN-1' : null,
  }),
  'config.show': () => ({
    devices: [
      { id: 'logger', transport: { kind: 'solarman-v5', host: '192.168.1.20', loggerSerial: 27 } },
      {
        id: 'line',
        transport: {
          kind: 'modbus-rtu',
          path: '/dev/serial/by-id/usb-1',
          baudRate: 9600,
          parity: 'even',
          stopBits: 1,
        },
      },
    ],
    sources: [
      { id: 'p1', kind: 'homewizard-p1', host: '192.168.1.30' },
      { id: 'roof', kind: 'enphase', url: 'https://envoy.lan' },
      { id: 'weather', kind: 'openweathermap' },
    ],
    sinks: [{ id: 'cloud', kind: 'srcful-harvest', url: 'https://harvest.example/data' }],
  }),
  'source.list': () => ({
    sources: [
      { id: 'p1', kind: 'homewizard-p1', state: 'up' },
      { id: 'roof', kind: 'enphase', state: 'failing' },
      { id: 'weather', kind: 'openweathermap', state: 'up' },
    ],
  }),
};
const described = [
  {
    connection: {
      connection: 'SOLARMAN',
      ip: '192.168.1.20',
      port: 8899,
      slave_id: 1,
      device_type: 'deye',
      logger_sn: 27,
      sn: 'SN-1',
    },
    is_open: true,
    id: 'SN-1',
    name: 'deye',
    client_name: 'inverter.solarman.deye',
  },
  {
    connection: {
      connection: 'RTU',
      port: '/dev/serial/by-id/usb-1',
      baudrate: 9600,
      bytesize: 8,
      parity: 'E',
      stopbits: 1,
      slave_id: 3,
      device_type: 'sdm630',
    },
    is_open: false,
    id: 'line',
    name: 'sdm630',
    client_name: 'inverter.sdm630',
  },
  {
    connection: { connection: 'SUNSPEC', ip: 'fd00::5', port: 502, slave_id: 126 },
    is_open: true,
    id: 'sun',
    name: 'sunspec',
    client_name: 'inverter.sunspec.generic',
  },
  {
    connection: { connection: 'TCP', ip: 'inverter.lan', port: 502, slave_id: 1, device_type: 'growatt_tlx' },
    is_open: true,
    id: 'added',
    name: 'growatt_tlx',
    client_name: 'inverter.growatt_tlx',
  },
  {
    connection: { connection: 'P1HomeWizard', ip: '192.168.1.30' },
    is_open: true,
    id: 'p1',
    name: 'p1',
    client_name: 'meter.p1.homewizard',
  },
  {
    connection: { connection: 'ENPHASE', ip: 'https://envoy.lan' },
    is_open: false,
    id: 'roof',
    name: 'roof',
    client_name: 'inverter.enphase',
  },
];

t.test('devices and meters are told as the earlier gateway configures them', async (t) => {
  const { ask } = await ancestorBench(t, { answers });
  t.same((await ask('GET', '/api/device')).body, described);
  t.same((await ask('GET', '/api/connections')).body, {
    connections: described.map(({ connection }) => connection),
  });
  t.same((await ask('GET', '/api/inverter')).body, { ...described[0]?.connection, status: 'open' });
  const { settings } = (await ask('GET', '/api/settings')).body as { settings: { harvest: unknown } };
  t.same(settings.harvest, { endpoints: ['https://harvest.example/data'] });
  t.match(await ask('DELETE', '/api/device', { id: 'SN-1' }), { status: 200 });
});

t.test('what was told can be added again', async (t) => {
  const { ask, ran } = await ancestorBench(t, { answers });
  const { body } = await ask('GET', '/api/connections');
  const known = (body as { connections: { connection: string }[] }).connections.filter(
    ({ connection }) => connections[connection]?.source === undefined,
  );
  t.equal(known.length, 4);
  const answer = await ask('POST', '/api/settings', { devices: { connections: known } });
  t.same(answer, { status: 200, body: { success: true }, type: answer.type });
  t.same(
    ran.filter(({ id }) => id === 'device.add').map(({ input }) => (input as { driver: string }).driver),
    devices.map(({ driver }) => driver),
  );
});

t.test('a list with one mistake adds nothing, and says which', async (t) => {
  const { ask, ran } = await ancestorBench(t, { answers });
  const good = described[3]?.connection;
  const answer = await ask('POST', '/api/settings', {
    settings: { devices: { connections: [good, { ...good, port: 'x' }] } },
  });
  t.match(answer, { status: 400, body: { error: /^devices\.connections\[1\]: port must be a number/ } });
  for (const connections of ['all', [5], {}])
    t.match(await ask('POST', '/api/settings', { devices: { connections } }), { status: 400 });
  t.same(
    ran.filter(({ id }) => id === 'device.add'),
    [],
  );
});

t.test('without a device there is no inverter', async (t) => {
  const none = { ...answers, 'device.list': () => ({ devices: [] }), 'source.list': () => ({ sources: [] }) };
  const { ask } = await ancestorBench(t, { answers: none });
  t.same((await ask('GET', '/api/inverter')).body, { status: 'No inverter' });
  t.same(await ask('DELETE', '/api/inverter'), {
    status: 400,
    body: { error: 'no modbus device initialized' },
    type: 'application/json; charset=utf-8',
  });
});

t.test('the state holds all of it, and each path tells what it takes', async (t) => {
  const { ask } = await ancestorBench(t, { answers });
  for (const path of ['/api/state', '/api/state/update']) {
    const { body } = await ask('GET', path);
    t.same(Object.keys(body as object), [
      'balena_uuid',
      'status',
      'timestamp',
      'crypto',
      'network',
      'devices',
      'available_devices',
      'available_hosts',
    ]);
    t.match(body, {
      balena_uuid: 'pi',
      status: { version: '1.2.3', uptime: 3_600_000, messages: [{ id: 1, type: 'warning' }] },
      network: { wifi: { ssids: [], connected: null }, ip: '192.168.1.50' },
      devices: { configured: described, saved: described.map(({ connection }) => connection), available: [] },
      available_devices: [],
    });
  }
  const doc = (await ask('GET', '/doc')).body as Record<string, Record<string, unknown>>;
  t.same(doc, (await ask('GET', '/api/doc')).body);
  for (const { method, path } of ancestorRoutes)
    t.ok(doc[method]?.[path.replaceAll(/:([a-z]+)/g, '{$1}')] !== undefined, `${method} ${path}`);
  const some = (await ask('GET', '/doc/notification')).body as Record<string, object>;
  t.same(Object.keys(some['GET'] ?? {}), ['/api/notification', '/api/notification/{id}']);
  t.same(some['POST'], {});
});

t.test('what is built in has the earlier names, and ours where there is none', async (t) => {
  const { ask } = await ancestorBench(t);
  const { inverters } = (await ask('GET', '/api/inverter/supported')).body as { inverters: object[] };
  t.match(
    inverters.find((each) => (each as { name: string }).name === 'huawei'),
    { name: 'huawei', dname: 'Huawei', proto: 'mb' },
  );
  t.ok(inverters.some((each) => (each as { proto: string }).proto === 'sunspec'));
  const { devices: lists } = (await ask('GET', '/api/device/supported')).body as {
    devices: Record<string, unknown>[];
  };
  t.same(
    lists.flatMap((each) => Object.keys(each)),
    ['TCP', 'RTU', 'SOLARMAN', 'SUNSPEC', 'P1Telnet', 'ENPHASE', 'P1Jemac', 'P1HomeWizard'],
  );
  t.match(lists[0]?.['TCP'], [
    { device_type: String, maker: String, display_name: String, protocol: 'modbus' },
  ]);
  const { devices: makers } = (await ask('GET', '/api/device/supported/supported')).body as {
    devices: { maker: string }[];
  };
  t.equal(new Set(makers.map(({ maker }) => maker)).size, makers.length);
  t.same(
    (await ask('GET', '/api/device/supported/configurations')).body,
    Object.fromEntries(Object.entries(connections).map(([name, { fields }]) => [name, fields])),
  );
});
