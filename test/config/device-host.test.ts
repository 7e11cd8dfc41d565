import fc from 'fast-check';
import t from 'tap';
import { addressJudge, checkDeviceHost, checkReach } from '../../gateway/config/device-host.ts';
import type { Reach } from '../../gateway/core/network.ts';

const attached = [
  { address: '127.0.0.1', prefixLength: 8, internal: true },
  { address: '::1', prefixLength: 128, internal: true },
  { address: '192.168.1.10', prefixLength: 24, internal: false },
  { address: '10.1.0.2', prefixLength: 16, internal: false },
  { address: 'fd12:3456::10', prefixLength: 64, internal: false },
  { address: 'fe80::1', prefixLength: 64, internal: false },
  { address: '203.0.113.9', prefixLength: 24, internal: false },
];

const table: readonly (readonly [string, string | undefined])[] = [
  ['192.168.1.20', undefined],
  ['10.1.200.3', undefined],
  ['fd12:3456::99', undefined],
  ['::ffff:192.168.1.20', undefined],
  ['192.168.2.20', 'not_attached'],
  ['172.16.0.1', 'not_attached'],
  ['fd12:9999::1', 'not_attached'],
  ['192.168.1.10', 'own'],
  ['::ffff:192.168.1.10', 'own'],
  ['fd12:3456:0::10', 'own'],
  ['192.168.1.255', 'broadcast'],
  ['192.168.1.0', 'broadcast'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['::', 'unspecified'],
  ['169.254.169.254', 'link_local'],
  ['::ffff:169.254.169.254', 'link_local'],
  ['fe80::5', 'link_local'],
  ['fe80::5%eth0', 'link_local'],
  ['224.0.0.251', 'multicast'],
  ['255.255.255.255', 'multicast'],
  ['ff02::fb', 'multicast'],
  ['8.8.8.8', 'public'],
  ['203.0.113.20', 'public'],
  ['100.64.0.1', 'public'],
  ['172.32.0.1', 'public'],
  ['2001:db8::1', 'public'],
  ['64:ff9b::7f00:1', 'public'],
  ['64:ff9b:1::7f00:1', 'multicast'],
  ['2002:7f00:1::', 'multicast'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'multicast'],
  ['10.114.104.1', 'metadata'],
  ['fd00:ec2::254', 'metadata'],
  ['2130706433', 'not_address'],
  ['127.1', 'not_address'],
  ['0x7f.0.0.1', 'not_address'],
  ['inverter', 'not_address'],
  ['', 'not_address'],
];

for (const [address, refusal] of table) {
  t.test(`${address === '' ? 'nothing' : address} is ${refusal ?? 'allowed'}`, (t) => {
    const error = checkDeviceHost(address, attached, false);
    t.equal(error?.facts['refusal'], refusal);
    if (error !== undefined) t.match(error, { code: 'host_forbidden', hint: /./ });
    t.end();
  });
}

t.test('loopback is allowed when the configuration says so, and nothing else with it', (t) => {
  for (const [address, refusal] of table) {
    const expected = refusal === 'loopback' ? undefined : refusal;
    t.equal(checkDeviceHost(address, attached, true)?.facts['refusal'], expected, address);
  }
  t.end();
});

t.test('before the network is up only what can never be allowed is refused', (t) => {
  for (const addresses of [[], attached.slice(0, 2)]) {
    t.equal(checkDeviceHost('192.168.7.7', addresses, false), undefined);
    t.equal(checkDeviceHost('8.8.8.8', addresses, false)?.facts['refusal'], 'public');
    t.equal(checkDeviceHost('127.0.0.1', addresses, false)?.facts['refusal'], 'loopback');
  }
  t.end();
});

t.test('an IPv4 address is judged the same when it is dressed as IPv6', (t) => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const plain = checkDeviceHost(address, attached, false)?.facts['refusal'];
      return checkDeviceHost(`::ffff:${address}`, attached, false)?.facts['refusal'] === plain;
    }),
  );
  t.end();
});

const services: readonly (readonly [string, string | undefined])[] = [
  ['8.8.8.8', undefined],
  ['192.168.1.20', undefined],
  ['192.168.2.20', undefined],
  ['2001:db8::1', undefined],
  ['64:ff9b::808:808', undefined],
  ['192.168.1.10', 'own'],
  ['203.0.113.9', 'own'],
  ['fd12:3456:0::10', 'own'],
  ['64:ff9b::c0a8:10a', 'own'],
  ['127.0.0.1', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['64:ff9b::7f00:1', 'loopback'],
  ['::7f00:1', 'loopback'],
  ['0.0.0.0', 'unspecified'],
  ['::', 'unspecified'],
  ['169.254.169.254', 'link_local'],
  ['64:ff9b::a9fe:a9fe', 'link_local'],
  ['fe80::5%eth0', 'link_local'],
  ['fd00:ec2::254', 'metadata'],
  ['fd00:0ec2:0:0::254', 'metadata'],
  ['100.100.100.200', 'metadata'],
  ['10.114.104.1', 'metadata'],
  ['::ffff:10.114.104.1', 'metadata'],
  ['64:ff9b:1::a00:1', 'multicast'],
  ['2002:a9fe:a9fe::', 'multicast'],
  ['2001::1', 'multicast'],
  ['224.0.0.251', 'multicast'],
  ['255.255.255.255', 'multicast'],
  ['localhost', 'not_address'],
];

t.test('a service may be anywhere but on this machine and its link', (t) => {
  for (const [address, refusal] of services) {
    const error = checkReach(address, 'internet', attached, false);
    t.equal(error?.facts['refusal'], refusal, address);
    if (error !== undefined) t.match(error, { code: 'host_forbidden', hint: /./ });
  }
  t.end();
});

t.test('a service may be on this machine when the configuration says so', (t) => {
  for (const [address, refusal] of services) {
    const expected = refusal === 'loopback' || refusal === 'own' ? undefined : refusal;
    t.equal(checkReach(address, 'internet', attached, true)?.facts['refusal'], expected, address);
  }
  t.end();
});

const inPrivate: readonly (readonly [string, string | undefined])[] = [
  ['192.168.1.20', undefined],
  ['192.168.77.20', undefined],
  ['10.250.0.1', undefined],
  ['fd99::1', undefined],
  ['100.64.0.1', undefined],
  ['64:ff9b::c0a8:4d14', undefined],
  ['8.8.8.8', 'unencrypted'],
  ['2001:db8::1', 'unencrypted'],
  ['64:ff9b::808:808', 'unencrypted'],
  ['172.32.0.1', 'unencrypted'],
  ['192.168.1.10', 'own'],
  ['127.0.0.1', 'loopback'],
  ['169.254.169.254', 'link_local'],
  ['fd00:ec2::254', 'metadata'],
  ['100.100.100.200', 'metadata'],
  ['example.org', 'not_address'],
];

t.test('a secret in clear may go to any private network, and to no public address', (t) => {
  for (const [address, refusal] of inPrivate) {
    const error = checkReach(address, 'private', attached, false);
    t.equal(error?.facts['refusal'], refusal, address);
    if (error !== undefined) t.match(error, { code: 'host_forbidden', hint: /./ });
  }
  t.match(checkReach('8.8.8.8', 'private', attached, false), { hint: /tls: verify/ });
  t.equal(checkReach('127.0.0.1', 'private', attached, true), undefined, 'where that is allowed');
  t.end();
});

t.test('who may reach the home only is judged as a device is', (t) => {
  for (const [address, refusal] of table)
    t.equal(checkReach(address, 'home', attached, false)?.facts['refusal'], refusal, address);
  t.end();
});

t.test('a server on this machine may be told a secret in clear, where it may be there', (t) => {
  for (const address of ['127.0.0.1', '::1', '192.168.1.10'])
    t.equal(checkReach(address, 'private', attached, true), undefined, address);
  for (const address of ['169.254.169.254', 'fd00:ec2::254', '0.0.0.0', '224.0.0.251', '8.8.8.8'])
    t.ok(checkReach(address, 'private', attached, true), `${address} is not of this machine`);
  t.end();
});

t.test('a server on this machine is one that is named outright, and no name that leads here', (t) => {
  const judge = addressJudge(() => attached, false);
  const refusalOf = (host: string, address: string, reach: Reach): unknown =>
    judge(address, reach, host)?.facts['refusal'];
  for (const reach of ['private', 'internet'] as const) {
    for (const host of ['localhost', '127.0.0.1']) t.equal(refusalOf(host, '127.0.0.1', reach), undefined);
    t.equal(refusalOf('192.168.1.10', '192.168.1.10', reach), undefined);
    t.equal(refusalOf('evil.example', '127.0.0.1', reach), 'loopback');
    t.equal(refusalOf('evil.example', '192.168.1.10', reach), 'own');
    t.equal(refusalOf('169.254.169.254', '169.254.169.254', reach), 'link_local');
  }
  t.equal(refusalOf('localhost', '127.0.0.1', 'home'), 'loopback', 'a device is not here');
  t.equal(addressJudge(() => attached, true)('127.0.0.1', 'home', 'localhost'), undefined);
  t.end();
});
