import t from 'tap';
import { SimulatedHome } from '../../../modbus-sim/home.ts';
import type { HomewizardProduct } from '../../../modbus-sim/services/homewizard-measurement.ts';
import { HomewizardService } from '../../../modbus-sim/services/homewizard-service.ts';
import type { ServiceAnswer } from '../../../modbus-sim/services/service.ts';

const nowMs = Date.parse('2026-01-14T17:15:02Z');

class Bench {
  readonly service: HomewizardService;
  readonly home = new SimulatedHome({ seed: 3, startMs: nowMs - 3_600_000 });
  atMs = nowMs;

  constructor(product: HomewizardProduct = 'HWE-P1') {
    this.service = new HomewizardService({ home: this.home, product, zone: 'Europe/Paris' });
  }

  v1(method: string, url: string, body: unknown = ''): ServiceAnswer {
    return this.#ask(method, url, body, {});
  }

  v2(method: string, url: string, body: unknown = '', token = ''): ServiceAnswer {
    return this.#ask(method, url, body, { 'x-api-version': '2', authorization: `Bearer ${token}` });
  }

  pair(): string {
    this.service.pressButton(this.atMs);
    return (json(this.v2('POST', '/api/user', { name: 'local/test' })) as { token: string }).token;
  }

  #ask(method: string, url: string, body: unknown, headers: Record<string, string>): ServiceAnswer {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.service.handle({ method, url, headers, body: text }, this.atMs);
  }
}

function json({ body }: ServiceAnswer): unknown {
  return JSON.parse(body);
}

t.test('API v1 says what the device is and measures', (t) => {
  const bench = new Bench();
  t.match(json(bench.v1('GET', '/api')), { product_type: 'HWE-P1', api_version: 'v1' });
  const data = json(bench.v1('GET', '/api/v1/data')) as Record<string, unknown>;
  const { gridW } = bench.home.truth();
  t.match(data, {
    smr_version: 50,
    active_power_w: gridW,
    wifi_strength: 76,
    gas_timestamp: 260114181500,
    external: [{ type: 'gas_meter', timestamp: 260114181500, value: data['total_gas_m3'] }],
  });
  t.ok('total_power_import_t1_kwh' in data && !('timestamp' in data));
  t.match(bench.v1('GET', '/api/v1/telegram'), { status: 200, body: /^\/ABC5/ });
  t.match(json(bench.v1('PUT', '/api/v1/identify')), { identify: 'ok' });
  t.match(json(bench.v1('PUT', '/api/v1/system', { cloud_enabled: false })), { cloud_enabled: false });
  t.match(json(bench.v1('GET', '/api/v1/system')), { cloud_enabled: false });
  for (const path of ['/api/v1/state', '/api/v1/x', '/api/v2', '/'])
    t.equal(bench.v1('GET', path).status, 404, path);
  t.equal(bench.v1('POST', '/api/v1/data').status, 405);
  t.end();
});

t.test('API v1 that is switched off still says what the device is', (t) => {
  const bench = new Bench();
  bench.service.isV1Enabled = false;
  t.equal(bench.v1('GET', '/api').status, 200);
  t.match(bench.v1('GET', '/api/v1/data'), { status: 403, body: /"id":202/ });
  t.end();
});

t.test('without its cable a P1 meter says its radio only', (t) => {
  const bench = new Bench();
  bench.service.isPlugged = false;
  t.strictSame(Object.keys(json(bench.v1('GET', '/api/v1/data')) as object), ['wifi_ssid', 'wifi_strength']);
  t.equal(bench.v1('GET', '/api/v1/telegram').status, 404);
  t.match(bench.v2('GET', '/api/telegram', '', bench.pair()), { status: 404, body: /no-telegram-received/ });
  t.end();
});

t.test('a socket is switched, within its limits', (t) => {
  const bench = new Bench('HWE-SKT');
  t.match(json(bench.v1('PUT', '/api/v1/state', { power_on: false })), { power_on: false });
  t.match(json(bench.v1('GET', '/api/v1/state')), { power_on: false, brightness: 255 });
  const failures: readonly (readonly [unknown, number])[] = [
    ['{', 2],
    [{ brightness: 256 }, 7],
    [{ power_on: 'yes' }, 7],
    [{ colour: 1 }, 7],
    ['x'.repeat(2_000), 201],
  ];
  for (const [body, id] of failures)
    t.match(bench.v1('PUT', '/api/v1/state', body), { status: 400, body: new RegExp(`"id":${id},`) });
  bench.v1('PUT', '/api/v1/state', { switch_lock: true });
  t.match(bench.v1('PUT', '/api/v1/state', { power_on: true }), { status: 400, body: /"id":8,/ });
  t.end();
});

t.test('API v2 gives a token for 30 s after its button was pressed', (t) => {
  const bench = new Bench();
  const ask = () => bench.v2('POST', '/api/user', { name: 'local/gateway' });
  t.match(ask(), { status: 403, body: '{"error":"user:creation-not-enabled"}' });
  bench.service.pressButton(bench.atMs);
  bench.atMs += 29_999;
  t.match(json(ask()), { token: /^[0-9A-F]{32}$/, name: 'local/gateway' });
  bench.atMs += 1;
  t.equal(ask().status, 403);
  t.end();
});

t.test('API v2 lets nobody in without a token', (t) => {
  const bench = new Bench();
  const token = bench.pair();
  t.match(json(bench.v2('GET', '/api/measurement', '', token)), {
    power_w: bench.home.truth().gridW,
    timestamp: '2026-01-14T18:15:02',
  });
  for (const wrong of ['', 'x'])
    t.match(bench.v2('GET', '/api/measurement', '', wrong), { status: 401, body: /user:unauthorized/ });
  t.match(json(bench.v2('GET', '/api/user', '', token)), [{ name: 'local/test' }]);
  t.equal(bench.v2('DELETE', '/api/user', { name: 'local/test' }, token).status, 204);
  t.equal(bench.v2('GET', '/api', '', token).status, 401);
  t.end();
});

t.test('API v2 says what is wrong with a request', (t) => {
  const bench = new Bench();
  const token = bench.pair();
  const names: readonly (readonly [unknown, string])[] = [
    [{ name: '' }, 'user:name-empty'],
    [{ name: 'x' }, 'user:invalid-prefix'],
    [{ name: 'local/é' }, 'user:name-invalid'],
    [{ name: 1 }, 'json:parameter-invalid-type:name'],
    [{}, 'json:parameter-missing:name'],
    ['{', 'request:invalid-json'],
  ];
  for (const [body, error] of names) t.match(json(bench.v2('POST', '/api/user', body)), { error });
  t.match(json(bench.v2('PUT', '/api/system', { x: 1 }, token)), { error: 'json:no-parameters-recognized' });
  t.match(json(bench.v2('PUT', '/api/system', { cloud_enabled: 1 }, token)), {
    error: 'json:parameter-invalid-type:cloud_enabled',
  });
  t.match(json(bench.v2('PUT', '/api/batteries', { mode: 'standby' }, token)), { mode: 'standby' });
  t.match(json(bench.v2('GET', '/api/system', '', token)), { api_v1_enabled: true });
  t.match(bench.v2('PUT', '/api/system', 'x'.repeat(2_000), token), { status: 413 });
  const old = { method: 'GET', url: '/api', headers: { 'x-api-version': '9' }, body: '' };
  t.match(bench.service.handle(old, nowMs), { status: 400, body: /api-version-not-supported/ });
  t.equal(bench.v2('GET', '/api/x', '', token).status, 404);
  t.end();
});

t.test('a battery draws what it is charged with', (t) => {
  const bench = new Bench('HWE-BAT');
  const measured = json(bench.v2('GET', '/api/measurement', '', bench.pair()));
  t.match(measured, { power_w: 0 - bench.home.truth().batteryW, cycles: 123 });
  t.end();
});
