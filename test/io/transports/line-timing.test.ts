import t from 'tap';
import { frameSilenceMs, wireTimeMs } from '../../../gateway/io/transports/line-timing.ts';

const line = (baudRate: number, parity: 'none' | 'even' = 'none', stopBits: 1 | 2 = 1) => ({
  baudRate,
  parity,
  stopBits,
});

t.test('a character has a start bit, 8 data bits, parity where there is one, and its stop bits', (t) => {
  t.equal(wireTimeMs(960, line(9_600)), 1_000);
  t.equal(wireTimeMs(960, line(9_600, 'even')), 1_100);
  t.equal(wireTimeMs(960, line(9_600, 'none', 2)), 1_100);
  t.equal(wireTimeMs(960, line(9_600, 'even', 2)), 1_200);
  t.equal(wireTimeMs(0, line(1_200)), 0);
  t.end();
});

t.test('frames are 3.5 characters apart, but 1.75 ms on fast lines', (t) => {
  t.equal(frameSilenceMs(line(9_600, 'even')).toFixed(2), '4.01');
  t.equal(frameSilenceMs(line(19_200, 'even')).toFixed(2), '2.01');
  t.equal(frameSilenceMs(line(1_200)).toFixed(2), '29.17');
  t.equal(frameSilenceMs(line(38_400)), 1.75);
  t.equal(frameSilenceMs(line(115_200, 'none', 2)), 1.75);
  t.end();
});
