import t from 'tap';
import type { SinkBatch, SinkRow } from '../../../gateway/io/sinks/sink.ts';
import { SparkplugNode, type SparkplugMessage } from '../../../gateway/io/sinks/sparkplug-node.ts';

const atMs = 1_768_410_902_000;
const row: SinkRow = {
  device: 'meter',
  quantity: 'grid_power_w',
  unit: 'W',
  atMs,
  value: 412.5,
  quality: 'good',
};

function batchOf(rows: readonly SinkRow[], more: Partial<SinkBatch> = {}): SinkBatch {
  return { rows, texts: [], isLive: true, ...more };
}

function bornNode(): SparkplugNode {
  const node = new SparkplugNode('egw', 'home');
  node.beginSession(atMs);
  node.births(atMs);
  return node;
}

const seqOf = ({ payload }: SparkplugMessage): number | undefined => payload.seq;
const topicOf = ({ topic }: SparkplugMessage): string => topic;

t.test(
  'a death and a birth of the node have the number of the session, which each connecting raises',
  (t) => {
    const node = new SparkplugNode('egw', 'home');
    for (let session = 0; session < 258; session += 1) {
      const death = node.beginSession(atMs);
      const [birth] = node.births(atMs);
      t.match(death, {
        topic: 'spBv1.0/egw/NDEATH/home',
        payload: { seq: undefined, metrics: [{ name: 'bdSeq', datatype: 4, longValue: session % 256 }] },
      });
      t.match(birth, {
        topic: 'spBv1.0/egw/NBIRTH/home',
        payload: {
          seq: 0,
          metrics: [
            { name: 'bdSeq', longValue: session % 256 },
            { name: 'Node Control/Rebirth', datatype: 11, booleanValue: false },
          ],
        },
      });
    }
    t.end();
  },
);

t.test('a device is born with all that is known of it before its data, which have aliases alone', (t) => {
  const node = bornNode();
  const [birth, data] = node.data(
    batchOf([row, { ...row, quantity: 'grid_voltage_l1_v', unit: 'V', value: 230 }]),
    atMs,
  );
  t.match(birth, {
    topic: 'spBv1.0/egw/DBIRTH/home/meter',
    payload: {
      seq: 1,
      metrics: [
        {
          ...{ name: 'grid_power_w', alias: 1, timestamp: atMs, datatype: 10, doubleValue: 412.5 },
          properties: {
            keys: ['Quality', 'engUnit'],
            values: [{ type: 3, intValue: 192 }, { stringValue: 'W' }],
          },
        },
        { name: 'grid_voltage_l1_v', alias: 2, doubleValue: 230 },
      ],
    },
  });
  t.match(data, { topic: 'spBv1.0/egw/DDATA/home/meter', payload: { seq: 2 } });
  t.strictSame(data?.payload.metrics, [
    { alias: 1, timestamp: atMs, doubleValue: 412.5 },
    { alias: 2, timestamp: atMs, doubleValue: 230 },
  ]);
  t.same(
    node.data(batchOf([row]), atMs).map(topicOf),
    ['spBv1.0/egw/DDATA/home/meter'],
    'it is born already',
  );
  const anew = node.data(batchOf([{ ...row, quantity: 'new_w' }]), atMs);
  t.same(anew.map(topicOf), ['spBv1.0/egw/DBIRTH/home/meter', 'spBv1.0/egw/DDATA/home/meter']);
  t.equal(anew[0]?.payload.metrics.length, 3, 'with all three');
  t.end();
});

t.test('messages are numbered from 0 to 255 and from 0 again, births of a host’s order begin anew', (t) => {
  const node = bornNode();
  const numbers = Array.from({ length: 600 }, () => node.data(batchOf([row]), atMs))
    .flat()
    .map(seqOf);
  t.same(
    numbers,
    Array.from({ length: 601 }, (_, index) => (index + 1) % 256),
  );
  const births = node.births(atMs);
  t.same(births.map(topicOf), ['spBv1.0/egw/NBIRTH/home', 'spBv1.0/egw/DBIRTH/home/meter']);
  t.same(births.map(seqOf), [0, 1]);
  t.same(node.data(batchOf([row]), atMs).map(seqOf), [2]);
  t.end();
});

t.test('quality is said when it is another one, and what has no value is null', (t) => {
  const node = bornNode();
  node.data(batchOf([row]), atMs);
  const said = (more: Partial<SinkRow>): unknown =>
    node.data(batchOf([{ ...row, ...more }]), atMs)[0]?.payload.metrics[0];
  const quality = (intValue: number): unknown => ({ keys: ['Quality'], values: [{ type: 3, intValue }] });
  t.strictSame(said({ value: null, quality: 'missing' }), {
    alias: 1,
    timestamp: atMs,
    properties: quality(0),
    isNull: true,
  });
  t.strictSame(said({ value: 3, quality: 'suspect' }), { alias: 1, timestamp: atMs, doubleValue: 3 });
  t.strictSame(said({ value: 4 }), { alias: 1, timestamp: atMs, properties: quality(192), doubleValue: 4 });
  t.end();
});

t.test('the past is historical, in the order of its times, and never what a birth holds', (t) => {
  const node = bornNode();
  node.data(batchOf([row]), atMs);
  const past = [
    { ...row, atMs: atMs - 1_000, value: 2 },
    { ...row, atMs: atMs - 2_000, value: 1 },
  ];
  const [data] = node.data(batchOf(past, { isLive: false }), atMs);
  t.match(data?.payload.metrics, [
    { alias: 1, timestamp: atMs - 2_000, isHistorical: true, doubleValue: 1 },
    { alias: 1, timestamp: atMs - 1_000, isHistorical: true, doubleValue: 2 },
  ]);
  t.match(node.births(atMs)[1]?.payload.metrics, [{ timestamp: atMs, doubleValue: 412.5 }]);
  t.end();
});

t.test('words are texts, and a quantity that turns to words is born again with its alias', (t) => {
  const node = bornNode();
  const text = { device: 'meter', quantity: 'wifi.ssid', atMs, text: 'näst\ud800' };
  const [birth, data] = node.data(batchOf([], { texts: [text] }), atMs);
  t.match(birth?.payload.metrics, [{ name: 'wifi.ssid', alias: 1, datatype: 12, stringValue: 'näst\ufffd' }]);
  t.strictSame(data?.payload.metrics, [{ alias: 1, timestamp: atMs, stringValue: 'näst\ufffd' }]);
  const [again] = node.data(batchOf([{ ...row, quantity: 'wifi.ssid' }]), atMs);
  t.match(again?.payload.metrics, [{ alias: 1, datatype: 10, doubleValue: 412.5 }]);
  t.end();
});

t.test('names may hold anything: what a topic cannot is written otherwise', (t) => {
  const node = new SparkplugNode('a/b', 'c+#');
  t.equal(node.commandTopic, 'spBv1.0/a%2Fb/NCMD/c%2B%23');
  const [, data] = node.data(batchOf([{ ...row, device: 'p1/gas' }]), atMs);
  t.equal(data?.topic, 'spBv1.0/a%2Fb/DDATA/c%2B%23/p1%2Fgas');
  t.end();
});
