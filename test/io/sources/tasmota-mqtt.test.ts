import { connectAsync, type MqttClient } from 'mqtt';
import t, { type Test } from 'tap';
import { describeError, GatewayError } from '../../../gateway/core/errors.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import type { SourceAnswer, SourceReader } from '../../../gateway/io/sources/source.ts';
import { tasmota } from '../../../gateway/io/sources/tasmota.ts';
import { tasmotaMqtt } from '../../../gateway/io/sources/tasmota-mqtt.ts';
import { TasmotaMqttClient } from '../../../modbus-sim/services/tasmota-mqtt-client.ts';
import { TasmotaMqtt } from '../../../modbus-sim/services/tasmota-mqtt.ts';
import { TasmotaService, type TasmotaOptions } from '../../../modbus-sim/services/tasmota-service.ts';
import { loopbackNetwork } from '../loopback-network.ts';
import { mosquittoMissing, startMosquitto } from '../mqtt/mosquitto.ts';
import { SourceBench, valueOf } from './source-bench.ts';

const startMs = Date.UTC(2026, 0, 14, 17, 0);
const topic = 'tasmota_1A2B3C';
const never = new AbortController().signal;
/** Patience with messages that are on their way. */
const turnsMax = 200;

interface Home {
  readonly service: TasmotaService;
  readonly bench: SourceBench;
  readonly reader: SourceReader;
  /** Somebody else at the broker. */
  readonly other: MqttClient;
  connectPlug(): Promise<TasmotaMqttClient>;
}

async function home(
  t: Test,
  port: number,
  given: { plug?: Partial<TasmotaOptions>; fullTopic?: string; options?: OptionValues } = {},
): Promise<Home> {
  const service = new TasmotaService({ startMs, powerW: () => [812], totalWh: 412_957, ...given.plug });
  const bench = new SourceBench(service, startMs);
  const { fullTopic = '%prefix%/%topic%/' } = given;
  const options = { host: '127.0.0.1', port, tls: 'off', topic, fullTopic, ...given.options };
  const reader = tasmotaMqtt.open(options, { ...bench.ports, network: loopbackNetwork });
  t.teardown(() => reader.close?.());
  const other = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  other.on('error', () => undefined);
  t.teardown(() => other.endAsync(true));
  const plug = new TasmotaMqtt(service, { topic, fullTopic });
  return {
    service,
    bench,
    reader,
    other,
    connectPlug: async () => {
      const connected = await TasmotaMqttClient.connect({
        plug,
        brokerUrl: `mqtt://127.0.0.1:${port}`,
        nowMs: () => bench.nowMs,
      });
      t.teardown(() => connected.close());
      return connected;
    },
  };
}

/** Reads again, each time after a word with the broker, until it is so: what was said may still be on its way. */
async function readUntil(
  isSo: (outcome: SourceAnswer | GatewayError) => boolean,
  other: MqttClient,
  read: () => Promise<SourceAnswer>,
): Promise<SourceAnswer | GatewayError> {
  for (let turn = 0; turn < turnsMax; turn += 1) {
    await other.publishAsync('elsewhere', '', { qos: 1 });
    const outcome = await read().catch((error: unknown) => {
      if (error instanceof GatewayError) return error;
      throw error;
    });
    if (isSo(outcome)) return outcome;
  }
  throw new Error('it never was');
}

function isAnswer(outcome: SourceAnswer | GatewayError): outcome is SourceAnswer {
  return !(outcome instanceof GatewayError);
}

t.test('a plug says over MQTT what it says over HTTP', { skip: mosquittoMissing }, async (t) => {
  const { port } = await startMosquitto(t);
  const { bench, reader, connectPlug } = await home(t, port, {
    plug: {
      relays: 2,
      powerW: () => [120, 0, 431],
      sensors: () => ({ DS18B20: { Id: '0000055A2B3C', Temperature: 19.7 } }),
    },
  });
  await connectPlug();
  bench.nowMs += 3_600_000;
  const answer = await reader.read(never);
  const overHttp = await tasmota.open({ url: 'http://192.168.1.60', user: 'admin' }, bench.ports).read(never);
  t.same(answer, overHttp);
  t.equal(valueOf(answer, 'load_power_w')?.value, 551, 'the sum of its channels');
  t.equal(valueOf(answer, 'load_power_l3_w')?.value, 431);
  t.same(
    answer.values.filter(({ quantity }) => quantity === 'relay_on').map(({ part }) => part),
    ['relay-1', 'relay-2'],
  );
  t.match(
    answer.values.find(({ quantity }) => quantity === 'temperature_c'),
    { part: 'ds18b20-0000055a2b3c', value: 19.7 },
  );
});

t.test(
  'what it says by itself is taken, with its age, and it is not asked',
  { skip: mosquittoMissing },
  async (t) => {
    const { port } = await startMosquitto(t);
    const { bench, reader, connectPlug, other } = await home(t, port);
    const plug = await connectPlug();
    let asked = 0;
    await other.subscribeAsync('cmnd/#', { qos: 1 });
    other.on('message', () => (asked += 1));
    await reader.read(never);
    const isTold = (outcome: SourceAnswer | GatewayError): boolean =>
      isAnswer(outcome) && outcome.values.some(({ ageMs }) => ageMs !== undefined);
    const told = await readUntil(isTold, other, async () => {
      await plug.sayTelemetry();
      bench.nowMs += 4_000;
      return await reader.read(never);
    });
    t.ok(asked >= 1);
    if (!isAnswer(told)) return;
    t.match(valueOf(told, 'load_power_w') ?? valueOf(told, 'relay_on'), { ageMs: 4_000 });
    t.same(
      told.texts.filter(({ quantity }) => quantity === 'Time'),
      [],
    );
  },
);

t.test(
  'what the broker has kept is of some unknown time, and is not taken',
  { skip: mosquittoMissing },
  async (t) => {
    const { port } = await startMosquitto(t);
    const { reader, connectPlug, other } = await home(t, port);
    await connectPlug();
    const old = JSON.stringify({ Time: '2026-01-01T00:00:00', ENERGY: { Power: 9_999, Total: 1 } });
    const oldStatus = JSON.stringify({ StatusSNS: JSON.parse(old) as unknown, StatusSTS: { POWER: 'OFF' } });
    await other.publishAsync(`tele/${topic}/SENSOR`, old, { qos: 1, retain: true });
    await other.publishAsync(`stat/${topic}/STATUS10`, oldStatus, { qos: 1, retain: true });
    const answer = await reader.read(never);
    t.equal(valueOf(answer, 'load_power_w')?.value, 812);
    t.equal(valueOf(answer, 'dropped_messages'), undefined);
  },
);

t.test(
  'its last will is told at once, and it is read again when it is back',
  { skip: mosquittoMissing },
  async (t) => {
    const { port } = await startMosquitto(t);
    const { reader, connectPlug, other } = await home(t, port);
    await other.publishAsync(`tele/${topic}/LWT`, 'Offline', { qos: 1, retain: true });
    await t.rejects(reader.read(never), { code: 'source_unavailable', message: /offline/, hint: /Wi-Fi/ });
    await t.rejects(reader.read(never), { code: 'source_unavailable' }, 'and it is not waited for');
    const plug = await connectPlug();
    await readUntil(isAnswer, other, () => reader.read(never));
    plug.vanish();
    const gone = await readUntil(
      (outcome) => !isAnswer(outcome),
      other,
      () => reader.read(never),
    );
    t.match(gone, { code: 'source_unavailable', message: /offline/ });
  },
);

t.test('a broker that starts anew is connected to anew', { skip: mosquittoMissing }, async (t) => {
  const { port, kill } = await startMosquitto(t);
  const { reader, connectPlug } = await home(t, port);
  await connectPlug();
  await reader.read(never);
  await kill();
  await t.rejects(reader.read(never), { code: /^connection_/ });
  await startMosquitto(t, ['allow_anonymous true'], {}, port);
  await connectPlug();
  t.equal(valueOf(await reader.read(never), 'load_power_w')?.value, 812);
});

t.test('a wrong password is said to be wrong, and is not shown', { skip: mosquittoMissing }, async (t) => {
  const { port } = await startMosquitto(t, ['allow_anonymous false', 'password_file %DIR%/users'], {
    users: '',
  });
  const bench = new SourceBench(new TasmotaService({ startMs }), startMs);
  const password = 'secret-9c1e';
  const options = {
    host: '127.0.0.1',
    port,
    tls: 'off',
    topic,
    fullTopic: '%prefix%/%topic%/',
    user: 'a',
    password,
  };
  const reader = tasmotaMqtt.open(options, { ...bench.ports, network: loopbackNetwork });
  const error: unknown = await reader.read(never).catch((error: unknown) => error);
  t.match(error, { code: 'source_refused', hint: /password/ });
  t.notMatch(describeError(error), password);
});

t.test('what is none of Tasmota’s is dropped and counted', { skip: mosquittoMissing }, async (t) => {
  const { port } = await startMosquitto(t);
  const { bench, reader, connectPlug, other } = await home(t, port);
  await connectPlug();
  await reader.read(never);
  const garbage: readonly (readonly [string, string])[] = [
    ['SENSOR', '{"Time":"2026-01-14T18:15:02","ENERGY":{"Power":8'],
    ['SENSOR', '[1,2]'],
    ['SENSOR', ''],
    ['SENSOR', '{"power":9999}'],
    ['SENSOR', '{"Time":"2026-01-14T18:15:02","ENERGY":{"Power":"much"}}'],
    ['STATE', JSON.stringify({ Time: 'now', POWER: 'x'.repeat(100_000) })],
    [
      'STATE',
      '{"Time":"now","a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}}}}}}}}}',
    ],
  ];
  for (const [name, payload] of garbage)
    await other.publishAsync(`tele/${topic}/${name}`, payload, { qos: 1 });
  const answer = await readUntil(
    (outcome) => isAnswer(outcome) && valueOf(outcome, 'dropped_messages')?.value === garbage.length,
    other,
    () => reader.read(never),
  );
  t.ok(isAnswer(answer) && valueOf(answer, 'load_power_w')?.value === 812, 'and the plug is read');
  t.match(bench.warnings[0], /dropped/);
});

t.test(
  'one that does not answer is waited for no longer than told',
  { skip: mosquittoMissing },
  async (t) => {
    const { port } = await startMosquitto(t);
    const { reader, other } = await home(t, port);
    const abort = new AbortController();
    await other.subscribeAsync(`cmnd/${topic}/STATUS`, { qos: 1 });
    other.on('message', () => abort.abort());
    await t.rejects(reader.read(abort.signal), { code: 'source_unavailable', hint: /fullTopic/ });
  },
);

t.test('the device’s own order of topics is kept to', { skip: mosquittoMissing }, async (t) => {
  const { port } = await startMosquitto(t);
  const { reader, connectPlug } = await home(t, port, { fullTopic: 'house/%topic%/%prefix%/' });
  await connectPlug();
  t.equal(valueOf(await reader.read(never), 'load_power_w')?.value, 812);
});

t.test('plugs of one broker are asked side by side, and a silent one has its own hint', (t) => {
  t.match(tasmotaMqtt.lateHint, /topic/);
  const lane = (topic: string): string => tasmotaMqtt.lane({ host: 'broker', port: 1883, topic });
  t.not(lane('a'), lane('b'));
  t.equal(lane('a'), lane('a/'));
  t.end();
});
