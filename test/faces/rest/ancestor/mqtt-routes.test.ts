import t from 'tap';
import { ancestorBench } from './ancestor-bench.ts';

const sink = { kind: 'mqtt', title: 'MQTT broker', state: 'up', written: 199, refused: 1 };
const uplink = { kind: 'mqtt', title: 'MQTT', state: 'down', acknowledged: 0 };

t.test('of several brokers the one in the earlier form is told, then a sink, then an uplink', async (t) => {
  const status = async (sinks: readonly object[], uplinks: readonly object[]): Promise<unknown> => {
    const answers = { 'sink.list': () => ({ sinks }), 'uplink.list': () => ({ uplinks }) };
    return (await (await ancestorBench(t, { answers })).ask('GET', '/api/mqtt_status')).body;
  };
  const facts = {
    connected: true,
    device_serial: /^[0-9a-f]{18}$/,
    wallet_address: null,
    broker: 'MQTT broker',
    publish_count: 199,
    publish_errors: 1,
    success_rate: 99.5,
    topic_publish_counts: {},
  };
  t.match(await status([{ ...sink, kind: 'csv', title: 'CSV' }, sink], [uplink]), facts);
  const earlier = { ...sink, kind: 'srcful-mqtt', title: 'Srcful', written: 0, refused: 0 };
  t.match(await status([sink, earlier], []), { broker: 'Srcful', success_rate: null });
  t.match(await status([], [{ ...uplink, kind: 'http' }, uplink]), { broker: 'MQTT', connected: false });
  t.same(await status([], [{ ...uplink, kind: 'http' }]), {
    error: 'MQTT service not initialized',
    connected: false,
  });
});
