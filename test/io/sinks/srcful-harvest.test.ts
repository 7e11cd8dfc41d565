import t from 'tap';
import { createIdentity } from '../../../gateway/features/identity/create-identity.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { srcfulHarvest } from '../../../gateway/io/sinks/srcful-harvest.ts';
import type { Sink, SinkPorts, SinkRow } from '../../../gateway/io/sinks/sink.ts';
import { createSimulatedSigner } from '../../../sim/simulated-signer.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { HarvestStub } from './harvest-stub.ts';
import { sinkPorts } from './sink-ports.ts';

const never = new AbortController().signal;
const identity = createIdentity(createSimulatedSigner(), new SimulatedClock(0));
const url = 'https://mainnet.example/gw/data/';
const atMs = 1_755_701_251_122;

async function open(
  stub: HarvestStub,
  values: OptionValues = {},
  ports: Partial<SinkPorts> = {},
): Promise<Sink> {
  const http = {
    request: async (request: Parameters<HarvestStub['request']>[0]) => await stub.request(request),
  };
  return await srcfulHarvest.open({ url, ...values }, sinkPorts({ http, identity, ...ports }), never);
}

function row(quantity: string, value: number | null, more: Partial<SinkRow> = {}): SinkRow {
  return {
    device: 'roof',
    quantity,
    unit: '',
    atMs,
    value,
    quality: value === null ? 'missing' : 'good',
    ...more,
  };
}

t.test(
  'each device has a token of its own, with the ancestor’s header and nothing but what was read',
  async (t) => {
    const stub = new HarvestStub(identity);
    const aboutDevice: SinkPorts['aboutDevice'] = (device) =>
      device === 'roof' ? { serialNumber: 'A2190904', model: 'SH10RT', maker: 'Sungrow' } : {};
    const sink = await open(stub, {}, { aboutDevice });
    const rows = [
      row('pv_power_w', 4_200),
      row('grid_power_w', null),
      row('pv_power_w', 4_100, { atMs: atMs + 1_000, quality: 'suspect' }),
      row('grid_power_w', -5, { device: 'p1' }),
    ];
    const texts = [{ device: 'roof', quantity: 'state', atMs, text: 'running' }];
    t.same(await sink.write({ rows, texts, isLive: true }, never), []);
    const common = { alg: 'EdDSA', typ: 'JWT', device: identity.serial, opr: 'production' };
    t.same(stub.headers, [
      { ...common, model: 'sh10rt', dtype: 'egw_json', sn: 'A2190904' },
      { ...common, model: 'p1', dtype: 'egw_json', sn: 'p1' },
    ]);
    t.same(
      [...stub.points],
      [
        [`A2190904 pv_power_w ${atMs}`, 4_200],
        [`A2190904 state ${atMs}`, 'running'],
        [`A2190904 pv_power_w ${atMs + 1_000}`, 4_100],
        [`A2190904 quality ${atMs + 1_000}`, { pv_power_w: 'suspect' }],
        [`p1 grid_power_w ${atMs}`, -5],
      ],
    );
    t.match(stub.requests[0], { url, method: 'POST', reach: 'internet' });
    const [, claims = ''] = String(stub.requests[1]?.body).split('.');
    t.equal(Buffer.from(claims, 'base64url').toString(), `{"${atMs}":{"grid_power_w":-5}}`, 'no iat, no exp');
  },
);

t.test('SunSpec’s points are integers with powers of ten', async (t) => {
  const stub = new HarvestStub(identity);
  const sink = await open(stub, { form: 'sunspec_json' });
  const rows = [
    row('grid_frequency_hz', 50.004),
    row('inverter_power_w', 123_456),
    row('pv_power_w', 4_200.4),
    row('battery_soc_pct', 57),
    row('water_m3', 3, { device: 'water' }),
  ];
  await sink.write({ rows, texts: [], isLive: true }, never);
  t.same(Object.fromEntries([...stub.points].map(([key, value]) => [key.split(' ')[1], value])), {
    Hz: 5_000,
    Hz_SF: -2,
    W: 12_346,
    W_SF: 1,
    DCW: 4_200,
    DCW_SF: 0,
    SoC: 57,
    SoC_SF: 0,
  });
  t.equal(stub.headers.length, 1, 'a device without any of them is not posted');
});

t.test('what is too large goes in halves, and twice is as once', async (t) => {
  const stub = new HarvestStub(identity);
  stub.instantsMax = 2;
  const sink = await open(stub);
  const rows = Array.from({ length: 7 }, (_, index) => row('pv_power_w', index, { atMs: atMs + index }));
  await sink.write({ rows, texts: [], isLive: false }, never);
  await sink.write({ rows, texts: [], isLive: false }, never);
  t.same([...stub.points.values()], [0, 1, 2, 3, 4, 5, 6]);
  stub.instantsMax = 0;
  await t.rejects(sink.write({ rows, texts: [], isLive: true }, never), { code: 'sink_refused' });
});

t.test('every answer but 2xx keeps the batch', async (t) => {
  const cases: readonly (readonly [number, string, Record<string, string>, object])[] = [
    [301, 'sink_refused', {}, { status: 301 }],
    [400, 'sink_refused', {}, { status: 400 }],
    [401, 'sink_refused', {}, { status: 401 }],
    [404, 'sink_refused', {}, { status: 404 }],
    [408, 'sink_unavailable', {}, {}],
    [429, 'rate_limited', { 'retry-after': '7' }, { retryAfterMs: 7_000 }],
    [503, 'sink_unavailable', { 'retry-after': '2' }, { retryAfterMs: 2_000 }],
    [502, 'sink_unavailable', {}, {}],
  ];
  for (const [status, code, headers, facts] of cases) {
    const stub = new HarvestStub(identity);
    stub.status = status;
    stub.answerHeaders = headers;
    const sink = await open(stub);
    const write = sink.write({ rows: [row('pv_power_w', 1)], texts: [], isLive: true }, never);
    await t.rejects(write, { code, facts }, String(status));
  }
});

t.test('an unsigned gateway is told so, and plain HTTP stays at home', async (t) => {
  const stub = new HarvestStub(identity);
  const unsigned = { ...identity, algorithm: 'none' } as const;
  await t.rejects(open(stub, {}, { identity: unsigned }), { code: 'sink_refused', hint: /identity\.signer/ });
  const sink = await open(stub, { url: 'http://192.168.1.5/data' });
  await sink.write({ rows: [row('pv_power_w', 1)], texts: [], isLive: true }, never);
  t.match(stub.requests[0], { url: 'http://192.168.1.5/data', reach: 'private' });
});
