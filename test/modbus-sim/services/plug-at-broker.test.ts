import { connectAsync } from 'mqtt';
import t from 'tap';
import { startPlugAtBroker } from '../../../modbus-sim/services/plug-at-broker.ts';
import { SimulatorError } from '../../../modbus-sim/simulator-error.ts';
import { mosquittoMissing, startMosquitto } from '../../io/mqtt/mosquitto.ts';

const startMs = Date.UTC(2026, 0, 14, 17, 0);

t.test(
  'a plug says its telemetry at the start of each of its periods',
  { skip: mosquittoMissing },
  async (t) => {
    const { port } = await startMosquitto(t);
    const listener = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    t.teardown(() => listener.endAsync(true));
    const heard: string[] = [];
    let next = Promise.withResolvers<undefined>();
    listener.on('message', (topic) => {
      heard.push(topic);
      if (topic.endsWith('SENSOR')) next.resolve(undefined);
    });
    await listener.subscribeAsync('#', { qos: 1 });
    let nowMs = startMs;
    const plug = await startPlugAtBroker(`mqtt://127.0.0.1:${port}`, { startMs, nowMs: () => nowMs });
    t.same(plug.settings, { host: '127.0.0.1', port, topic: 'tasmota_4F5A6B' });
    for (let period = 0; period < 2; period += 1) {
      next = Promise.withResolvers<undefined>();
      plug.beat();
      plug.beat();
      await next.promise;
      nowMs += 300_000;
    }
    await plug.close();
    t.same(
      heard,
      ['LWT', 'STATE', 'SENSOR', 'STATE', 'SENSOR'].map((name) => `tele/tasmota_4F5A6B/${name}`),
    );
  },
);

t.test('a broker that is none is said in one line', async (t) => {
  const clock = { startMs, nowMs: () => startMs };
  for (const url of ['127.0.0.1', 'http://127.0.0.1', 'mqtt://'])
    await t.rejects(startPlugAtBroker(url, clock), SimulatorError);
  await t.rejects(startPlugAtBroker('mqtt://127.0.0.1:1', clock), { message: /^--broker: .*ECONNREFUSED/ });
});
