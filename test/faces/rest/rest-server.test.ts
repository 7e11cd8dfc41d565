import t, { type Test } from 'tap';
import type { RestResponse } from '../../../gateway/faces/rest/rest-server.ts';
import type { Scope } from '../../../gateway/features/command.ts';
import { createStubGateway, storeFailure, type StubGateway } from '../stub-gateway.ts';

const bearer = (secret: string): { authorization: string } => ({ authorization: `Bearer ${secret}` });
const problemOf = (response: RestResponse): Record<string, unknown> => {
  t.match(response.headers['content-type'], /^application\/problem\+json/, 'an error is a problem document');
  t.notMatch(response.body, /node_modules|\.ts:|at .*\(/, 'no stack leaves the gateway');
  return response.json();
};

async function withToken(
  t: Test,
  granted: readonly Scope[] = ['read', 'admin'],
): Promise<{ gateway: StubGateway; headers: { authorization: string } }> {
  const gateway = await createStubGateway();
  t.teardown(() => gateway.rest.close());
  return { gateway, headers: bearer(await gateway.token(granted)) };
}

t.test('an authenticated request costs no database call', async (t) => {
  const { gateway, headers } = await withToken(t);
  const before = gateway.store.calls;
  const response = await gateway.rest.inject({ url: '/api/v1/devices', headers });
  t.equal(response.statusCode, 200);
  t.equal(response.json<{ devices: { id: string }[] }>().devices[0]?.id, 'inverter');
  t.equal(gateway.store.calls, before);
});

t.test('what is open answers without a token, and holds no data', async (t) => {
  const gateway = await createStubGateway();
  t.teardown(() => gateway.rest.close());
  t.same((await gateway.rest.inject({ url: '/api/hello' })).json(), {
    message: 'hello world from srcful!',
    name: 'Home',
    version: '1.2.3',
    paired: false,
  });
  t.same((await gateway.rest.inject({ url: '/api/health' })).json(), { status: 'ok' });
  gateway.status = 'failing';
  const failing = await gateway.rest.inject({ url: '/api/health' });
  t.equal(failing.statusCode, 503);
  t.same(failing.json(), { status: 'failing' });
  t.match((await gateway.rest.inject({ url: '/' })).headers['content-type'], 'text/html');
  t.equal((await gateway.rest.inject({ url: '/api/docs' })).statusCode, 200);
});

t.test('every answer carries the headers that keep a page in its bounds', async (t) => {
  const { gateway, headers } = await withToken(t);
  for (const url of ['/', '/api/docs', '/api/v1/devices', '/api/v1/nothing']) {
    const response = await gateway.rest.inject({ url, headers });
    t.match(response.headers['content-security-policy'], "default-src 'none'", url);
    t.equal(response.headers['x-content-type-options'], 'nosniff', url);
    t.notOk(response.headers['access-control-allow-origin'], url);
    t.notOk(response.headers['set-cookie'], url);
  }
});

t.test('bad requests are refused as problems that name what is wrong', async (t) => {
  const { gateway, headers } = await withToken(t);
  const json = { ...headers, 'content-type': 'application/json' };
  const tokens = { method: 'POST', url: '/api/v1/tokens' } as const;
  const table = [
    [{ url: '/api/v1/nothing', headers }, 404, 'not_found', /./],
    [{ url: '/api/v1/devices/%00', headers }, 404, 'device_unknown', /./],
    [{ url: '/api/v1/devices/%zz', headers }, 400, 'input_invalid', /./],
    [{ url: '/api/v1/devices?x=1', headers }, 400, 'input_invalid', /x/],
    [{ url: '/api/v1/devices', method: 'DELETE', headers }, 405, 'method_not_allowed', /DELETE/],
    [{ url: '/api/v1/devices/inverter', method: 'PUT', headers }, 405, 'method_not_allowed', /PUT/],
    [{ ...tokens, headers: json, payload: '{"scope":' }, 400, 'input_invalid', /./],
    [{ ...tokens, headers: json, payload: '' }, 400, 'input_invalid', /./],
    [{ ...tokens, headers: json, payload: '[]' }, 400, 'input_invalid', /object/],
    [{ ...tokens, headers: json, payload: '"x"' }, 400, 'input_invalid', /object/],
    [
      { ...tokens, headers: json, payload: '{"scope":["read"],"__proto__":{"a":1}}' },
      400,
      'input_invalid',
      /./,
    ],
    [
      { ...tokens, headers: json, payload: '{"scope":["raed"]}' },
      400,
      'input_invalid',
      /scope\[0\] must be one of/,
    ],
    [{ ...tokens, headers: json, payload: '{"scope":"read"}' }, 400, 'input_invalid', /scope/],
    [{ ...tokens, headers: json, payload: '{"scope":["read"],"lable":"x"}' }, 400, 'input_invalid', /lable/],
    [{ ...tokens, headers: json, payload: '{"scope":["read"],"ttl":"soon"}' }, 400, 'input_invalid', /ttl/],
    [{ ...tokens, headers: json, payload: '{"scope":["read"],"ttl":"0s"}' }, 400, 'input_invalid', /0s/],
    [{ ...tokens, headers: json, payload: '{"scope":["modbus:raw"]}' }, 403, 'forbidden', /modbus:raw/],
    [
      { ...tokens, url: '/api/v1/tokens?label=x', headers: json, payload: '{"scope":["read"]}' },
      400,
      'input_invalid',
      /query/,
    ],
    [
      { ...tokens, headers: { ...headers, 'content-type': 'text/plain' }, payload: '{}' },
      415,
      'content_type_unsupported',
      /JSON/,
    ],
    [
      {
        ...tokens,
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'a=b',
      },
      415,
      'content_type_unsupported',
      /JSON/,
    ],
    [
      { ...tokens, headers: json, payload: `{"label":"${'x'.repeat(70_000)}"}` },
      413,
      'request_too_large',
      /large/,
    ],
    [{ url: '/api/v1/readings?device=inverter', headers }, 400, 'input_invalid', /quantity/],
    [
      { url: '/api/v1/readings?device=inverter&quantity=grid_power_w&limit=1e9', headers },
      400,
      'input_invalid',
      /limit/,
    ],
    [
      { url: '/api/v1/readings?device=inverter&device=b&quantity=x', headers },
      400,
      'input_invalid',
      /more than once/,
    ],
    [
      { url: '/api/v1/readings?device=inverter&quantity=grid_power_w&from=yesterday', headers },
      400,
      'input_invalid',
      /yesterday/,
    ],
    [
      { url: '/api/v1/readings?device=inverter&quantity=grid_power_w&from=2&to=1', headers },
      400,
      'input_invalid',
      /before/,
    ],
    [
      { url: '/api/v1/readings?device=inverter&quantity=pv_power_w', headers },
      404,
      'not_found',
      /pv_power_w/,
    ],
    [
      { url: '/api/v1/readings?device=inverte&quantity=pv_power_w', headers },
      404,
      'device_unknown',
      /inverte/,
    ],
    [
      { url: '/api/v1/devices', headers: { ...headers, host: 'evil.example' } },
      403,
      'origin_forbidden',
      /evil/,
    ],
    [
      { ...tokens, headers: { ...json, origin: 'http://evil.example' }, payload: '{"scope":["read"]}' },
      403,
      'origin_forbidden',
      /./,
    ],
    [
      { ...tokens, headers: { ...json, origin: 'null' }, payload: '{"scope":["read"]}' },
      403,
      'origin_forbidden',
      /./,
    ],
  ] as const;
  for (const [request, status, code, detail] of table) {
    gateway.time.pass(15_000);
    const response = await gateway.rest.inject(request);
    const problem = problemOf(response);
    t.match(
      { ...problem, http: response.statusCode },
      { status, code, detail, http: status },
      JSON.stringify(request).slice(0, 120),
    );
  }
});

t.test('an unknown property is refused with the nearest that there is', async (t) => {
  const { gateway, headers } = await withToken(t);
  const response = await gateway.rest.inject({
    method: 'POST',
    url: '/api/v1/tokens',
    headers,
    payload: { scope: ['read'], lable: 'x' },
  });
  t.match(response.json(), { hint: 'did you mean label?' });
});

t.test('a method that a path does not take is answered with those it does', async (t) => {
  const { gateway, headers } = await withToken(t);
  t.equal(
    (await gateway.rest.inject({ method: 'PUT', url: '/api/v1/tokens', headers })).headers.allow,
    'GET, HEAD, POST',
  );
  t.equal(
    (await gateway.rest.inject({ method: 'GET', url: '/api/v1/tokens/abc', headers })).headers.allow,
    'DELETE',
  );
  t.equal(
    (await gateway.rest.inject({ method: 'POST', url: '/api/v1/events', headers })).headers.allow,
    'GET, HEAD',
  );
});

t.test('the own names and any literal address are ours, others are not', async (t) => {
  const { gateway, headers } = await withToken(t);
  const status = async (host: string): Promise<number> =>
    (await gateway.rest.inject({ url: '/api/v1/version', headers: { ...headers, host } })).statusCode;
  for (const host of [
    'localhost:8080',
    '192.168.1.10',
    '192.168.1.10:8080',
    '[fe80::1]:8080',
    'HOME.local',
    'home.local.:80',
  ]) {
    t.equal(await status(host), 200, host);
  }
  for (const host of [
    'home.local.evil.example',
    'localhost@evil',
    '[::1',
    'a b',
    '192.168.1.10.evil.example',
  ]) {
    t.equal(await status(host), 403, host);
  }
});

t.test('the page of the gateway itself may change things', async (t) => {
  const { gateway, headers } = await withToken(t);
  const response = await gateway.rest.inject({
    method: 'POST',
    url: '/api/v1/tokens',
    headers: { ...headers, host: 'home.local:8080', origin: 'http://home.local:8080' },
    payload: { scope: ['read'] },
  });
  t.equal(response.statusCode, 201);
});

t.test(
  'ten wrong tokens in a minute from one address are enough, and a right one still passes',
  async (t) => {
    const { gateway, headers } = await withToken(t);
    const wrong = async (): Promise<RestResponse> =>
      await gateway.rest.inject({ url: '/api/v1/devices', headers: bearer(`egw_${'B'.repeat(43)}`) });
    for (let attempt = 0; attempt < 10; attempt += 1) t.equal((await wrong()).statusCode, 401);
    const refused = await wrong();
    t.equal(refused.statusCode, 429);
    t.equal(refused.headers['retry-after'], '60');
    t.equal((await gateway.rest.inject({ url: '/api/v1/devices', headers })).statusCode, 200);
    gateway.time.pass(60_000);
    t.equal((await wrong()).statusCode, 401);
  },
);

t.test('the code on the console becomes a token once, and guessing ends soon', async (t) => {
  const gateway = await createStubGateway();
  t.teardown(() => gateway.rest.close());
  const code = gateway.pairing.openUntilUsed();
  const pair = async (typed: string): Promise<RestResponse> =>
    await gateway.rest.inject({
      method: 'POST',
      url: '/api/v1/pair',
      payload: { code: typed, label: 'phone' },
    });
  for (let attempt = 0; attempt < 5; attempt += 1)
    t.match((await pair('0000-0000-0000-0000')).json(), { status: 403, code: 'pairing_code_wrong' });
  const barred = await pair(code);
  t.match(barred.json(), { status: 429, code: 'rate_limited' });
  t.equal(barred.headers['retry-after'], '300');
  gateway.time.pass(300_000);
  const paired = await pair(code.toLowerCase().replaceAll('-', ' '));
  t.equal(paired.statusCode, 201);
  const { token, scopes: granted } = paired.json<{ token: string; scopes: string[] }>();
  t.same(granted, ['read', 'control', 'jobs:run', 'admin', 'provision']);
  t.equal((await gateway.rest.inject({ url: '/api/v1/devices', headers: bearer(token) })).statusCode, 200);
  t.match((await pair(code)).json(), { code: 'pairing_closed' });
  t.match((await gateway.rest.inject({ url: '/api/hello' })).json(), { paired: true });
  t.same(
    gateway.store.audit.map(({ action, outcome, principal }) => `${principal} ${action} ${outcome}`),
    [
      ...Array.from({ length: 5 }, () => 'anonymous pairing.pair pairing_code_wrong'),
      'anonymous pairing.pair rate_limited',
      'anonymous pairing.pair ok',
      'anonymous pairing.pair pairing_closed',
    ],
  );
  t.notMatch(JSON.stringify(gateway.store.audit), token, 'the audit holds no secret');
  t.notMatch(JSON.stringify(gateway.store.audit), code, 'nor the code');
});

t.test(
  'when the database does not answer, pairing stays open and the answer says that it may work later',
  async (t) => {
    const gateway = await createStubGateway();
    t.teardown(() => gateway.rest.close());
    const code = gateway.pairing.openUntilUsed();
    gateway.store.failing = storeFailure();
    const pair = async (): Promise<RestResponse> =>
      await gateway.rest.inject({ method: 'POST', url: '/api/v1/pair', payload: { code, label: 'phone' } });
    const failed = await pair();
    t.match(problemOf(failed), { status: 503, code: 'storage_failed', retryable: true });
    t.match(gateway.logged, ['audit line not stored', 'the disk does not answer']);
    gateway.store.failing = undefined;
    t.equal((await pair()).statusCode, 201);
  },
);

t.test('history comes as readings or windows, page by page', async (t) => {
  const { gateway, headers } = await withToken(t);
  const ask = async (query: string): Promise<Record<string, unknown>> =>
    (
      await gateway.rest.inject({
        url: `/api/v1/readings?device=inverter&quantity=grid_power_w&${query}`,
        headers,
      })
    ).json();
  t.match(await ask('from=2026-01-01T00:00:00Z&to=2026-01-01T00:30:00%2B00:00'), {
    resolution: 'raw',
    unit: 'W',
    fromMs: 1_767_225_600_000,
    rows: [{ value: 0.5, quality: 'good' }, { value: null, quality: 'missing' }, { value: 2.5 }],
    next: null,
  });
  t.match(await ask('from=1767225600000&limit=2&resolution=raw&to=1767225700000'), {
    next: 1_767_225_602_000,
  });
  t.match(await ask('from=24h'), {
    resolution: '1m',
    rows: [{ value: 2, min: 1, max: 3, n: 6, anyOn: true }],
  });
  t.match(await ask('from=40d'), { resolution: '1h' });
  t.match(await ask('from=400d'), { resolution: '1d' });
});

t.test('the latest readings are those in memory, or on demand those on disk', async (t) => {
  const { gateway, headers } = await withToken(t);
  const ask = async (query: string): Promise<unknown> =>
    (await gateway.rest.inject({ url: `/api/v1/readings/latest${query}`, headers })).json();
  t.match(await ask(''), { readings: [{ value: -1200, unit: 'W', ageMs: 1000, stored: false }] });
  t.match(await ask('?source=stored'), { readings: [{ value: -1234.5, ageMs: 5000, stored: true }] });
  t.match(await ask('?device=meter'), { code: 'device_unknown', hint: 'there are: inverter' });
});

t.test('a removed token is refused at once', async (t) => {
  const { gateway, headers } = await withToken(t);
  const secret = await gateway.token(['read']);
  const { id } = gateway.tokens.list()[1] ?? { id: '' };
  t.equal((await gateway.rest.inject({ url: '/api/v1/version', headers: bearer(secret) })).statusCode, 200);
  t.equal(
    (await gateway.rest.inject({ method: 'DELETE', url: `/api/v1/tokens/${id}`, headers })).statusCode,
    200,
  );
  t.equal((await gateway.rest.inject({ url: '/api/v1/version', headers: bearer(secret) })).statusCode, 401);
  t.equal(
    (await gateway.rest.inject({ method: 'DELETE', url: `/api/v1/tokens/${id}`, headers })).statusCode,
    404,
  );
});

t.test('the description names every route, its scope and its problems', async (t) => {
  const { gateway, headers } = await withToken(t);
  const { openapi, paths } = (await gateway.rest.inject({ url: '/api/openapi.json', headers })).json<{
    openapi: string;
    paths: Record<string, Record<string, { responses: object; security?: unknown[]; 'x-scope'?: string }>>;
  }>();
  t.equal(openapi, '3.1.0');
  for (const { definition } of gateway.commands) {
    const path = definition.http.path.replaceAll(/:([a-z]+)/gi, '{$1}');
    const operation = paths[path]?.[definition.http.method.toLowerCase()];
    t.ok(operation?.responses, `${definition.http.method} ${path}`);
    t.equal(operation?.['x-scope'] ?? 'open', definition.scope);
  }
});
