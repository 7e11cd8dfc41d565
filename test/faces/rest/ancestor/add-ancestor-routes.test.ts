import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { GatewayError } from '../../../../gateway/core/errors.ts';
import { ancestorRoutes } from '../../../../gateway/faces/rest/ancestor/all.ts';
import { scopes } from '../../../../gateway/features/command.ts';
import { createStubGateway } from '../../stub-gateway.ts';
import { ancestorBench } from './ancestor-bench.ts';

const roof = {
  connection: 'TCP',
  ip: '192.168.1.20',
  port: 502,
  slave_id: 1,
  device_type: 'sungrow',
  sn: 'A\u001b[31m1',
};
const roofState = {
  connection: roof,
  is_open: true,
  id: roof.sn,
  name: 'sungrow',
  client_name: 'inverter.sungrow',
};
const network = {
  ip: '192.168.1.50',
  eth0_mac: 'DC:A6:32:00:11:22',
  wlan0_mac: 'DC:A6:32:00:11:23',
  interfaces: { eth0: '192.168.1.50' },
  wifi_connected: false,
  ethernet_connected: true,
  internet_connection: true,
  wifi_ssid: null,
};
const crypto = {
  deviceName: 'software',
  serialNumber: /^[0-9a-f]{18}$/,
  publicKey: /^[0-9a-f]{64}$/,
  compactKey: /^[1-9A-HJ-NP-Za-km-z]{40,60}$/,
  chipDeathCount: '0',
};
const schema = { type: 'post', description: String, required: Object, optional: Object, returns: Object };

/** Every path with a good request, and what it answers: exactly these members. */
const golden: readonly (readonly ['GET' | 'POST' | 'DELETE', string, unknown, number, unknown])[] = [
  ['GET', '/api/version', undefined, 200, { version: '1.2.3' }],
  ['GET', '/api/uptime', undefined, 200, { msek: 3_600_000 }],
  ['GET', '/api/name', undefined, 200, { name: 'Home' }],
  ['GET', '/api/owner', undefined, 200, { wallet: null }],
  ['GET', '/api/crypto', undefined, 200, crypto],
  ['GET', '/api/crypto/revive', undefined, 501, { error: String }],
  [
    'GET',
    '/api/logger',
    undefined,
    200,
    { root: 'INFO', device: 'INFO (inherited)', 'device:inverter': String },
  ],
  ['GET', '/api/connections', undefined, 200, { connections: [roof] }],
  ['GET', '/api/inverter', undefined, 200, { ...roof, status: 'open' }],
  ['GET', '/api/device', undefined, 200, [roofState]],
  ['GET', '/api/network', undefined, 200, network],
  ['GET', '/api/network/address', undefined, 200, network],
  ['GET', '/api/wifi', undefined, 200, { ssids: ['home', 'guests \u{fffd}[31m'], connected: null }],
  ['GET', '/api/wifi/scan', undefined, 200, { ssids: ['home', 'guests \u{fffd}[31m'] }],
  [
    'GET',
    '/api/settings',
    undefined,
    200,
    {
      settings: {
        id: Number,
        harvest: { endpoints: [] },
        devices: { connections: [roof] },
        api: { gql_endpoint: null, gql_timeout: null, ws_endpoint: null },
      },
    },
  ],
  ['GET', '/api/notification', undefined, 200, { ids: [1] }],
  [
    'GET',
    '/api/notification/1',
    undefined,
    200,
    { message: 'lane x is too slow', type: 'warning', timestamp: 1_767_225_600, id: 1 },
  ],
  ['GET', '/api/notification/5', undefined, 404, { message: 'message 5 not found' }],
  ['GET', '/api/notification/five', undefined, 400, { message: String }],
  [
    'GET',
    '/api/system',
    undefined,
    200,
    {
      time_utc_sec: Number,
      temperature_celsius: 48.2,
      processes_average: { last_1min: 0.42, last_5min: 0.3, last_15min: 0.25 },
      uptime_seconds: 123_456.7,
      memory_MB: { total: 925.1, available: 512, free: 120.2, used: 413.1, percent_used: 44.7 },
    },
  ],
  ['GET', '/api/system/details', undefined, 501, { error: String, status: 'failed' }],
  ['GET', '/api/mqtt_status', undefined, 503, { error: 'MQTT service not initialized', connected: false }],
  ['POST', '/api/echo', { a: [1, 'x'] }, 200, { echo: { a: [1, 'x'] } }],
  ['POST', '/api/initialize', { wallet: '7Np41oeY' }, 200, { initialized: true }],
  ['POST', '/api/initialize', {}, 400, { status: 'error', message: 'Invalid JSON or missing wallet' }],
  ['POST', '/api/logger', { logger: 'device:inverter', level: 'DEBUG' }, 200, { level: true }],
  ['POST', '/api/logger', { logger: 'device:inverter', level: 'LOUD' }, 400, { level: false }],
  ['POST', '/api/logger', { logger: 'server.web', level: 'DEBUG' }, 404, { level: false }],
  ['POST', '/api/logger', {}, 400, { status: 'bad request', schema }],
  [
    'POST',
    '/api/crypto/sign',
    { message: 'hello' },
    200,
    { message: /^gw-message-1\nhello\n\d+\n/, sign: /^[0-9a-f]{128}$/ },
  ],
  ['POST', '/api/crypto/sign', { message: 'a|b' }, 400, { status: 'message cannot contain | characters' }],
  ['POST', '/api/crypto/sign', { timestamp: '2025-01-31T12:00:00Z' }, 400, { status: String }],
  [
    'POST',
    '/api/jwt/create',
    {},
    200,
    { jwt: /^[\w-]+\.[\w-]+\.[\w-]+$/, headers: Object, data: Object, expires_in: 5 },
  ],
  ['POST', '/api/jwt/create', { barn: { sub: 'me' } }, 400, { error: String }],
  ['POST', '/api/jwt/create', { headers: { alg: 'none' } }, 400, { error: String }],
  ['POST', '/api/system/reboot', {}, 200, { success: true, message: 'System reboot initiated' }],
  [
    'POST',
    '/api/system/ble/stop',
    {},
    200,
    { status: 'success', message: 'BLE advertising scheduled to stop' },
  ],
  ['POST', '/api/endpoint', { endpoint: 'https://x.example' }, 501, { status: 'error', message: String }],
  ['POST', '/api/wifi', { ssid: 'a' }, 422, { status: 'error', message: 'ssid and psk are required' }],
  ['POST', '/api/wifi', { ssid: 'a', psk: 'b' }, 400, { status: 'error', message: /8 to 63/ }],
  [
    'POST',
    '/api/wifi',
    { ssid: 'home', psk: 'wrong-password', timeout: 10 },
    503,
    { status: 'error', message: /^Failed to connect to WiFi: "home" does not take the password/ },
  ],
  [
    'POST',
    '/api/wifi',
    { ssid: 'home', psk: 'right-password' },
    200,
    { status: 'Successfully connected to WiFi' },
  ],
  ['POST', '/api/settings', { settings: { devices: { connections: [roof] } } }, 200, { success: true }],
  ['POST', '/api/settings', { harvest: { endpoints: ['https://x.example'] } }, 501, { error: String }],
  ['POST', '/api/device', roof, 200, { status: 'ok' }],
  [
    'POST',
    '/api/device',
    { connection: 'USB' },
    400,
    { status: 'error', message: /^Missing or invalid connection type/ },
  ],
  ['DELETE', '/api/device', { id: 'inverter' }, 200, { 'Disconnected device with id': 'inverter' }],
  ['DELETE', '/api/device', { id: roof.sn }, 200, { 'Disconnected device with id': roof.sn }],
  ['DELETE', '/api/device', { id: 'nobody' }, 404, { 'device not found: ': 'nobody' }],
  ['DELETE', '/api/device', {}, 400, { status: 'bad request', schema: { ...schema, type: 'delete' } }],
  ['DELETE', '/api/inverter', undefined, 200, { device: { ...withoutSerial(roof), is_open: false } }],
  ['DELETE', '/api/notification/5', undefined, 404, { id: '5' }],
  ['DELETE', '/api/notification/1', undefined, 200, { id: '1' }],
  ['DELETE', '/api/wifi', undefined, 200, { status: 'Success', message: 'Disconnected from WiFi' }],
  [
    'DELETE',
    '/api/wifi',
    undefined,
    404,
    { status: 'Error', message: /^Failed to disconnect from WiFi: no wireless network is joined/ },
  ],
  ['POST', '/api/device/inverter/mode/self_consumption', {}, 200, { status: 'success', message: String }],
  ['POST', '/api/device/inverter/mode/turbo', {}, 400, { status: 'error', message: String }],
  ['POST', '/api/device/nobody/mode/read', {}, 404, { status: 'error', message: 'device nobody not found' }],
  ['POST', '/api/device/inverter/battery/power/-1500', {}, 200, { status: 'success', message: String }],
  ['POST', '/api/device/inverter/battery/power/much', {}, 400, { status: 'error', message: String }],
  ['POST', '/api/device/inverter/grid/limit/4000', {}, 200, { status: 'success', message: String }],
  ['POST', '/api/device/inverter/grid/limit/0', {}, 400, { status: 'error', message: String }],
  ['POST', '/api/device/inverter/battery/limit/2000', {}, 200, { status: 'success', message: String }],
  ['POST', '/api/device/inverter/grid/current/16', {}, 501, { status: 'error', message: String }],
  ['GET', '/api/echo', undefined, 200, schema],
  ['GET', '/api/initialize', undefined, 200, schema],
  ['GET', '/api/crypto/sign', undefined, 200, schema],
  ['GET', '/api/jwt/create', undefined, 200, schema],
  ['GET', '/api/system/reboot', undefined, 200, schema],
  ['GET', '/api/system/ble/stop', undefined, 200, schema],
  ['GET', '/api/endpoint', undefined, 200, schema],
  ['GET', '/api/device/x/mode/read', undefined, 200, schema],
  ['GET', '/api/device/x/battery/power/1', undefined, 200, schema],
  ['GET', '/api/device/x/battery/limit/1', undefined, 200, schema],
  ['GET', '/api/device/x/grid/limit/1', undefined, 200, schema],
  ['GET', '/api/device/x/grid/current/1', undefined, 200, schema],
];

function withoutSerial({ connection, ip, port, slave_id, device_type }: typeof roof): object {
  return { connection, ip, port, slave_id, device_type };
}

t.test(
  'every path answers in the shape of the earlier gateway, with a status that says how it went',
  async (t) => {
    const { ask } = await ancestorBench(t);
    for (const [method, url, body, status, wanted] of golden) {
      const answer = await ask(method, url, body);
      t.equal(answer.status, status, `${method} ${url}: ${JSON.stringify(answer.body)}`);
      t.match(answer.body, wanted, `${method} ${url}`);
      t.match(answer.type, /^application\/json/);
      if (typeof wanted === 'object' && wanted !== null)
        t.same(
          Object.keys(answer.body as object).sort(),
          Object.keys(wanted).sort(),
          `${method} ${url} has no more`,
        );
    }
  },
);

t.test('every path is in that table, or has tests of its own', (t) => {
  const elsewhere = /scan|supported|inverter\/modbus|\/state|\/doc|^\/(?:webapi|charts|monitor|admin|log)/;
  for (const { method, path } of ancestorRoutes) {
    if (elsewhere.test(path)) continue;
    const pattern = new RegExp(`^${path.replaceAll(/:[a-z]+/g, '[^/]+')}$`);
    t.ok(
      golden.some((row) => row[0] === method && pattern.test(row[1])),
      `${method} ${path}`,
    );
  }
  t.end();
});

t.test('every path refuses whoever may not, and lets in whoever has its one scope', async (t) => {
  const gateway = await createStubGateway();
  t.teardown(async () => await gateway.rest.close());
  for (const { method, path, scope } of ancestorRoutes) {
    const url = path.replaceAll(/:[a-z]+/g, '1');
    const ask = async (headers: Record<string, string>): Promise<number> => {
      gateway.time.pass(61_000);
      return (await gateway.rest.inject({ method, url, headers })).statusCode;
    };
    const bearing = async (granted: typeof scopes | [typeof scope]): Promise<number> =>
      await ask({ authorization: `Bearer ${await gateway.token(granted)}` });
    t.equal(await ask({}), 401, `${method} ${url} without a token`);
    const others = scopes.filter((other) => other !== scope) as unknown as typeof scopes;
    t.equal(await bearing(others), 403, `${method} ${url} with every other scope`);
    t.notOk([401, 403].includes(await bearing([scope])), `${method} ${url} with ${scope}`);
    for (const { id } of gateway.tokens.list()) await gateway.tokens.remove(id);
  }
});

t.test('the page about these paths names each with its scope', (t) => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/compatibility.md'), 'utf8');
  const read = new Set(ancestorRoutes.flatMap(({ method, path }) => (method === 'POST' ? [path] : [])));
  for (const { method, path, scope, summary } of ancestorRoutes) {
    // What only tells about a POST has one line for all.
    if (method === 'GET' && read.has(path) && summary.startsWith('What POST')) continue;
    const shown = path.replaceAll(/:([a-z]+)/g, '{$1}');
    const section = page.slice(page.indexOf(`\n## ${method}\n`)).split('\n## ')[1] ?? '';
    const row = section.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${shown}\``));
    t.ok(row?.includes(`| ${scope} |`), `${method} ${shown} ${scope}`);
  }
  t.end();
});

t.test('nothing changes by a GET', async (t) => {
  const { ask, ran, gateway } = await ancestorBench(t);
  const changes = new Set(
    gateway.commands.flatMap(({ definition: { id, http } }) => (http.method === 'GET' ? [] : [id])),
  );
  for (const { method, path } of ancestorRoutes) {
    if (method !== 'GET') continue;
    for (const each of ['GET', 'HEAD'] as const) await ask(each, path.replaceAll(/:[a-z]+/g, '1'));
  }
  await ask('GET', '/api/inverter/modbus?device_id=inverter&address=43&function_code=16&values=1');
  const ranHere = new Set(ran.map(({ id }) => id).filter((id) => changes.has(id)));
  t.same([...ranHere].sort(), ['device.scan', 'wifi.scan'], 'looking changes nothing');
});

t.test('what goes wrong is told with its own status, and with what to do', async (t) => {
  const refuse = (error: GatewayError) => (): never => {
    throw error;
  };
  const { ask } = await ancestorBench(t, {
    answers: {
      'device.add': refuse(new GatewayError('already_exists', 'there is one', { hint: 'remove it first' })),
      'device.remove': refuse(new GatewayError('config_pinned', 'it stands in the file')),
      'device.set': refuse(new GatewayError('control_refused', 'too much', { hint: 'at most 5000 W' })),
      'device.scan': refuse(
        new GatewayError('rate_limited', 'once in five minutes', { facts: { retryAfterSeconds: 240 } }),
      ),
      'system.reboot': refuse(new GatewayError('service_manager_missing', 'no busctl')),
      'system.show': refuse(new GatewayError('command_unknown', 'there is no command')),
      'identity.show': () => {
        throw new TypeError('of the inside');
      },
    },
  });
  t.match(await ask('POST', '/api/device', roof), {
    status: 409,
    body: { status: 'error', message: 'there is one (remove it first)' },
  });
  t.match(await ask('DELETE', '/api/inverter'), { status: 409, body: { error: 'it stands in the file' } });
  t.match(await ask('POST', '/api/device/inverter/grid/limit/9000', {}), {
    status: 409,
    body: { status: 'error', message: 'too much (at most 5000 W)' },
  });
  t.match(await ask('GET', '/api/device/scan'), { status: 429, body: { error: 'once in five minutes' } });
  t.match(await ask('POST', '/api/system/reboot', {}), {
    status: 501,
    body: { success: false, error: 'no busctl' },
  });
  t.match(await ask('GET', '/api/system'), { status: 501 });
  const inside = await ask('GET', '/api/crypto');
  t.match(inside, { status: 500, type: /problem\+json/, body: { code: 'internal_error' } });
  t.notMatch(JSON.stringify(inside.body), /of the inside/);
});

t.test('bodies that are no JSON objects are refused, and misspelt fields are named', async (t) => {
  const { ask, ran } = await ancestorBench(t);
  for (const body of [[], 'text', 5])
    t.match(await ask('POST', '/api/device', body), { status: 400, body: { code: 'input_invalid' } });
  t.match(await ask('POST', '/api/device', { ...roof, slave_ip: 1 }), {
    status: 400,
    body: { message: /slave_ip/ },
  });
  t.match(await ask('POST', '/api/initialize', { wallet: 'x', dry_rum: true }), { status: 400 });
  t.match(await ask('POST', '/api/initialize', { wallet: 'x', dry_run: 'yes' }), { status: 400 });
  t.match(await ask('POST', '/api/initialize', { wallet: 'x', dry_run: true }), { status: 200 });
  t.notOk(
    ran.some(({ id }) => id === 'identity.owner' || id === 'device.add'),
    'nothing was done',
  );
});

t.test('every path is described where it is served, and else there is nothing at it', async (t) => {
  for (const isServed of [true, false]) {
    const gateway = await createStubGateway([], undefined, undefined, isServed);
    t.teardown(async () => await gateway.rest.close());
    const headers = { authorization: `Bearer ${await gateway.token(scopes)}` };
    const document = (await gateway.rest.inject({ url: '/api/openapi.json', headers })).json<{
      paths: Record<string, Record<string, { tags: string[] }>>;
    }>();
    for (const { method, path } of ancestorRoutes) {
      const operation = document.paths[path.replaceAll(/:([a-z]+)/g, '{$1}')]?.[method.toLowerCase()];
      t.same(operation?.tags, isServed ? ['compatibility'] : undefined, `${method} ${path}`);
    }
    const { statusCode } = await gateway.rest.inject({ url: '/api/version', headers });
    t.equal(statusCode, isServed ? 200 : 404);
    t.equal((await gateway.rest.inject({ url: '/api/hello' })).statusCode, 200, 'our own stays');
  }
});
