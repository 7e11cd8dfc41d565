import t from 'tap';
import { loadSparkplugCodec, sparkplugTypes } from '../../../gateway/io/sinks/sparkplug-payload.ts';

const timestamp = 1_768_410_902_000;
const session = { name: 'bdSeq', timestamp, datatype: sparkplugTypes.int64, longValue: 0 };
const rebirth = {
  name: 'Node Control/Rebirth',
  timestamp,
  datatype: sparkplugTypes.boolean,
  booleanValue: false,
};
const power = {
  name: 'Grid/Power',
  alias: 1,
  timestamp,
  datatype: sparkplugTypes.double,
  doubleValue: 412.5,
};
/** Encoded by hand, from the schema. */
const vectors = [
  [{ timestamp, metrics: [session] }, '08f0db83ecbb3312120a05626453657118f0db83ecbb3320045800'],
  [
    { timestamp, metrics: [session, rebirth, power], seq: 0 },
    '08f0db83ecbb3312120a05626453657118f0db83ecbb332004580012210a144e6f646520436f6e74726f6c2f5265626972746818f0db83ecbb33200b700012200a0a477269642f506f776572100118f0db83ecbb33200a690000000000c879401800',
  ],
  [
    {
      timestamp: timestamp + 5_000,
      metrics: [{ alias: 1, timestamp: timestamp + 5_000, doubleValue: -1_280 }],
      seq: 1,
    },
    '08f88284ecbb331212100118f88284ecbb336900000000000094c01801',
  ],
] as const;

t.test('payloads are written as their vectors, byte for byte, and read back', async (t) => {
  const codec = await loadSparkplugCodec();
  for (const [payload, hex] of vectors) {
    t.equal(Buffer.from(codec.encode(payload)).toString('hex'), hex);
    t.strictSame(codec.decode(Buffer.from(hex, 'hex')), payload);
  }
});

t.test('properties, what is missing and what is past have their fields', async (t) => {
  const codec = await loadSparkplugCodec();
  const properties = {
    keys: ['Quality', 'engUnit'],
    values: [
      { type: sparkplugTypes.int32, intValue: 0 },
      { type: sparkplugTypes.string, stringValue: 'W' },
    ],
  };
  const payload = {
    timestamp,
    metrics: [{ alias: 7, isHistorical: true, isNull: true, properties }],
    seq: 255,
  };
  const hex = Buffer.from(codec.encode(payload)).toString('hex');
  // 9: keys 1, values 2, of them type 1, int 3, string 8; 5 and 7 are true.
  t.equal(
    hex,
    '08f0db83ecbb331227100728013801' +
      '4a1f0a075175616c6974790a07656e67556e69741204080318001205080c420157' +
      '18ff01',
  );
  t.strictSame(codec.decode(Buffer.from(hex, 'hex')), payload);
});

t.test('bytes that are no payload are none', async (t) => {
  const codec = await loadSparkplugCodec();
  for (const hex of ['ff', '12ff', '0a', '1205080c', '69']) {
    t.equal(codec.decode(Buffer.from(hex, 'hex')), undefined, hex);
  }
  t.same(codec.decode(Buffer.alloc(0)), {});
});
