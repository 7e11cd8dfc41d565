import fc from 'fast-check';
import t from 'tap';
import { hasCrc, withCrc } from '../../modbus-sim/crc16.ts';
import { bytes, hex } from './modbus-requests.ts';

t.test('the CRC is that of the known frames, low byte first', async (t) => {
  const frames = [
    '01030000000ac5cd',
    '0104003400023005',
    '010404449a5000f35b',
    '018302c0f1',
    '1106000100039a9b',
    '1110000100020400 0a0102c6f0'.replace(' ', ''),
    '11100001000212 98'.replace(' ', ''),
    'f703891c007d7ae7',
  ];
  for (const frame of frames) {
    t.equal(hex(withCrc(bytes(frame.slice(0, -4)))), frame);
    t.ok(hasCrc(bytes(frame)));
  }
});

t.test('one flipped bit anywhere is seen', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 40 }), fc.nat(), (body, chance) => {
      const frame = withCrc(body);
      const bit = chance % (8 * frame.length);
      const flipped = frame.slice();
      flipped[bit >>> 3] = (flipped[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      return hasCrc(frame) && !hasCrc(flipped);
    }),
  );
});

t.test('fewer than four bytes are no frame', async (t) => {
  t.equal(hasCrc(withCrc(Uint8Array.of(1))), false);
  t.equal(hasCrc(new Uint8Array(0)), false);
});
