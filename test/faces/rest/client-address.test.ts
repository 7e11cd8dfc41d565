import t from 'tap';
import { clientAddress } from '../../../gateway/faces/rest/client-address.ts';

t.test('one household is one client, however its address is written', (t) => {
  const table = [
    ['192.168.1.7', '192.168.1.7'],
    ['::ffff:192.168.1.7', '192.168.1.7'],
    ['::1', '::1'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    [undefined, 'unknown'],
  ] as const;
  for (const [address, client] of table) t.equal(clientAddress(address), client, String(address));
  t.end();
});
