import '../../property-seed.ts';
import fc from 'fast-check';
import t from 'tap';
import {
  encodeResult,
  fitText,
  PacketJoiner,
  readFields,
  resultBytes,
  type ImprovPacket,
} from '../../../ble/improv/improv-packet.ts';
import { anyText } from '../any-text.ts';
import { improvPacket, readResult, wifiPacket } from './improv-client.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const wifiVector = '011e0c4d79576972656c6573734150106d7973656375726570617373776f7264c0';

/** What comes out of parts that come a millisecond after each other. */
function joinAll(parts: readonly Uint8Array[]): readonly (ImprovPacket | 'invalid')[] {
  const joiner = new PacketJoiner();
  return parts.flatMap((part, index) => joiner.add(part, index) ?? []);
}

/** Cut at these places, in whatever order they are given. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
}

t.test('the packets and results that are known', (t) => {
  const [wifi] = joinAll([Buffer.from(wifiVector, 'hex')]);
  t.not(wifi, 'invalid');
  const { command, data } = wifi as ImprovPacket;
  t.equal(command, 1);
  const texts = readFields(data)?.map((field) => Buffer.from(field).toString());
  t.strictSame(texts, ['MyWirelessAP', 'mysecurepassword']);
  t.strictSame(joinAll([Buffer.from('020002', 'hex')]), [{ command: 2, data: new Uint8Array() }]);
  t.equal(hex(encodeResult(1, ['http://gw.local/'])), '011110687474703a2f2f67772e6c6f63616c2fc0');
  t.equal(hex(encodeResult(1, [])), '010001');
  t.equal(
    hex(encodeResult(3, ['gw', '1.0.0', 'rpi4', 'Gateway A1B2'])),
    '031b02677705312e302e3004727069340c47617465776179204131423257',
  );
  t.equal(hex(wifiPacket('MyWirelessAP', 'mysecurepassword')), wifiVector, "of the test's own client, too");
  t.end();
});

t.test('a packet comes through however it is cut, and so does the next', (t) => {
  const packet = fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 255, size: 'max' }));
  const places = fc.array(fc.nat(600), { maxLength: 40 });
  fc.assert(
    fc.property(packet, packet, places, (one, other, at) => {
      const sent = [one, other].flatMap(([command, data]) => cut(improvPacket(command, data), at));
      const out = joinAll(sent);
      return (
        out.length === 2 &&
        [one, other].every(([command, data], index) => {
          const got = out[index];
          return typeof got === 'object' && got.command === command && Buffer.compare(got.data, data) === 0;
        })
      );
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('a packet with a changed byte is never taken', (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (data, where, by) => {
        const bytes = improvPacket(1, data);
        const at = where % bytes.length;
        bytes[at] = ((bytes[at] ?? 0) + by) % 256;
        // A longer length waits for more; every other change is one that the sum tells.
        return joinAll([bytes]).every((out) => out === 'invalid');
      },
    ),
    { numRuns: 300 },
  );
  t.end();
});

t.test('parts lost, doubled or late never become a packet that was not sent', (t) => {
  const joiner = new PacketJoiner();
  const bytes = wifiPacket('home', 'secret12');
  t.equal(joiner.add(bytes.subarray(0, 8), 0), undefined);
  t.match(joiner.add(bytes, 6_000), { command: 1 }, 'what was left of a lost one is gone after five seconds');
  t.equal(joiner.add(bytes.subarray(0, 8), 7_000), undefined);
  t.equal(joiner.add(bytes, 7_001), 'invalid', 'too much: all is dropped');
  t.match(joiner.add(bytes, 7_002), { command: 1 });
  t.equal(joiner.add(new Uint8Array(), 7_003), undefined);
  t.equal(joiner.add(Uint8Array.of(2), 7_004), undefined);
  t.equal(joiner.add(Uint8Array.of(0), 7_005), undefined);
  t.match(joiner.add(Uint8Array.of(2), 7_006), { command: 2 });
  t.equal(joiner.add(new Uint8Array(512).fill(7), 7_007), 'invalid');
  t.equal(joiner.add(Uint8Array.of(2, 0, 2, 4), 7_008), 'invalid', 'too long, though its sum is right');
  t.end();
});

t.test('any bytes are read, or refused', (t) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 512, size: 'max' }), { maxLength: 6 }), (parts) => {
      for (const out of joinAll(parts)) if (out !== 'invalid') readFields(out.data);
    }),
    { numRuns: 500 },
  );
  t.equal(readFields(Uint8Array.of(3, 1, 2)), undefined);
  t.strictSame(readFields(Uint8Array.of(0, 1, 9)), [new Uint8Array(), Uint8Array.of(9)]);
  t.end();
});

t.test('a result has room for 255 bytes, in whole texts of whole characters', (t) => {
  fc.assert(
    fc.property(fc.array(anyText(200), { maxLength: 8 }), (well) => {
      const result = encodeResult(4, well);
      const read = readResult(result).texts;
      const isWhole = resultBytes(well) <= 258;
      return (
        result.length <= 258 &&
        (!isWhole || result.length === resultBytes(well)) &&
        read.every((text, index) => (isWhole ? text === well[index] : well[index]?.startsWith(text) === true))
      );
    }),
    { numRuns: 300 },
  );
  t.equal(Buffer.from(fitText('aé', 2)).toString(), 'a');
  t.end();
});
