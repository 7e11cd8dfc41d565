import { connect, type MqttClient } from 'mqtt';
import t, { type Test } from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { mqtt } from '../../../gateway/io/sinks/mqtt.ts';
import type { Sink, SinkBatch, SinkRow } from '../../../gateway/io/sinks/sink.ts';
import { loopbackNetwork } from '../loopback-network.ts';
import { mosquittoMissing, startMosquitto } from '../mqtt/mosquitto.ts';
import { sinkPorts } from './sink-ports.ts';

const never = new AbortController().signal;

async function open(t: Test, port: number, more: OptionValues = {}): Promise<Sink> {
  const options = { host: '127.0.0.1', port, tls: 'off', isRetained: true, expireAfterS: 900, ...more };
  const sink = await mqtt.open(options, sinkPorts({ network: loopbackNetwork }), never);
  t.teardown(() => sink.close());
  return sink;
}

/** Everything that the broker tells somebody else, from now on. */
class Listener {
  readonly client: MqttClient;
  readonly #come: [string, string][] = [];
  readonly #waiting: ((message: [string, string]) => void)[] = [];

  private constructor(client: MqttClient) {
    this.client = client;
    client.on('message', (topic, payload) => {
      const message: [string, string] = [topic, payload.toString()];
      const first = this.#waiting.shift();
      if (first === undefined) this.#come.push(message);
      else first(message);
    });
  }

  static async open(t: Test, port: number): Promise<Listener> {
    const client = connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    const listener = new Listener(client);
    await new Promise<unknown>((resolve) => client.once('connect', resolve));
    t.teardown(() => client.end(true));
    await client.subscribeAsync('#', { qos: 1 });
    return listener;
  }

  async next(): Promise<[string, string]> {
    return this.#come.shift() ?? (await new Promise((resolve) => this.#waiting.push(resolve)));
  }

  /** So many, by topic. */
  async take(count: number): Promise<Record<string, string>> {
    const messages: [string, string][] = [];
    while (messages.length < count) messages.push(await this.next());
    return Object.fromEntries(messages);
  }
}

const row: SinkRow = {
  device: 'meter',
  quantity: 'grid_power_w',
  unit: 'W',
  atMs: 1_768_410_902_000,
  value: -412.5,
  quality: 'good',
};

function batchOf(rows: readonly SinkRow[], more: Partial<SinkBatch> = {}): SinkBatch {
  return { rows, texts: [], isLive: true, ...more };
}

t.test(
  'the newest of each series is said once, and the past is taken in silence',
  { skip: mosquittoMissing },
  async (t) => {
    const { port } = await startMosquitto(t);
    const listener = await Listener.open(t, port);
    const sink = await open(t, port, { discovery: false });
    t.same(await listener.next(), ['egw/home/status', 'online']);
    const newer = { ...row, atMs: row.atMs + 5, value: 7 };
    t.same(await sink.write(batchOf([newer, row]), never), []);
    const [topic, payload] = await listener.next();
    t.equal(topic, 'egw/home/meter/grid_power_w');
    t.same(JSON.parse(payload), { value: 7, unit: 'W', at: '2026-01-14T17:15:02.005Z', quality: 'good' });
    t.same(
      await sink.write(batchOf([{ ...row, atMs: row.atMs + 7, value: 3 }], { isLive: false }), never),
      [],
    );
    t.same(await sink.write(batchOf([row]), never), [], 'which is older than what was said');
    const missing: SinkRow = { ...row, atMs: row.atMs + 9, value: null, quality: 'missing' };
    const text = { device: 'meter', quantity: 'wifi.ssid', atMs: 5, text: 'näst' };
    await sink.write(batchOf([missing], { texts: [text] }), never);
    const said = await listener.take(2);
    t.match(JSON.parse(said['egw/home/meter/grid_power_w'] ?? ''), { value: null, quality: 'missing' });
    t.same(JSON.parse(said['egw/home/meter/wifi.ssid'] ?? ''), {
      text: 'näst',
      at: '1970-01-01T00:00:00.005Z',
    });
    await sink.close();
    t.same(await listener.next(), ['egw/home/status', 'offline']);
  },
);

t.test('a plain value stands alone, and None where there is none', { skip: mosquittoMissing }, async (t) => {
  const { port } = await startMosquitto(t);
  const listener = await Listener.open(t, port);
  const sink = await open(t, port, { discovery: false, format: 'plain', baseTopic: 'house/energy' });
  await listener.next();
  const other: SinkRow = { ...row, quantity: 'pv_power_w', value: null, quality: 'missing' };
  await sink.write(
    batchOf([row, other], { texts: [{ device: 'a', quantity: 'b', atMs: 1, text: '' }] }),
    never,
  );
  t.same(await listener.take(3), {
    'house/energy/home/meter/grid_power_w': '-412.5',
    'house/energy/home/meter/pv_power_w': 'None',
    'house/energy/home/a/b': 'None',
  });
});

t.test(
  'Home Assistant is told of a device, of what is new, and again when it starts',
  { skip: mosquittoMissing },
  async (t) => {
    const { port } = await startMosquitto(t);
    const listener = await Listener.open(t, port);
    const sink = await open(t, port);
    await listener.next();
    await sink.write(batchOf([row]), never);
    const [topic, first] = await listener.next();
    t.match(topic, /^homeassistant\/device\/egw_home_meter_[0-9a-f]{8}\/config$/, 'before the value');
    const parts = (payload: string) =>
      Object.values((JSON.parse(payload) as { cmps: object }).cmps) as object[];
    t.equal(parts(first).length, 1);
    await listener.next();
    await sink.write(batchOf([{ ...row, atMs: row.atMs + 1 }]), never);
    t.match(await listener.next(), [/grid_power_w$/], 'it knows');
    await sink.write(batchOf([{ ...row, quantity: 'pv_power_w' }]), never);
    const [, second] = await listener.next();
    t.match(parts(second), [{ stat_t: /grid_power_w$/ }, { stat_t: /pv_power_w$/ }]);
    await listener.next();
    await listener.client.publishAsync('homeassistant/status', 'online', { qos: 1 });
    await listener.next();
    // The broker tells the sink before it tells of what the sink says next.
    await sink.write(batchOf([{ ...row, atMs: row.atMs + 2 }]), never);
    const [again] = await listener.next();
    if (again === topic) t.pass('told again at once');
    else {
      await sink.write(batchOf([{ ...row, atMs: row.atMs + 3 }]), never);
      t.equal((await listener.next())[0], topic);
    }
  },
);

t.test(
  'after the broker was away the sink is there again, with all it needs',
  { skip: mosquittoMissing },
  async (t) => {
    const { port, kill } = await startMosquitto(t);
    const sink = await open(t, port);
    await sink.write(batchOf([row]), never);
    await kill();
    const next = batchOf([{ ...row, atMs: row.atMs + 1 }]);
    await t.rejects(sink.write(next, never), { code: /^connection_/ });
    await startMosquitto(t, ['allow_anonymous true'], {}, port);
    t.same(await sink.write(next, never), []);
    const late = await Listener.open(t, port);
    const kept = await late.take(3);
    t.equal(kept['egw/home/status'], 'online');
    t.match(kept['egw/home/meter/grid_power_w'], /-412\.5/);
    t.ok(Object.keys(kept).some((topic) => topic.startsWith('homeassistant/device/')));
  },
);

t.test('a thousand series go in one batch', { skip: mosquittoMissing }, async (t) => {
  const { port } = await startMosquitto(t);
  const sink = await open(t, port);
  const rows = Array.from({ length: 1_000 }, (_, index) => ({ ...row, quantity: `value[${index}]` }));
  t.same(await sink.write(batchOf(rows), never), []);
  const late = await Listener.open(t, port);
  t.equal(Object.keys(await late.take(1_002)).length, 1_002);
});

t.test('a broker that is not there is an error of the first connection', async (t) => {
  await t.rejects(
    mqtt.open({ host: '127.0.0.1', port: 1, tls: 'off' }, sinkPorts({ network: loopbackNetwork }), never),
    { code: 'connection_refused' },
  );
});
