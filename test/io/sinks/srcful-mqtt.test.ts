import { once } from 'node:events';
import { connect as connectTcp, createServer, type AddressInfo } from 'node:net';
import { connect } from 'mqtt';
import t, { type Test } from 'tap';
import { createIdentity } from '../../../gateway/features/identity/create-identity.ts';
import { srcfulMqtt } from '../../../gateway/io/sinks/srcful-mqtt.ts';
import type { Sink, SinkPorts, SinkRow } from '../../../gateway/io/sinks/sink.ts';
import { createSimulatedSigner } from '../../../sim/simulated-signer.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { parsePublicKey } from '../../../gateway/features/public-key.ts';
import { loopbackNetwork } from '../loopback-network.ts';
import { mosquittoMissing, startMosquitto } from '../mqtt/mosquitto.ts';
import { sinkPorts } from './sink-ports.ts';

const never = new AbortController().signal;
const startMs = Date.UTC(2026, 5, 1);
const hourMs = 3_600_000;

interface Bench {
  readonly clock: SimulatedClock;
  readonly sink: Sink;
  /** What each CONNECT said (MQTT 3.1.1, 3.1.3). */
  readonly connects: Connect[];
  next(): Promise<readonly [string, Record<string, unknown>]>;
}

interface Connect {
  readonly clientId: string;
  readonly user: string;
  readonly password: string;
}

async function benchOf(t: Test): Promise<Bench> {
  const { port: brokerPort } = await startMosquitto(t);
  const connects: Connect[] = [];
  const port = await startEavesdropper(t, brokerPort, connects);
  const come: (readonly [string, Record<string, unknown>])[] = [];
  const waiting: ((message: (typeof come)[number]) => void)[] = [];
  const listener = connect(`mqtt://127.0.0.1:${brokerPort}`, { reconnectPeriod: 0 });
  await new Promise<unknown>((resolve) => listener.once('connect', resolve));
  t.teardown(() => listener.end(true));
  await listener.subscribeAsync('#', { qos: 1 });
  listener.on('message', (topic, payload) => {
    const message = [topic, JSON.parse(payload.toString()) as Record<string, unknown>] as const;
    const first = waiting.shift();
    if (first === undefined) come.push(message);
    else first(message);
  });
  const clock = new SimulatedClock(startMs);
  const identity = createIdentity(createSimulatedSigner(), clock);
  const aboutDevice: SinkPorts['aboutDevice'] = (device) =>
    device === 'meter' ? { serialNumber: '2311286262', maker: 'Deye' } : {};
  const ports = sinkPorts({ network: loopbackNetwork, clock, identity, aboutDevice });
  const options = { host: '127.0.0.1', port, tls: 'off', wallet: '7Np41oeY', operation: 'testing' };
  const sink = await srcfulMqtt.open(options, ports, never);
  t.teardown(() => sink.close());
  const next = async (): Promise<(typeof come)[number]> =>
    come.shift() ?? (await new Promise((resolve) => waiting.push(resolve)));
  return { clock, sink, connects, next };
}

/** Passes everything on, and reads what each session begins with. */
async function startEavesdropper(t: Test, brokerPort: number, connects: Connect[]): Promise<number> {
  const server = createServer((client) => {
    const broker = connectTcp(brokerPort, '127.0.0.1');
    client.once('data', (bytes) => connects.push(connectOf(bytes)));
    client.pipe(broker).pipe(client);
    client.on('error', () => broker.destroy());
    broker.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** After the fixed header: protocol name and level, flags, keep-alive; then the texts, each after its length. */
function connectOf(bytes: Buffer): Connect {
  let at = bytes.findIndex((byte, index) => index > 0 && byte < 0x80) + 1 + 10;
  const text = (): string => {
    const length = bytes.readUInt16BE(at);
    at += 2 + length;
    return bytes.subarray(at - length, at).toString();
  };
  return { clientId: text(), user: text(), password: text() };
}

function row(quantity: string, value: number, more: Partial<SinkRow> = {}): SinkRow {
  return { device: 'meter', quantity, unit: 'W', atMs: startMs, value, quality: 'good', ...more };
}

t.test(
  'a session is opened with a token for a password, whose dates are numbers',
  { skip: mosquittoMissing },
  async (t) => {
    const { connects } = await benchOf(t);
    const identity = createIdentity(createSimulatedSigner(), new SimulatedClock(0));
    t.match(connects, [{ clientId: identity.serial, user: '7Np41oeY' }]);
    const [head = '', claims = '', signature = ''] = connects[0]?.password.split('.') ?? [];
    t.same(decoded(head), { alg: 'EdDSA', typ: 'JWT', opr: 'testing', device: identity.serial });
    t.match(decoded(claims), { iat: startMs / 1_000, exp: startMs / 1_000 + 86_400, jti: /^[0-9a-f-]{36}$/ });
    const key = parsePublicKey(Buffer.from(identity.publicKey).toString('base64url'));
    t.ok(key.verify(Buffer.from(`${head}.${claims}`), signature));
  },
);

t.test(
  'objects go to the ancestor’s topics, also those of the past, one for each instant',
  { skip: mosquittoMissing },
  async (t) => {
    const { sink, next } = await benchOf(t);
    const { serial } = createIdentity(createSimulatedSigner(), new SimulatedClock(0));
    t.same(await sink.write({ rows: [row('grid_power_w', 1_200)], texts: [], isLive: true }, never), []);
    const topic = `telemetry/${serial}/meter/2311286262/json/v1`;
    t.same(await next(), [topic, { type: 'meter', make: 'Deye', timestamp: startMs, W: 1_200 }]);
    const past = [1, 2, 3].map((index) => row('grid_power_w', index, { atMs: startMs - index }));
    const other = row('pv_power_w', 5, { device: 'roof/1' });
    await sink.write({ rows: [...past, other, row('water_c', 9)], texts: [], isLive: false }, never);
    const messages = [await next(), await next(), await next(), await next()];
    t.same(
      messages
        .filter(([name]) => name === topic)
        .map(([, object]) => [object['timestamp'], object['W']])
        .sort(),
      [3, 2, 1].map((index) => [startMs - index, index]),
    );
    t.same(
      messages.find(([name]) => name !== topic),
      [`telemetry/${serial}/pv/roof%2F1/json/v1`, { type: 'pv', timestamp: startMs, W: -5 }],
    );
  },
);

t.test('a password is renewed before its end', { skip: mosquittoMissing }, async (t) => {
  const { clock, sink, connects, next } = await benchOf(t);
  const batch = { rows: [row('grid_power_w', 1)], texts: [], isLive: true };
  await clock.advance(22.9 * hourMs);
  await sink.write(batch, never);
  t.equal(connects.length, 1);
  await clock.advance(0.2 * hourMs);
  await sink.write(batch, never);
  t.equal(connects.length, 2);
  const [, claims = ''] = connects[1]?.password.split('.') ?? [];
  t.equal(decoded(claims)['iat'], (startMs + 23.1 * hourMs) / 1_000);
  await next();
  await next();
});

t.test('a gateway that signs nothing is told so', async (t) => {
  const identity = {
    ...createIdentity(createSimulatedSigner(), new SimulatedClock(0)),
    algorithm: 'none' as const,
  };
  await t.rejects(srcfulMqtt.open({ host: 'x', wallet: 'y' }, sinkPorts({ identity }), never), {
    code: 'sink_refused',
    hint: /identity\.signer/,
  });
});

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}
