import { isIP } from 'node:net';
import t from 'tap';
import { attachedAddresses } from '../../gateway/system/attached-addresses.ts';

t.test('the loopback address is among them, as internal, and all have a prefix that fits', (t) => {
  const attached = attachedAddresses();
  t.match(
    attached.find(({ address }) => address === '127.0.0.1'),
    { prefixLength: 8, internal: true },
  );
  for (const { address, prefixLength } of attached) {
    t.ok(prefixLength >= 0 && prefixLength <= (isIP(address) === 6 ? 128 : 32), address);
  }
  t.end();
});
