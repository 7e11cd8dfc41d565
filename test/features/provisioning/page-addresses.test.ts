import { test } from 'tap';
import { pageAddresses } from '../../../gateway/features/provisioning/page-addresses.ts';

const attached = [
  { address: '127.0.0.1', prefixLength: 8, internal: true },
  { address: 'fd00::7', prefixLength: 64, internal: false },
  { address: 'fe80::1', prefixLength: 64, internal: false },
  { address: '192.168.1.51', prefixLength: 24, internal: false },
];
const named = { hostName: 'pi', fingerprint: 'ab' };

void test('the page is where it is listened for, encrypted first, and at the name of the machine', (t) => {
  const http = { scheme: 'http', host: '0.0.0.0', port: 8080 } as const;
  const https = { scheme: 'https', host: '0.0.0.0', port: 443 } as const;
  t.same(pageAddresses([http], attached, named), {
    addresses: ['http://192.168.1.51:8080', 'http://[fd00::7]:8080', 'http://pi.local:8080'],
    fingerprint: null,
    isLocalOnly: false,
  });
  const both = pageAddresses([http, https], attached, named);
  t.equal(both.addresses[0], 'https://192.168.1.51');
  t.equal(both.fingerprint, 'ab');
  const own = { ...http, host: '127.0.0.1' };
  t.same(pageAddresses([own], attached, named), { addresses: [], fingerprint: null, isLocalOnly: true });
  t.match(pageAddresses([], attached, named), { addresses: [], isLocalOnly: false });
  t.same(pageAddresses([{ ...http, host: '10.0.0.2' }], attached, named).addresses, ['http://10.0.0.2:8080']);
  t.end();
});
