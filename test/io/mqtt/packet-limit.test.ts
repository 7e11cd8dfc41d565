import fc from 'fast-check';
import t from 'tap';
import { PacketLimit } from '../../../gateway/io/mqtt/packet-limit.ts';

const bytesMax = 300;

/** A packet with so many bytes after its fixed header. */
function packet(length: number): Buffer {
  const header = [0x30];
  for (let rest = length; ; rest = Math.floor(rest / 128)) {
    header.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    if (rest < 128) break;
  }
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, length % 251)]);
}

t.test('packets pass whole however they are cut, but those that are too large', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constantFrom(127, 128, 300, 301, 20_000)), {
        maxLength: 12,
      }),
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }),
      (lengths, cuts) => {
        let dropped = 0;
        const limit = new PacketLimit(bytesMax, () => (dropped += 1));
        const all = Buffer.concat(lengths.map(packet));
        const passed: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < all.length; turn += 1) {
          const next = at + (cuts[turn % cuts.length] ?? 1);
          passed.push(limit.pass(all.subarray(at, next)));
          at = next;
        }
        const small = lengths.filter((length) => length <= bytesMax);
        return (
          Buffer.concat(passed).equals(Buffer.concat(small.map(packet))) &&
          dropped === lengths.length - small.length
        );
      },
    ),
  );
  t.end();
});

t.test('a length that is none is left to the parser', (t) => {
  const limit = new PacketLimit(0x1fffffff, () => t.fail('nothing is dropped'));
  const broken = Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f]);
  t.same(Buffer.from(limit.pass(broken)), broken);
  t.end();
});
