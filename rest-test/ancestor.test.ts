import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertProblem, type Api, type Json } from './api.ts';
import { killLeftovers } from './gateway-process.ts';
import { openSession, type Session } from './session.ts';

interface Operation {
  readonly tags?: readonly string[];
  readonly 'x-scope'?: string;
}

/** What a GET of each path answers: its status, and its members. */
const answers: Readonly<Record<string, readonly [number, ...string[]]>> = {
  '/api/version': [200, 'version'],
  '/api/uptime': [200, 'msek'],
  '/api/name': [200, 'name'],
  '/api/owner': [200, 'wallet'],
  '/api/crypto': [200, 'chipDeathCount', 'compactKey', 'deviceName', 'publicKey', 'serialNumber'],
  '/api/crypto/revive': [501, 'error'],
  '/api/connections': [200, 'connections'],
  '/api/inverter/supported': [200, 'inverters'],
  '/api/device/supported': [200, 'devices'],
  '/api/device/supported/supported': [200, 'devices'],
  '/api/settings': [200, 'settings'],
  '/api/notification': [200, 'ids'],
  '/api/notification/{id}': [404, 'message'],
  '/api/system': [
    200,
    'memory_MB',
    'processes_average',
    'temperature_celsius',
    'time_utc_sec',
    'uptime_seconds',
  ],
  '/api/system/details': [501, 'error', 'status'],
  '/api/doc': [200, 'DELETE', 'GET', 'POST'],
  '/doc': [200, 'DELETE', 'GET', 'POST'],
  '/doc/{prefix}': [200, 'DELETE', 'GET', 'POST'],
};
const network = [
  'eth0_mac',
  'ethernet_connected',
  'interfaces',
  'internet_connection',
  'ip',
  'wifi_connected',
  'wifi_ssid',
  'wlan0_mac',
];

describe('the paths of the earlier gateway', () => {
  let session: Session;
  let api: Api;
  /** As good as the session's own: nobody may change so much in a minute as is tried here. */
  let other: string;

  before(async () => {
    session = await openSession();
    ({ api } = session);
    const wanted = { scope: ['read', 'control', 'admin'], ttl: '5m', label: 'rest-test' };
    const made = await api.ask('/api/v1/tokens', { method: 'POST', body: wanted });
    other = String(made.body['token']);
  });
  after(async () => await session.end());
  after(killLeftovers);

  it('are all refused without a token', async () => {
    for (const { method, path } of await operations(api))
      assertProblem(await api.ask(filled(path), { method, token: null }), 401, 'token_invalid');
  });

  it('answer what the gateway is, in their shapes', async () => {
    for (const [path, [status, ...members]] of Object.entries(answers)) {
      const answer = await api.ask(path.replace('{id}', '123456').replace('{prefix}', 'device'));
      assert.equal(answer.status, status, `${path}: ${JSON.stringify(answer.body)}`);
      assert.deepEqual(Object.keys(answer.body).sort(), members, path);
    }
    for (const path of ['/api/network', '/api/network/address'])
      assert.deepEqual(Object.keys(await api.get(path)).sort(), network);
    const { status, devices } = await api.get('/api/state');
    assert.deepEqual(Object.keys(status as Json).sort(), ['messages', 'uptime', 'version']);
    assert.deepEqual(Object.keys(devices as Json).sort(), ['available', 'configured', 'saved', 'supported']);
    assert.deepEqual(
      Object.keys(await api.get('/api/state/update')),
      Object.keys(await api.get('/api/state')),
    );
    const mqtt = await api.ask('/api/mqtt_status');
    assert.equal(mqtt.status, 'error' in mqtt.body ? 503 : 200);
    assert.equal(typeof mqtt.body['connected'], 'boolean');
    assert.match(String((await api.get('/api/logger'))['root']), /^(DEBUG|INFO|WARNING|ERROR)$/);
    assert.deepEqual(Object.keys(await api.get('/api/device/supported/configurations')).sort(), [
      'ENPHASE',
      'P1HomeWizard',
      'P1Jemac',
      'P1Telnet',
      'RTU',
      'SOLARMAN',
      'SUNSPEC',
      'TCP',
    ]);
  });

  it('tell the devices as their configurations, and the first as the inverter', async () => {
    const { connections } = (await api.get('/api/connections')) as { connections: readonly Json[] };
    const devices = (await api.get('/api/device')) as unknown as readonly Json[];
    assert.ok(connections.length > 0);
    assert.equal(devices.length, connections.length);
    for (const { connection, is_open: isOpen, id, name, client_name: client } of devices) {
      assert.equal(typeof (connection as Json)['connection'], 'string');
      assert.equal(typeof isOpen, 'boolean');
      for (const text of [id, name, client]) assert.equal(typeof text, 'string');
    }
    const { status, ...first } = await api.get('/api/inverter');
    assert.match(String(status), /^(open|closed)$/);
    assert.deepEqual(first, connections[0]);
  });

  it('describe what a path takes that only takes a POST', async () => {
    for (const { method, path } of await operations(api)) {
      if (method !== 'POST' || (await api.ask(filled(path))).status !== 200) continue;
      const described = await api.get(filled(path));
      if (described['type'] !== undefined) assert.equal(described['type'], 'post', path);
    }
    assert.deepEqual(await api.get('/api/echo'), ((await api.get('/doc'))['POST'] as Json)['/api/echo']);
  });

  it('refuse what is no good request with its own status, and change nothing', async () => {
    const post = { method: 'POST' };
    const refused: readonly (readonly [number, string, object])[] = [
      [400, '/api/device', { ...post, body: { connection: 'USB' } }],
      [400, '/api/device', { ...post, body: { connection: 'P1HomeWizard', ip: '192.168.1.9' } }],
      [404, '/api/device', { method: 'DELETE', body: { id: 'no-such-device' } }],
      [400, '/api/device', { method: 'DELETE', body: {} }],
      [400, '/api/initialize', { ...post, body: {} }],
      [404, '/api/logger', { ...post, body: { logger: 'no.such.logger', level: 'DEBUG' } }],
      [400, '/api/crypto/sign', { ...post, body: { message: 'a|b' } }],
      [400, '/api/jwt/create', { ...post, body: { barn: { sub: 'somebody' } } }],
      // Who has no part in setting up leaves the networks of this machine alone.
      [403, '/api/wifi', { ...post, body: { ssid: 'a', psk: 'b' } }],
      [501, '/api/endpoint', { ...post, body: { endpoint: 'https://x.example' } }],
      [404, '/api/device/no-such-device/mode/read', post],
      [400, '/api/device/no-such-device/mode/turbo', post],
      [404, '/api/notification/999999', { method: 'DELETE' }],
      [403, '/api/inverter/modbus?device_id=x&address=1', {}],
    ];
    for (const [index, [status, path, how]] of refused.entries()) {
      const answer = await api.ask(path, { ...how, ...(index % 2 === 0 && { token: other }) });
      assert.equal(answer.status, status, `${path}: ${JSON.stringify(answer.body)}`);
    }
  });

  it('lead from the pages of the boiler monitor to the view of the boiler, without a token', async () => {
    const pages: Readonly<Record<string, string>> = {
      '/charts/': '/#/boiler?kiosk&hours=4',
      '/charts/now/6': '/#/boiler?hours=6',
      '/now/73': '/#/boiler?hours=72',
      '/charts/history/2026/1/31/0/0/24': '/#/boiler?day=2026-01-31',
      '/admin/config': '/#/boiler',
    };
    for (const [path, target] of Object.entries(pages)) {
      const { status, headers } = await fetch(api.url + path, { redirect: 'manual' });
      assert.deepEqual([status, headers.get('location')], [302, target], path);
    }
    const body = new URLSearchParams({ date: '2026-01-31' });
    const form = await fetch(`${api.url}/charts/history_form`, { method: 'POST', body, redirect: 'manual' });
    assert.deepEqual([form.status, form.headers.get('location')], [303, '/#/boiler?day=2026-01-31']);
  });

  it('tell the data of the boiler monitor, or that there is no boiler', async () => {
    const { status: hasBoiler } = await api.ask('/api/v1/boiler');
    const told = hasBoiler === 200 ? 200 : 404;
    for (const path of [
      '/webapi/getminute/1/temp/0',
      '/webapi/getminute/1/phase',
      '/webapi/getminutehistory/2026/1/31/0/1/watt1',
      '/webapi/getchaudiere/1/temp0',
      '/webapi/getchaudiere/last',
      '/webapi/live.json',
      '/charts/api_chart_data/now/2026/1/31/0/0/1',
      '/monitor/',
    ])
      assert.equal((await api.ask(path)).status, told, path);
    for (const path of ['/webapi/getminute/841/temp/0', '/webapi/getminute/1/__class__'])
      assert.equal((await api.ask(path)).status, 400, path);
    for (const path of ['/logout', '/admin/log/download/a.log'])
      assert.equal((await api.ask(path)).status, 501, path);
  });

  it('do what our own commands do', async () => {
    assert.deepEqual((await api.ask('/api/echo', { method: 'POST', body: { a: 1 } })).body, {
      echo: { a: 1 },
    });
    const signed = await api.ask('/api/crypto/sign', { method: 'POST', body: { message: 'rest-test' } });
    assert.match(String(signed.body['sign']), /^[0-9a-f]{128}$/);
    const { loggers } = (await api.get('/api/v1/loggers')) as {
      loggers: readonly { name: string; level: string }[];
    };
    const logger = loggers.find(({ name }) => name !== 'root')?.name ?? 'root';
    const set = await api.ask('/api/logger', { method: 'POST', body: { logger, level: 'WARNING' } });
    assert.deepEqual(set.body, { level: true });
    assert.equal((await api.get('/api/logger'))[logger], 'WARNING');
    const back = { method: 'PUT', body: { level: 'inherited' } };
    assert.equal((await api.ask(`/api/v1/loggers/${encodeURIComponent(logger)}`, back)).status, 200);
  });
});

async function operations(api: Api): Promise<readonly { readonly method: string; readonly path: string }[]> {
  const { paths } = (await api.get('/api/openapi.json')) as {
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const found = Object.entries(paths).flatMap(([path, methods]) =>
    // The boiler monitor's pages are open, and lead to ours.
    Object.entries(methods).flatMap(([method, { tags, 'x-scope': scope }]) =>
      tags?.includes('compatibility') === true && scope !== undefined
        ? [{ method: method.toUpperCase(), path }]
        : [],
    ),
  );
  assert.ok(found.length > 50);
  return found;
}

function filled(path: string): string {
  return path.replaceAll(/\{[A-Za-z]+\}/g, '1');
}
