import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { assertProblem, listOf, type Api, type Json } from './api.ts';
import { firstStoredSeries } from './first-stored-series.ts';
import { killLeftovers } from './gateway-process.ts';
import { isGranted, openSession, type Session } from './session.ts';

interface Operation {
  readonly tags?: readonly string[];
  readonly 'x-scope'?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly example?: unknown;
    readonly schema?: { readonly type?: string };
  }[];
}

describe('a running gateway', () => {
  let session: Session;
  let api: Api;
  /** A series that has readings. */
  let series: { device: string; quantity: string };

  before(async () => {
    session = await openSession();
    ({ api } = session);
    series = await firstStoredSeries(api);
  });
  after(async () => await session.end());
  after(killLeftovers);

  it('says hello and how it does to anybody, without data', async () => {
    const hello = await api.ask('/api/hello', { token: null });
    assert.equal(hello.status, 200);
    assert.deepEqual(Object.keys(hello.body).sort(), ['message', 'name', 'paired', 'version']);
    const health = await api.ask('/api/health', { token: null });
    assert.equal(health.status, 200);
    assert.deepEqual(Object.keys(health.body), ['status']);
  });

  it('shows its page to anybody, with nothing loaded from elsewhere', async () => {
    const response = await fetch(`${api.url}/`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.doesNotMatch(await response.text(), /(src|href)="https?:/);
  });

  it('refuses everything else without a token, and with a wrong one', async () => {
    for (const { method, path, operation } of await operations(api)) {
      if (operation.security?.length === 0) continue;
      const answer = await api.ask(path.replaceAll(/\{[a-zA-Z]+\}/g, 'x'), { method, token: null });
      assertProblem(answer, 401, 'token_invalid');
    }
    assertProblem(await api.ask('/api/v1/devices', { token: 'egw_wrong' }), 401, 'token_invalid');
  });

  it('refuses what the token has no scope for', async () => {
    const made = await api.ask('/api/v1/tokens', {
      method: 'POST',
      body: { scope: ['read'], ttl: '1m', label: 'rest-test' },
    });
    assert.equal(made.status, 201);
    const { token, id } = made.body as { token: string; id: string };
    assert.equal((await api.ask('/api/v1/devices', { token })).status, 200);
    assertProblem(await api.ask('/api/v1/audit', { token }), 403, 'forbidden');
    const greedy = await api.ask('/api/v1/tokens', { method: 'POST', token, body: { scope: ['admin'] } });
    assertProblem(greedy, 403, 'forbidden');
    assert.equal((await api.ask(`/api/v1/tokens/${id}`, { method: 'DELETE' })).status, 200);
    assertProblem(await api.ask('/api/v1/devices', { token }), 401, 'token_invalid');
  });

  it('has every operation that its OpenAPI document promises', async () => {
    const values: Readonly<Record<string, string>> = { ...series, id: series.device };
    for (const { method, path, operation } of await operations(api)) {
      if (method !== 'GET' || ['/api/v1/events', '/api/v1/live'].includes(path)) continue;
      // The first have tests of their own; the second need a scope that the session has not.
      if (operation.tags?.includes('compatibility') === true || !isGranted(operation['x-scope'] ?? 'open'))
        continue;
      const query = (operation.parameters ?? [])
        .filter(({ in: place, required }) => place === 'query' && required === true)
        .map(({ name, example }) => `${name}=${values[name] ?? String(example)}`);
      const { status, body } = await api.ask(`${pathFor(path, operation, series.device)}?${query.join('&')}`);
      // What else is named by an id need not be there.
      const isDevices = !path.includes('{') || path.startsWith('/api/v1/devices/');
      assert.ok(status === 200 || (status === 404 && !isDevices), `${path}: ${JSON.stringify(body)}`);
    }
  });

  it('says whether the cloud may give commands, and that nobody may whom no root key has named', async () => {
    const cloud = await api.get('/api/v1/cloud');
    assert.match(String(cloud['control']), /^(on|off|none)$/);
    assert.match(String(cloud['gatewayId']), /^[a-z2-7]{16}$/);
    listOf(await api.get('/api/v1/cloud/commands'), 'commands');
    listOf(await api.get('/api/v1/cloud/delegations'), 'delegations');
    if (cloud['control'] !== 'none') return;
    for (const way of ['on', 'off']) {
      assertProblem(await api.ask(`/api/v1/cloud/${way}`, { method: 'POST' }), 404, 'not_found');
    }
    listOf(await api.get('/api/v1/srcful/schedule'), 'orders');
    const body = { type: 'ems_authentication_challenge', payload: { message: 'x' } };
    assertProblem(await api.ask('/api/v1/srcful/messages', { method: 'POST', body }), 404, 'not_found');
    assertProblem(await api.ask('/api/v1/srcful/data-requests', { method: 'POST', body }), 403, 'forbidden');
  });

  it('answers a method that a path does not have with those it has', async () => {
    const answer = await api.ask('/api/v1/devices', { method: 'DELETE' });
    assertProblem(answer, 405, 'method_not_allowed');
    assert.match(answer.headers.get('allow') ?? '', /GET/);
  });

  it('names what is wrong with a request', async () => {
    assertProblem(await api.ask('/api/v1/nothing'), 404);
    assertProblem(await api.ask('/api/v1/devices/no-such-device'), 404, 'device_unknown');
    const misspelt = await api.ask('/api/v1/readings/latest?devise=x');
    assertProblem(misspelt, 400, 'input_invalid');
    assert.match(JSON.stringify(misspelt.body), /device/);
    const post = { method: 'POST' };
    assertProblem(await api.ask('/api/v1/tokens', { ...post, body: '{' }), 400);
    assertProblem(
      await api.ask('/api/v1/tokens', { ...post, body: { scope: ['root'] } }),
      400,
      'input_invalid',
    );
    assertProblem(await api.ask('/api/v1/tokens', { ...post, body: `"${'x'.repeat(70_000)}"` }), 413);
    const plain = { 'content-type': 'text/plain' };
    assertProblem(await api.ask('/api/v1/tokens', { ...post, body: 'scope', headers: plain }), 415);
  });

  it("refuses other sites' pages and names that are not its own", async () => {
    const headers = { origin: 'http://evil.example' };
    const foreign = await api.ask('/api/v1/tokens', { method: 'POST', body: { scope: ['read'] }, headers });
    assertProblem(foreign, 403, 'origin_forbidden');
    assert.equal(await statusWithHost(api, 'evil.example'), 403);
  });

  it('lists devices with their states, and shows each', async () => {
    const devices = listOf(await api.get('/api/v1/devices'), 'devices');
    assert.ok(devices.length > 0);
    for (const { id, state, lane, ageBoundMs } of devices) {
      assert.match(String(state), /^(unseen|up|suspect|down|retired|quarantined)$/);
      const shown = await api.get(`/api/v1/devices/${String(id)}`);
      assert.deepEqual([shown['id'], shown['lane']], [id, lane]);
      if (ageBoundMs !== null) assert.ok(Number(ageBoundMs) > 0);
    }
  });

  it('gives the latest readings with unit, quality and age', async () => {
    const readings = listOf(await api.get('/api/v1/readings/latest'), 'readings');
    assert.ok(readings.length > 0);
    for (const reading of readings) {
      assert.match(String(reading['quality']), /^(good|estimated|suspect|missing|sensor_error)$/);
      assert.ok(reading['value'] === null || typeof reading['value'] === 'number');
      if (['missing', 'sensor_error'].includes(String(reading['quality'])))
        assert.equal(reading['value'], null);
      assert.ok(Number(reading['ageMs']) >= 0);
    }
    const seriesNames = readings.map(({ device, quantity }) => `${String(device)} ${String(quantity)}`);
    assert.equal(new Set(seriesNames).size, readings.length, 'one reading a series');
  });

  it('gives the last rows of a device side by side, by time', async () => {
    const tables = listOf(await api.get(`/api/v1/readings/rows?device=${series.device}&rows=3`), 'tables');
    const [table] = tables as unknown as [
      { columns: { quantity: string }[]; rows: { atMs: number; values: unknown[]; qualities: unknown[] }[] },
    ];
    assert.ok(table.columns.some(({ quantity }) => quantity === series.quantity));
    assert.ok(table.rows.length > 0 && table.rows.length <= 3);
    for (const { values, qualities } of table.rows)
      assert.deepEqual([values.length, qualities.length], [table.columns.length, table.columns.length]);
    const times = table.rows.map(({ atMs }) => atMs);
    assert.deepEqual(
      times,
      [...new Set(times)].sort((one, other) => one - other),
    );
    assertProblem(await api.ask('/api/v1/readings/rows?rows=0'), 400, 'input_invalid');
    assertProblem(await api.ask('/api/v1/readings/rows?device=nothing-here'), 404, 'device_unknown');
  });

  it('gives Prometheus figures of every device and of itself, in both forms', async () => {
    const devices = listOf(await api.get('/api/v1/devices'), 'devices').map(({ id }) => String(id));
    for (const format of ['prometheus', 'openmetrics']) {
      const headers = { authorization: `Bearer ${api.token}` };
      const response = await fetch(`${api.url}/metrics?format=${format}`, { headers });
      assert.equal(response.status, 200);
      assert.match(
        response.headers.get('content-type') ?? '',
        /^(text\/plain|application\/openmetrics-text);/,
      );
      const text = await response.text();
      assert.equal(text.endsWith('# EOF\n'), format === 'openmetrics');
      for (const line of text.trimEnd().split('\n'))
        assert.match(line, /^(# .+|[a-z][a-z0-9_]*(\{.+\})? -?[0-9.e+-]+)$/);
      for (const id of devices) {
        for (const name of ['egw_device_up', 'egw_reading_age_seconds'])
          assert.ok(text.includes(`\n${name}{device="${id}"} `), `${name} of ${id}`);
      }
      assert.match(text, /^egw_lane_age_bound_seconds\{lane=".+"\} [0-9.]+$/m);
      assert.match(text, /^egw_task_runs_total\{task="harvest:.+"\} [0-9]+$/m);
    }
  });

  it('says what it would do with readings of the past, and does nothing', async () => {
    const afterMs = [0, 60_000];
    const hour = {
      device: 'no-such-meter',
      quantity: 'grid_power_w',
      startMs: 0,
      afterMs,
      value: [100, 200],
    };
    const add = async (hours: readonly Json[]): ReturnType<Api['ask']> =>
      await api.ask('/api/v1/history', { method: 'POST', body: { importId: 'rest', dryRun: true, hours } });
    for (let times = 0; times < 2; times += 1) {
      const { status, body } = await add([hour]);
      assert.equal(status, 200, JSON.stringify(body));
      const { added, tooOld, known } = body;
      assert.deepEqual([Number(added) + Number(tooOld), known], [2, 0]);
    }
    assertProblem(await add([{ ...hour, startMs: 1 }]), 400, 'input_invalid');
    assertProblem(await add([{ ...hour, device: '../x' }]), 400, 'input_invalid');
    assertProblem(await add([{ ...hour, value: 'x'.repeat(300_000) }]), 413);
    assertProblem(await api.ask(rangePath({ ...series, device: 'no-such-meter' }, '')), 404);
  });

  it('gives the history at every resolution, in order of time', async () => {
    for (const resolution of ['raw', '1m', '1h', '1d', 'auto']) {
      const answer = await api.get(rangePath(series, `resolution=${resolution}&from=7d`));
      if (resolution !== 'auto') assert.equal(answer['resolution'], resolution);
      const times = listOf(answer, 'rows').map(({ atMs }) => Number(atMs));
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
        resolution,
      );
      for (const time of times) assert.ok(time < Number(answer['toMs']), resolution);
    }
    assertProblem(await api.ask(rangePath(series, 'resolution=5m')), 400, 'input_invalid');
    assertProblem(await api.ask(rangePath(series, 'from=tomorrow')), 400, 'input_invalid');
  });

  it('gives long histories page by page, without a gap or a repetition', async () => {
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const to = new Date().toISOString();
    const whole = listOf(await api.get(rangePath(series, `resolution=raw&from=${from}&to=${to}`)), 'rows');
    const paged: Json[] = [];
    let next: string | number | null = from;
    for (let page = 0; next !== null && page <= whole.length; page += 1) {
      const query = `resolution=raw&from=${next}&to=${to}&limit=2`;
      const answer = await api.get(rangePath(series, query));
      paged.push(...listOf(answer, 'rows'));
      next = answer['next'] as number | null;
    }
    assert.deepEqual(paged, whole);
  });

  it('tells of its tasks and lanes, with bounds', async () => {
    const tasks = listOf(await api.get('/api/v1/tasks'), 'tasks');
    assert.ok(tasks.some(({ name }) => name === `harvest:${series.device}`));
    const lanes = listOf(await api.get('/api/v1/lanes'), 'lanes');
    assert.ok(lanes.some(({ ageBoundMs }) => ageBoundMs !== null && Number(ageBoundMs) > 0));
  });

  it('shows its configuration without any secret', async () => {
    const [config, explained] = [await api.get('/api/v1/config'), await api.get('/api/v1/config/explain')];
    assert.ok('devices' in config);
    assert.ok(listOf(explained, 'values').length > 0);
    for (const shown of [config, explained, await api.get('/api/v1/tokens')]) {
      assert.ok(!JSON.stringify(shown).includes(api.token));
      assert.doesNotMatch(JSON.stringify(shown), /egw_[A-Za-z0-9_-]{20}/);
    }
  });

  it('keeps a setting until the next start, and takes it back', async () => {
    const path = '/api/v1/config/settings/storage.retention.hourDays';
    const { status, body } = await api.ask(path, { method: 'PUT', body: { value: 3_000 } });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body, {
      setting: 'storage.retention.hourDays',
      value: 3_000,
      isRestartNeeded: true,
    });
    const kept = listOf(await api.get('/api/v1/config/settings'), 'settings');
    assert.ok(kept.some(({ setting, value }) => setting === body['setting'] && value === 3_000));
    assertProblem(await api.ask(path, { method: 'PUT', body: { value: 0 } }), 422, 'config_invalid');
    assert.equal((await api.ask(path, { method: 'DELETE' })).status, 200);
    assertProblem(await api.ask(path, { method: 'DELETE' }), 404, 'not_found');
  });

  it('says who it is, and proves it', async () => {
    const { body: who } = await api.ask('/api/v1/identity');
    const { body: status } = await api.ask('/api/v1/status');
    assert.equal(status['id'], who['id']);
    const message = `prove it ${String(who['id'])}`;
    const { body: proof } = await api.ask('/api/v1/identity/sign', { method: 'POST', body: { message } });
    const [domain, signed, atMs, nonce] = String(proof['signed']).split('\n');
    assert.deepEqual([domain, signed, nonce], ['gw-message-1', message, proof['nonce']]);
    assert.ok(Math.abs(Number(atMs) - Date.now()) < 60_000);
    if (who['algorithm'] === 'Ed25519') {
      const signature = Buffer.from(String(proof['signature']), 'base64url');
      assert.ok(verify(null, Buffer.from(String(proof['signed'])), String(who['pem']), signature));
    }
    const twoLines = { method: 'POST', body: { message: 'a\nb' } };
    assertProblem(await api.ask('/api/v1/identity/sign', twoLines), 400, 'input_invalid');
  });

  it('has an owner when somebody says so', async (context) => {
    if (!session.isOurs) {
      context.skip('somebody else’s gateway has an owner of its own');
      return;
    }
    const owned = await api.ask('/api/v1/identity/owner', { method: 'PUT', body: { owner: 'rest-test' } });
    assert.equal(owned.body['owner'], 'rest-test');
    const given = await api.ask('/api/v1/identity/owner', { method: 'PUT', body: {} });
    assert.equal(given.body['owner'], null);
  });

  it('says when it keeps what it acknowledged', async () => {
    const storage = await api.get('/api/v1/storage');
    assert.match(String(storage['synchronous']), /full/i);
    assert.ok(Number(storage['readings']) > 0);
  });

  it('tells live: first how things are, then each reading as it comes', async () => {
    const seen: string[] = [];
    let batches = 0;
    for await (const { type, data } of api.events()) {
      seen.push(type);
      assert.equal(data['type'], type);
      if (type === 'readings') batches += 1;
      if (batches === 2) break;
    }
    assert.ok(seen.includes('gateway'), seen.join());
    assert.ok(seen.includes('device'), seen.join());
  });

  it('closes pairing to who guesses', async (context) => {
    if (!session.isOurs) {
      context.skip("it would bar the owner's own pairing for five minutes");
      return;
    }
    assert.equal((await api.ask('/api/v1/pairing', { method: 'POST', body: {} })).status, 200);
    const guess = { method: 'POST', token: null, body: { code: '0000-0000-0000-0000', label: 'thief' } };
    const statuses: number[] = [];
    for (let tries = 0; tries < 6; tries += 1) statuses.push((await api.ask('/api/v1/pair', guess)).status);
    assert.deepEqual(statuses.slice(0, 5), [403, 403, 403, 403, 403]);
    const barred = await api.ask('/api/v1/pair', guess);
    assertProblem(barred, 429, 'rate_limited');
    assert.ok(Number(barred.headers.get('retry-after')) > 0);
    assert.equal((await api.get('/api/v1/pairing'))['open'], false);
    assert.equal((await api.ask('/api/v1/devices')).status, 200, 'a good token still passes');
  });
});

async function operations(
  api: Api,
): Promise<readonly { method: string; path: string; operation: Operation }[]> {
  const { paths } = (await api.get('/api/openapi.json')) as {
    paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  const found = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  assert.ok(found.length > 15);
  return found;
}

function rangePath({ device, quantity }: { device: string; quantity: string }, query: string): string {
  return `/api/v1/readings?device=${device}&quantity=${quantity}&${query}`;
}

/** A device where an id is meant, and otherwise what the description has for an example. */
function pathFor(path: string, { parameters = [] }: Operation, device: string): string {
  const inPath = parameters.filter(({ in: place }) => place === 'path');
  return path.replaceAll(/\{([a-zA-Z]+)\}/g, (_, name: string) => {
    const { schema, example } = inPath.find((one) => one.name === name) ?? {};
    const isDevice = schema?.type !== 'integer' && ['id', 'device'].includes(name);
    return isDevice ? device : encodeURIComponent(String(example));
  });
}

/** `fetch` sets the Host itself. */
async function statusWithHost(api: Api, host: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const headers = { host, authorization: `Bearer ${api.token}` };
  request(`${api.url}/api/v1/devices`, { headers, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode);
  })
    .once('error', reject)
    .end();
  return await promise;
}
