import t from 'tap';
import type { HttpRequest } from '../../../gateway/core/http.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { homewizardP1 } from '../../../gateway/io/sources/homewizard-p1.ts';
import type { SourceReader } from '../../../gateway/io/sources/source.ts';
import type { HomewizardProduct } from '../../../modbus-sim/services/homewizard-measurement.ts';
import { jsonAnswer } from '../../../modbus-sim/services/service.ts';
import { defaults, failOnce, opened, startMs, type Opened } from './homewizard-bench.ts';
import { noAnswer, textOf, valueOf, type SourceBench } from './source-bench.ts';

const { signal } = new AbortController();

/** Pairs by the button, at the bench's time. */
async function paired(options: OptionValues = {}): Promise<Opened> {
  const all = opened({ pair: true, ...options });
  all.service.pressButton(all.bench.nowMs);
  await all.reader.read(signal);
  return all;
}

t.test('API v1 is asked once what it is, and then for its data; it says what the home does', async (t) => {
  const { home, bench, reader } = opened();
  const answer = await reader.read(signal);
  const truth = home.truth();
  t.equal(valueOf(answer, 'grid_power_w')?.value, truth.gridW);
  t.equal(valueOf(answer, 'grid_import_kwh')?.value, Math.floor(truth.importWh) / 1000);
  t.equal(valueOf(answer, 'grid_power_l2_w')?.value, truth.gridPhaseW[1]);
  t.equal(textOf(answer, 'serial'), '5c2faf0a1b2c');
  t.equal(textOf(answer, 'product_type'), 'HWE-P1');
  const gas = answer.values.find(({ quantity }) => quantity === 'gas_m3');
  t.match(gas, { part: 'gas-4730303332353631323738373634353139', atMs: startMs });
  t.strictSame(bench.takePaths(), ['/api', '/api/v1/data']);
  bench.nowMs += 10_000;
  await reader.read(signal);
  t.strictSame(bench.takePaths(), ['/api/v1/data']);
});

t.test('what later firmware says of itself and of its meter is kept, each name once', async (t) => {
  const { bench, reader } = opened();
  bench.trouble = ({ url }) =>
    url.endsWith('/api')
      ? jsonAnswer(200, { product_type: 'HWE-P1', uptime_s: 77, later: 1, colour: 'red' })
      : jsonAnswer(200, { active_power_w: 5, later: 2, nested: { deep: [3] } });
  const answer = await reader.read(signal);
  t.strictSame(
    answer.values.map(({ quantity, value }) => `${quantity}=${value}`),
    ['uptime_s=77', 'grid_power_w=5', 'later=2', 'nested.deep[0]=3'],
  );
  t.equal(textOf(answer, 'colour'), 'red');
});

t.test('after a failure it is asked anew what it is', async (t) => {
  const { bench, reader } = opened();
  await reader.read(signal);
  bench.trouble = () => noAnswer;
  await t.rejects(reader.read(signal), { code: 'connection_timeout' });
  bench.trouble = () => undefined;
  bench.takePaths();
  await reader.read(signal);
  t.strictSame(bench.takePaths(), ['/api', '/api/v1/data']);
});

t.test('API v1 that is switched off says where to switch it on', async (t) => {
  const { service, bench, reader } = opened();
  service.isV1Enabled = false;
  await t.rejects(reader.read(signal), { code: 'source_refused', hint: /Local API/, facts: { status: 403 } });
  bench.trouble = () => jsonAnswer(400, { error: { id: 202, description: 'API not enabled' } });
  await t.rejects(reader.read(signal), { code: 'source_refused', hint: /Local API/ }, 'as older ones say it');
  bench.trouble = () => jsonAnswer(400, { error: { id: 7, description: 'parameter is out of range' } });
  await t.rejects(reader.read(signal), { code: 'answer_invalid' });
});

t.test('firmware that does not say what it is, is a P1 meter where it knows one', async (t) => {
  const { bench, reader } = opened();
  bench.trouble = ({ url }) => (url.endsWith('/api') ? { status: 404, body: '' } : undefined);
  t.ok(Number.isFinite(valueOf(await reader.read(signal), 'grid_power_w')?.value));
  const socket = opened({}, 'HWE-SKT');
  for (const about of [{ status: 404, body: '' }, jsonAnswer(200, { product_type: 'HWE-NEW' })]) {
    socket.bench.trouble = ({ url }) => (url.endsWith('/api') ? about : undefined);
    const answer = await socket.reader.read(signal);
    t.equal(valueOf(answer, 'grid_power_w'), undefined);
    t.ok(Number.isFinite(valueOf(answer, 'active_power_w')?.value));
    await t.rejects(failOnce(socket), { code: 'connection_timeout' });
  }
  socket.bench.trouble = () => jsonAnswer(200, { product_type: 7 });
  await t.rejects(socket.reader.read(signal), { code: 'answer_invalid', facts: { where: 'product_type' } });
});

t.test('with the cable out there is no reading', async (t) => {
  const { service, reader } = opened();
  service.isPlugged = false;
  await t.rejects(reader.read(signal), { code: 'source_unavailable', hint: /P1 port/ });
  service.isPlugged = true;
  await reader.read(signal);
});

t.test('each product is read as what it measures', async (t) => {
  const quantities = async (
    product: HomewizardProduct,
    options: OptionValues = {},
  ): Promise<readonly string[]> =>
    (await opened(options, product).reader.read(signal)).values.map(({ quantity }) => quantity);
  t.ok((await quantities('HWE-SKT')).includes('load_power_w'));
  t.ok((await quantities('HWE-KWH1')).includes('load_power_w'));
  t.ok((await quantities('HWE-KWH3')).includes('load_voltage_l3_v'));
  t.ok((await quantities('HWE-WTR')).includes('water_m3'));
  t.ok((await quantities('HWE-KWH3', { measures: 'grid' })).includes('grid_voltage_l3_v'));
  const { home, reader } = opened({ measures: 'pv' }, 'HWE-KWH1');
  t.equal(valueOf(await reader.read(signal), 'pv_power_w')?.value, home.truth().pv2W);
});

t.test('pairing is tried at each reading until the button is pressed, and its token is kept', async (t) => {
  const { service, bench, reader } = opened({ pair: true });
  await t.rejects(reader.read(signal), {
    code: 'source_unavailable',
    retryable: true,
    hint: /press the button/,
  });
  service.pressButton(bench.nowMs);
  bench.nowMs += 30_000;
  await t.rejects(reader.read(signal), { code: 'source_unavailable' }, 'it was pressed too long ago');
  service.pressButton(bench.nowMs);
  bench.nowMs += 29_000;
  bench.takePaths();
  t.ok(valueOf(await reader.read(signal), 'grid_power_w'));
  t.strictSame(bench.takePaths(), ['/api/user', '/api', '/api/measurement']);
  t.strictSame([...service.users.keys()], ['local/egw-source-1']);

  const next = homewizardP1.open({ ...defaults }, bench.ports);
  t.ok(valueOf(await next.read(signal), 'grid_power_w'), 'a restart goes on with it');
  t.strictSame(bench.takePaths(), ['/api', '/api/measurement']);
});

t.test('a token goes to its device by https only, and into no error', async (t) => {
  const { bench, service } = await paired();
  const [token = ''] = service.users.values();
  const carries = ({ headers = {} }: HttpRequest): boolean => JSON.stringify(headers).includes(token);
  t.ok(bench.requests.some(carries));
  t.ok(bench.requests.filter(carries).every(({ url }) => url.startsWith('https://p1meter-0a1b2c.local/')));
  bench.takePaths();
  const moved = homewizardP1.open({ ...defaults, host: '192.168.1.66' }, bench.ports);
  await moved.read(signal);
  t.notOk(bench.requests.some(carries), 'another address may be another device');
  bench.requests.splice(0);
  const plain = homewizardP1.open({ ...defaults, host: 'http://p1meter-0a1b2c.local', token }, bench.ports);
  await plain.read(signal);
  t.notOk(bench.requests.some(carries), 'http is for API v1, unless v2 was said');

  bench.trouble = () => jsonAnswer(500, { error: `no ${token}` });
  const reader = homewizardP1.open({ ...defaults, token }, bench.ports);
  const error: unknown = await reader.read(signal).catch((failure: unknown) => failure);
  t.match(error, { code: 'source_unavailable' });
  t.notOk(`${String(error)} ${JSON.stringify(error)}`.includes(token));
});

t.test('API v2 without a token asks for nobody’s button', async (t) => {
  const { bench, reader } = opened({ api: 'v2' });
  await t.rejects(reader.read(signal), { code: 'source_refused', retryable: false, hint: /pair/ });
  t.strictSame(bench.requests, []);
});

t.test('a token that was taken back is forgotten, and pairing begins again', async (t) => {
  const { service, bench, reader } = await paired();
  service.users.clear();
  bench.nowMs += 60_000;
  await t.rejects(reader.read(signal), { code: 'source_refused', hint: /token/ });
  await t.rejects(reader.read(signal), { code: 'source_unavailable', hint: /button/ });
  service.pressButton(bench.nowMs);
  t.ok(valueOf(await reader.read(signal), 'grid_power_w'));

  service.users.clear();
  const fixed = homewizardP1.open({ ...defaults, token: 'A'.repeat(32), pair: true }, bench.ports);
  await t.rejects(fixed.read(signal), { code: 'source_refused' });
  await t.rejects(fixed.read(signal), { code: 'source_refused' }, 'a configured one stays');
});

t.test('a token that is none is not kept', async (t) => {
  const { bench, reader } = opened({ pair: true });
  for (const body of [{ token: 'a b' }, { token: 7 }, {}, []]) {
    bench.trouble = ({ method }) => (method === 'POST' ? jsonAnswer(200, body) : undefined);
    await t.rejects(reader.read(signal), { code: 'answer_invalid' }, JSON.stringify(body));
  }
  t.equal(bench.kept.size, 0);
});

t.test('a meter whose time stands still for five minutes has lost its cable', async (t) => {
  const { bench, reader } = await paired();
  const stuck = await frozenMeasurement(bench, reader);
  bench.trouble = ({ url }) => (url.endsWith('/measurement') ? stuck : undefined);
  bench.nowMs += 10_000;
  await reader.read(signal);
  bench.nowMs += 290_000;
  await reader.read(signal);
  bench.nowMs += 11_000;
  await t.rejects(reader.read(signal), { code: 'source_unavailable', hint: /cable/ });
  bench.trouble = () => undefined;
  await reader.read(signal);
});

t.test(
  'API v1 that repeats itself is asked for its telegram, which tells a quiet house from a lost cable',
  async (t) => {
    const { bench, reader } = opened();
    await reader.read(signal);
    const data = await stored(bench, '/api/v1/data');
    bench.trouble = ({ url }) => (url.endsWith('/data') ? data : undefined);
    const readAfter = async (ms: number): Promise<readonly string[]> => {
      bench.nowMs += ms;
      bench.takePaths();
      await reader.read(signal);
      return bench.takePaths();
    };
    t.strictSame(await readAfter(0), ['/api/v1/data']);
    t.strictSame(await readAfter(301_000), ['/api/v1/data', '/api/v1/telegram']);
    t.strictSame(await readAfter(301_000), ['/api/v1/data', '/api/v1/telegram'], 'the house is quiet');
    const telegram = await stored(bench, '/api/v1/telegram');
    bench.trouble = ({ url }) => (url.endsWith('/data') ? data : telegram);
    await readAfter(1_000);
    await t.rejects(readAfter(301_000), { code: 'source_unavailable', hint: /cable/ });
    bench.trouble = ({ url }) => {
      if (url.endsWith('/data')) return data;
      return url.endsWith('/telegram') ? { status: 404, body: '' } : undefined;
    };
    await readAfter(301_000);
    await readAfter(301_000);
  },
);

async function stored(bench: SourceBench, path: string) {
  const request = { url: `http://p1meter-0a1b2c.local${path}`, reach: 'home' } as const;
  const { body } = await bench.ports.http.request(request, signal);
  return { status: 200, body: Buffer.from(body).toString('latin1') };
}

async function frozenMeasurement(bench: SourceBench, reader: SourceReader) {
  await reader.read(signal);
  const { headers = {} } = bench.requests.at(-1) ?? {};
  const answer = await bench.ports.http.request(
    { url: 'https://p1meter-0a1b2c.local/api/measurement', headers, reach: 'home' },
    signal,
  );
  return { status: 200, body: Buffer.from(answer.body).toString() };
}

t.test('a certificate is judged as its owner says', async (t) => {
  const tlsOf = async (options: OptionValues) => {
    const { bench, reader } = opened({ token: 'A'.repeat(32), ...options });
    await reader.read(signal).catch(() => undefined);
    return bench.requests[0]?.tls;
  };
  t.strictSame(await tlsOf({}), {});
  t.strictSame(await tlsOf({ acceptAnyCertificate: true }), { acceptAny: true });
  const fingerprint = 'AB:'.repeat(31) + 'AB';
  t.strictSame(await tlsOf({ certificateFingerprint: fingerprint, acceptAnyCertificate: true }), {
    fingerprint: 'ab'.repeat(32),
  });
  t.strictSame(await tlsOf({ certificateAuthority: 'PEM', certificateName: 'appliance/p1dongle/1' }), {
    authorities: 'PEM',
    serverName: 'appliance/p1dongle/1',
  });
});

t.test('a host is a name, an address or where its API begins', (t) => {
  t.equal(homewizardP1.lane({ host: 'p1.local:8080' }), 'p1.local:8080');
  t.equal(homewizardP1.lane({ host: 'http://p1.local./api/v1/data' }), 'p1.local.');
  for (const host of ['', 'http://', 'a b', 'user@p1', 'ftp://p1', 'p1?x=1', 'p1:99999'])
    t.throws(() => homewizardP1.lane({ host }), { code: 'config_invalid', facts: { option: 'host' } }, host);
  t.end();
});

t.test('whoever asks for it pairs without a setting, and the token is used from then on', async (t) => {
  const { service, bench, reader } = opened();
  t.ok(valueOf(await reader.read(signal), 'grid_power_w'), 'by API v1 so far');
  t.equal(await reader.pair?.(signal), false);
  service.pressButton(bench.nowMs);
  t.equal(await reader.pair?.(signal), true);
  bench.takePaths();
  await reader.read(signal);
  t.strictSame(bench.takePaths(), ['/api/measurement']);
  const [token = ''] = service.users.values();
  t.ok(bench.kept.get('source-1:homewizard')?.endsWith(token));
});

t.test('pairing that would be of no use is refused', async (t) => {
  const cases: readonly OptionValues[] = [{ api: 'v1' }, { host: 'http://p1' }, { token: 'A'.repeat(32) }];
  for (const options of cases) {
    const { bench, reader } = opened(options);
    await t.rejects(
      async () => {
        await reader.pair?.(signal);
      },
      { code: 'config_invalid', hint: /./ },
    );
    t.strictSame(bench.requests, []);
  }
});
