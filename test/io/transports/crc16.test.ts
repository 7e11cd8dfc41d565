import t from 'tap';
import { crc16 } from '../../../gateway/io/transports/crc16.ts';

/** "MODBUS over Serial Line V1.02", appendix B; frames of Eastron, GoodWe and the specification. */
const frames = [
  '01030000000ac5cd',
  '0104003400023005',
  '010404449a5000f35b',
  '018302c0f1',
  '1106000100039a9b',
  'f703891c007d7ae7',
];

t.test('known frames have their CRC, low byte first', (t) => {
  for (const hex of frames) {
    const frame = Buffer.from(hex, 'hex');
    t.equal(crc16(frame, frame.length - 2), frame.readUInt16LE(frame.length - 2), hex);
  }
  t.end();
});
