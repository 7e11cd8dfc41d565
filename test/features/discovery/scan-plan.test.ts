import fc from 'fast-check';
import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { AttachedAddress } from '../../../gateway/core/attached-address.ts';
import { noLocalNetwork } from '../../../gateway/core/local-network.ts';
import { ownSurroundings, planScan, surroundingsOf } from '../../../gateway/features/discovery/scan-plan.ts';
import { formatAddress, parseAddress, parseSubnet } from '../../../gateway/features/discovery/subnet.ts';
import { home, lanWith, loopback } from './scan-bench.ts';

const known = new Set([502, 1502, 8899]);
const wide: AttachedAddress = { address: '10.20.30.40', prefixLength: 16, internal: false };
const six: AttachedAddress = { address: 'fd00::10', prefixLength: 64, internal: false };
const lan = lanWith([loopback, home, wide, six]);
const plan = (subnet?: string, ports?: number[]) => planScan({ subnet, ports }, lan, known);

function refusal(act: () => unknown): GatewayError {
  try {
    act();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new GatewayError('internal_error', 'it was not refused');
}

t.test(
  'without a subnet it looks at the attached ones, of a wide one at the /24 around its own address',
  (t) => {
    const { subnets, addresses, ports } = plan();
    t.same(subnets, ['192.168.1.0/24', '10.20.30.0/24']);
    t.equal(addresses.length, 253 + 255, 'neither itself nor the ends of a subnet');
    t.notOk(addresses.includes('192.168.1.10'), 'not at itself');
    t.notOk(addresses.includes('192.168.1.255'));
    t.same(ports, [502, 1502, 8899]);
    t.end();
  },
);

t.test('a smaller part, and a part of a wide subnet elsewhere in it, can be asked for', (t) => {
  t.same(plan('192.168.1.20/30').addresses, ['192.168.1.20', '192.168.1.21', '192.168.1.22', '192.168.1.23']);
  t.same(plan('192.168.1.77/32').addresses, ['192.168.1.77']);
  t.same(plan('10.20.99.0/24').subnets, ['10.20.99.0/24']);
  t.same(plan(undefined, [1502, 502, 502]).ports, [502, 1502]);
  t.end();
});

const refusals: readonly (readonly [string, string, RegExp])[] = [
  ['8.8.8.0/24', 'host_forbidden', /public/],
  ['192.168.2.0/24', 'host_forbidden', /attached/],
  ['172.16.0.0/24', 'host_forbidden', /attached/],
  ['169.254.169.254/32', 'host_forbidden', /link-local/],
  ['224.0.0.0/24', 'host_forbidden', /multicast/],
  ['0.0.0.0/32', 'host_forbidden', /not the address/],
  ['127.0.0.0/30', 'host_forbidden', /this machine itself/],
  ['192.168.1.10/32', 'host_forbidden', /address of this machine/],
  ['192.168.1.255/32', 'host_forbidden', /whole subnet/],
  ['10.20.0.0/16', 'input_invalid', /wider than a \/24/],
  ['192.168.0.0/23', 'input_invalid', /wider than a \/24/],
  ['0.0.0.0/0', 'input_invalid', /wider/],
  ['fd00::/64', 'input_invalid', /IPv4 subnet/],
  ['192.168.1.0', 'input_invalid', /IPv4 subnet/],
  ['192.168.1.0/33', 'input_invalid', /IPv4 subnet/],
  ['192.168.1.0/24/24', 'input_invalid', /IPv4 subnet/],
  ['192.168.01.0/24', 'input_invalid', /IPv4 subnet/],
  ['192.168.1.256/32', 'input_invalid', /IPv4 subnet/],
  ['localhost/24', 'input_invalid', /IPv4 subnet/],
];

for (const [subnet, code, words] of refusals) {
  t.test(`${subnet} is refused, with the reason`, (t) => {
    const error = refusal(() => plan(subnet));
    t.equal(error.code, code);
    t.match(error.message, words);
    t.match(error.message, subnet.includes('"') ? /./ : subnet, 'names what was asked for');
    t.ok(error.hint);
    t.end();
  });
}

t.test('a port that no device is known to use is refused by name', (t) => {
  const error = refusal(() => plan(undefined, [502, 22]));
  t.equal(error.code, 'input_invalid');
  t.match(error.message, /22/);
  t.match(error.hint, /502, 1502, 8899/);
  t.end();
});

t.test('half of a subnet that is not attached is not looked at either', (t) => {
  const half = lanWith([{ address: '192.168.1.10', prefixLength: 25, internal: false }]);
  const error = refusal(() => planScan({ subnet: '192.168.1.0/24', ports: undefined }, half, known));
  t.equal(error.code, 'host_forbidden');
  t.match(error.hint, /192\.168\.1\.0\/25/);
  t.end();
});

t.test('loopback is looked at when it is allowed and asked for, and never by itself', (t) => {
  const simulated = lanWith([loopback, home], { allowLoopback: true });
  const asked = planScan({ subnet: '127.0.0.0/30', ports: undefined }, simulated, known);
  t.same(asked.addresses, ['127.0.0.0', '127.0.0.1', '127.0.0.2', '127.0.0.3']);
  t.same(planScan({ subnet: undefined, ports: undefined }, simulated, known).subnets, ['192.168.1.0/24']);
  t.end();
});

t.test('a machine without a network, or with a public address, has nothing to look at', (t) => {
  t.same(planScan({ subnet: undefined, ports: undefined }, noLocalNetwork, known).addresses, []);
  const cloud = lanWith([{ address: '203.0.113.7', prefixLength: 24, internal: false }]);
  t.same(planScan({ subnet: undefined, ports: undefined }, cloud, known).addresses, []);
  t.equal(
    refusal(() => planScan({ subnet: '192.168.1.0/24', ports: undefined }, noLocalNetwork, known)).code,
    'host_forbidden',
  );
  t.end();
});

t.test('a lost device is looked for around where it was, or around the gateway', (t) => {
  t.equal(surroundingsOf('10.20.77.5', lan)?.length, 256);
  t.ok(surroundingsOf('10.20.77.5', lan)?.every((address) => address.startsWith('10.20.77.')));
  t.equal(surroundingsOf('192.168.9.5', lan), undefined, 'where it is not attached any more');
  t.equal(surroundingsOf('inverter.local', lan), undefined);
  t.equal(ownSurroundings(lan).length, 253 + 255);
  t.end();
});

t.test('whatever is asked for, no address outside of an attached private subnet is in a plan', (t) => {
  const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const near = fc.integer({ min: 0, max: 1023 }).map((offset) => (parseAddress('192.168.0.0') ?? 0) + offset);
  fc.assert(
    fc.property(fc.oneof(address, near), fc.integer({ min: 0, max: 32 }), (from, prefixLength) => {
      const subnet = `${formatAddress(from)}/${prefixLength}`;
      try {
        const { addresses } = plan(subnet);
        t.ok(addresses.length > 0 && addresses.length <= 256);
        for (const each of addresses) {
          if (!each.startsWith('192.168.1.') && !each.startsWith('10.20.')) t.fail(`${subnet} gave ${each}`);
          if (lan.refuse(each) !== undefined) t.fail(`${subnet} gave ${each}, which is refused`);
        }
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
      }
    }),
  );
  t.end();
});

t.test('addresses and subnets read back as they were written', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.integer({ min: 0, max: 32 }),
      (number, length) => {
        const text = formatAddress(number);
        if (parseAddress(text) !== number) t.fail(text);
        const first = parseSubnet(`${text}/${length}`)?.first ?? NaN;
        if (!(first <= number && number < first + 2 ** (32 - length))) t.fail(`${text}/${length}`);
      },
    ),
  );
  t.end();
});
