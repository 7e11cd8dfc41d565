import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { magicPacket } from '../../../gateway/io/switches/magic-packet.ts';
import { wakeOnLan } from '../../../gateway/io/switches/wake-on-lan.ts';
import '../../property-seed.ts';
import { switchPorts } from './switch-ports.ts';

const never = new AbortController().signal;

/** What a network card hears of a packet that was really sent. */
async function heardOf(t: Test, options: OptionValues): Promise<Buffer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  const heard = once(socket, 'message');
  const power = wakeOnLan.open(
    { broadcast: '127.0.0.1', port: socket.address().port, ...options },
    switchPorts(t),
  );
  await power.turn('on', never);
  return ((await heard) as [Buffer])[0];
}

t.test('a packet is six times FF and 16 times the address', async (t) => {
  const packet = await heardOf(t, { mac: 'BC:24:11:0a:0b:0c' });
  t.equal(packet.toString('hex'), `${'ff'.repeat(6)}${'bc24110a0b0c'.repeat(16)}`);
  t.equal(packet.length, 102);
});

t.test('a SecureOn password follows: six bytes, or four numbers', async (t) => {
  const six = await heardOf(t, { mac: 'bc24110a0b0c', secureOn: '01-23-45-67-89-AB' });
  t.equal(six.length, 108);
  t.equal(six.subarray(102).toString('hex'), '0123456789ab');
  const four = await heardOf(t, { mac: 'bc-24-11-0a-0b-0c', secureOn: '192.168.0.7' });
  t.equal(four.length, 106);
  t.same([...four.subarray(102)], [192, 168, 0, 7]);
});

t.test('a packet can be read back, whatever the address and the password', (t) => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const written = (part: Uint8Array): string =>
    [...part].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  fc.assert(
    fc.property(bytes(6), fc.option(bytes(6), { nil: undefined }), (address, password) => {
      address[0] = (address[0] ?? 0) & 0xfe;
      address[5] = (address[5] ?? 0) | 1;
      const packet = magicPacket({
        mac: written(address),
        ...(password && { secureOn: written(password) }),
      });
      const parts = Array.from({ length: 16 }, (_, index) => packet.subarray(6 + index * 6, 12 + index * 6));
      return (
        packet.subarray(0, 6).every((byte) => byte === 0xff) &&
        parts.every((part) => written(part) === written(address)) &&
        written(packet.subarray(102)) === written(password ?? new Uint8Array())
      );
    }),
  );
  t.end();
});

t.test('what is of no network card, and no password, is refused by the name of its setting', (t) => {
  const wrong = [
    ['00:00:00:00:00:00', undefined, 'mac'],
    ['ff:ff:ff:ff:ff:ff', undefined, 'mac'],
    ['01:00:5e:00:00:01', undefined, 'mac'],
    ['bc:24:11:0a:0b:0c', '1.2.3.256', 'secureOn'],
    ['bc:24:11:0a:0b:0c', undefined, 'broadcast'],
  ] as const;
  for (const [mac, secureOn, option] of wrong) {
    const broadcast = option === 'broadcast' ? '192.168.1.256' : '127.0.0.1';
    const open = () =>
      wakeOnLan.open({ mac, broadcast, port: 9, ...(secureOn && { secureOn }) }, switchPorts(t));
    t.throws(open, { code: 'config_invalid', facts: { option } });
    if (option === 'secureOn') t.notMatch(message(open), '256', 'it is a secret');
  }
  t.end();
});

function message(doing: () => unknown): string {
  try {
    doing();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
