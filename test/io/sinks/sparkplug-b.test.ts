import { connect, type MqttClient } from 'mqtt';
import t, { type Test } from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import type { Sink, SinkBatch, SinkRow } from '../../../gateway/io/sinks/sink.ts';
import { sparkplugB } from '../../../gateway/io/sinks/sparkplug-b.ts';
import { loadSparkplugCodec, type SparkplugPayload } from '../../../gateway/io/sinks/sparkplug-payload.ts';
import { loopbackNetwork } from '../loopback-network.ts';
import { mosquittoMissing, startMosquitto } from '../mqtt/mosquitto.ts';
import { sinkPorts } from './sink-ports.ts';

const codec = await loadSparkplugCodec();
const atMs = 1_768_410_902_000;
const row: SinkRow = {
  device: 'meter',
  quantity: 'grid_power_w',
  unit: 'W',
  atMs,
  value: 412.5,
  quality: 'good',
};
const skip = mosquittoMissing;

interface Heard {
  readonly topic: string;
  readonly payload: SparkplugPayload | undefined;
  readonly quality: number;
  readonly isRetained: boolean;
}

/** A host that hears everything, and can say something. */
class Host {
  readonly client: MqttClient;
  readonly #heard: Heard[] = [];
  readonly #waiting: ((heard: Heard) => void)[] = [];

  private constructor(client: MqttClient) {
    this.client = client;
    client.on('message', (topic, bytes, { qos, retain }) => {
      if (!topic.startsWith('spBv1.0/egw/') || topic.includes('/NCMD/')) return;
      const heard = {
        topic: topic.replace('spBv1.0/egw/', ''),
        payload: codec.decode(bytes),
        quality: qos,
        isRetained: retain,
      };
      const first = this.#waiting.shift();
      if (first === undefined) this.#heard.push(heard);
      else first(heard);
    });
  }

  static async open(t: Test, port: number): Promise<Host> {
    const client = connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    const host = new Host(client);
    await new Promise<unknown>((resolve) => client.once('connect', resolve));
    t.teardown(() => client.end(true));
    await client.subscribeAsync('spBv1.0/#', { qos: 1 });
    return host;
  }

  async next(): Promise<Heard> {
    return this.#heard.shift() ?? (await new Promise((resolve) => this.#waiting.push(resolve)));
  }

  async topics(count: number): Promise<readonly string[]> {
    const topics: string[] = [];
    while (topics.length < count) topics.push((await this.next()).topic);
    return topics;
  }
}

async function open(
  t: Test,
  port: number,
  more: OptionValues = {},
  signal = new AbortController().signal,
): Promise<Sink> {
  const options = { host: '127.0.0.1', port, tls: 'off', group: 'egw', ...more };
  const sink = await sparkplugB.open(options, sinkPorts({ network: loopbackNetwork }), signal);
  t.teardown(() => sink.close());
  return sink;
}

function batchOf(rows: readonly SinkRow[], more: Partial<SinkBatch> = {}): SinkBatch {
  return { rows, texts: [], isLive: true, ...more };
}

const never = new AbortController().signal;
const order = Buffer.from(
  codec.encode({
    timestamp: atMs,
    metrics: [{ name: 'Node Control/Rebirth', datatype: 11, booleanValue: true }],
  }),
);

t.test('a node is born, then its devices, and says that it goes', { skip }, async (t) => {
  const { port } = await startMosquitto(t);
  const host = await Host.open(t, port);
  const sink = await open(t, port);
  const birth = await host.next();
  t.match(birth, { topic: 'NBIRTH/home', quality: 0, isRetained: false });
  t.match(birth.payload, {
    timestamp: 60_000,
    seq: 0,
    metrics: [{ name: 'bdSeq', longValue: 0 }, { booleanValue: false }],
  });
  t.same(await sink.write(batchOf([row]), never), []);
  t.match(await host.next(), { topic: 'DBIRTH/home/meter', quality: 0, payload: { seq: 1 } });
  t.match(await host.next(), {
    topic: 'DDATA/home/meter',
    payload: { seq: 2, metrics: [{ alias: 1, doubleValue: 412.5 }] },
  });
  t.same(await sink.write(batchOf([{ ...row, atMs: 5, value: 1 }], { isLive: false }), never), []);
  t.match((await host.next()).payload?.metrics, [
    { alias: 1, timestamp: 5, isHistorical: true, doubleValue: 1 },
  ]);
  await sink.close();
  const death = await host.next();
  t.match(death, { topic: 'NDEATH/home', payload: { metrics: [{ name: 'bdSeq', longValue: 0 }] } });
  t.equal(death.payload?.seq, undefined);
});

t.test(
  'all is said anew when a host asks for it, and nothing when it asks for something else',
  { skip },
  async (t) => {
    const { port } = await startMosquitto(t);
    const host = await Host.open(t, port);
    const sink = await open(t, port);
    await sink.write(batchOf([row, { ...row, device: 'inverter' }]), never);
    t.same((await host.topics(5)).length, 5);
    const other = codec.encode({
      timestamp: atMs,
      metrics: [{ name: 'Node Control/Reboot', booleanValue: true }],
    });
    await host.client.publishAsync('spBv1.0/egw/NCMD/home', Buffer.from(other), { qos: 1 });
    await host.client.publishAsync('spBv1.0/egw/NCMD/home', 'nonsense', { qos: 1 });
    await host.client.publishAsync('spBv1.0/egw/NCMD/home', order, { qos: 1 });
    const births = [await host.next(), await host.next(), await host.next()];
    t.same(
      births.map(({ topic }) => topic),
      ['NBIRTH/home', 'DBIRTH/home/meter', 'DBIRTH/home/inverter'],
    );
    t.same(
      births.map(({ payload }) => payload?.seq),
      [0, 1, 2],
    );
    await sink.write(batchOf([row]), never);
    t.match(await host.next(), { topic: 'DDATA/home/meter', payload: { seq: 3 } });
  },
);

t.test('a broker that dies takes the session with it: the next write is born anew', { skip }, async (t) => {
  const first = await startMosquitto(t);
  const sink = await open(t, first.port);
  await sink.write(batchOf([row]), never);
  await first.kill();
  await t.rejects(sink.write(batchOf([row]), never), { code: /^connection_/ });
  await startMosquitto(t, undefined, {}, first.port);
  const host = await Host.open(t, first.port);
  await sink.write(batchOf([{ ...row, value: 7 }]), never);
  const birth = await host.next();
  // Each connecting counts, also one that nobody answered.
  t.ok((birth.payload?.metrics[0]?.longValue ?? 0) >= 1, 'another session');
  t.same(await host.topics(2), ['DBIRTH/home/meter', 'DDATA/home/meter']);
});

t.test(
  'who is cut off is declared dead by the broker, with the number of that session',
  { skip },
  async (t) => {
    const { port } = await startMosquitto(t);
    const host = await Host.open(t, port);
    await open(t, port, { clientId: 'edge' });
    await host.next();
    // Another with its name: the broker ends the older session without a goodbye.
    const other = connect(`mqtt://127.0.0.1:${port}`, { clientId: 'edge', reconnectPeriod: 0 });
    t.teardown(() => other.end(true));
    const death = await host.next();
    t.match(death, {
      topic: 'NDEATH/home',
      isRetained: false,
      payload: { metrics: [{ name: 'bdSeq', longValue: 0 }] },
    });
  },
);

t.test('nothing is said before the primary host is online, nor after it has gone', { skip }, async (t) => {
  const { port } = await startMosquitto(t);
  const host = await Host.open(t, port);
  const say = async (online: boolean, timestamp: number): Promise<unknown> =>
    host.client.publishAsync('spBv1.0/STATE/scada', JSON.stringify({ online, timestamp }), {
      qos: 1,
      retain: true,
    });
  await say(false, 1);
  await t.rejects(open(t, port, { primaryHost: 'scada' }), { code: 'sink_unavailable', message: /scada/ });
  await say(true, 2);
  const sink = await open(t, port, { primaryHost: 'scada' });
  t.match((await host.next()).topic, 'NBIRTH/home');
  await say(false, 1);
  await sink.write(batchOf([row]), never);
  t.same(
    await host.topics(2),
    ['DBIRTH/home/meter', 'DDATA/home/meter'],
    'what is older than the last word is not heard',
  );
  await say(false, 3);
  t.match((await host.next()).topic, 'NDEATH/home');
  await t.rejects(sink.write(batchOf([row]), never), { code: 'sink_unavailable' });
  await say(true, 4);
  await sink.write(batchOf([row]), never);
  t.same(await host.topics(3), ['NBIRTH/home', 'DBIRTH/home/meter', 'DDATA/home/meter']);
});
