import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { addressJudge } from '../../gateway/config/device-host.ts';
import type { AttachedAddress } from '../../gateway/core/attached-address.ts';
import { GatewayError } from '../../gateway/core/errors.ts';
import { createRealDatagrams } from '../../gateway/system/real-datagrams.ts';
import { subnetBroadcast } from '../../gateway/system/subnet-broadcast.ts';
import '../property-seed.ts';

const never = new AbortController().signal;
const bytes = Uint8Array.from([1, 2, 3]);
const home: readonly AttachedAddress[] = [
  { address: '127.0.0.1', prefixLength: 8, internal: true },
  { address: '192.168.1.10', prefixLength: 24, internal: false },
  { address: '203.0.113.7', prefixLength: 24, internal: false },
];

function datagrams(attached = home, allowLoopback = false) {
  const refuseAddress = addressJudge(() => attached, allowLoopback);
  const resolver = { resolve: (host: string) => Promise.resolve(host === 'gone.local' ? [] : [host]) };
  return createRealDatagrams({ resolver, refuseAddress, attached: () => attached });
}

async function failure(sending: Promise<void>): Promise<GatewayError> {
  const error: unknown = await sending.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GatewayError)) throw new Error('it did not fail as it should');
  return error;
}

async function listen(t: Test): Promise<{ readonly port: number; next(): Promise<Buffer> }> {
  const socket = createSocket('udp4');
  socket.bind(0);
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  return {
    port: socket.address().port,
    next: async () => ((await once(socket, 'message')) as [Buffer])[0],
  };
}

t.test('a datagram arrives at one address, and at all of a subnet', async (t) => {
  const { port, next } = await listen(t);
  const { send } = datagrams(home, true);
  for (const [host, isBroadcast] of [
    ['127.0.0.1', false],
    ['127.255.255.255', true],
  ] as const) {
    const heard = next();
    await send({ bytes, host, port, isBroadcast, signal: never });
    t.same([...(await heard)], [1, 2, 3], host);
  }
});

t.test('255.255.255.255 stands for every private subnet that is attached', async (t) => {
  const { port, next } = await listen(t);
  const heard = next();
  const loopback = home.slice(0, 1);
  await datagrams(loopback, true).send({
    ...{ bytes, host: '255.255.255.255', port, isBroadcast: true, signal: never },
  });
  t.equal((await heard).length, 3);
  for (const attached of [loopback, home.slice(2), []]) {
    const sending = datagrams(attached).send({
      ...{ bytes, host: '255.255.255.255', port, isBroadcast: true, signal: never },
    });
    const { code, hint } = await failure(sending);
    t.equal(code, 'host_forbidden', 'to nobody outside, and not to ourselves');
    t.match(hint, /broadcast address/);
  }
});

t.test('what is not of the home is not sent to', async (t) => {
  const { send } = datagrams();
  const cases = [
    ['203.0.113.255', true, 'public'],
    ['8.8.8.8', false, 'public'],
    ['192.168.2.255', true, 'not_attached'],
    ['192.168.1.255', false, 'broadcast'],
    ['255.255.255.255', false, 'multicast'],
    ['224.0.0.1', true, 'multicast'],
    ['169.254.169.254', false, 'link_local'],
    ['127.255.255.255', true, 'loopback'],
    ['192.168.1.10', false, 'own'],
  ] as const;
  for (const [host, isBroadcast, refusal] of cases) {
    const { code, facts } = await failure(send({ bytes, host, port: 9, isBroadcast, signal: never }));
    t.equal(code, 'host_forbidden', host);
    t.equal(facts['refusal'], refusal, host);
  }
});

t.test('what has no address, and what comes too late, is not sent', async (t) => {
  const { send } = datagrams();
  const gone = { bytes, host: 'gone.local', port: 9, isBroadcast: false, signal: never };
  t.equal((await failure(send(gone))).code, 'host_unresolved');
  const late = { ...gone, host: '192.168.1.255', isBroadcast: true, signal: AbortSignal.abort() };
  const { code, facts } = await failure(send(late));
  t.equal(code, 'connection_timeout');
  t.equal(facts['isSent'], false);
});

t.test('what cannot leave says so', async (t) => {
  const sending = datagrams(home, true).send({
    ...{ bytes: new Uint8Array(70_000), host: '127.0.0.1', port: 9, isBroadcast: false, signal: never },
  });
  const { code, facts } = await failure(sending);
  t.equal(code, 'connection_refused');
  t.equal(facts['reason'], 'EMSGSIZE');
});

t.test('the broadcast of a subnet is its last address', (t) => {
  const table = [
    ['192.168.1.10', 24, '192.168.1.255'],
    ['10.1.2.3', 8, '10.255.255.255'],
    ['172.16.5.1', 20, '172.16.15.255'],
    ['192.168.1.6', 30, '192.168.1.7'],
    ['192.168.1.6', 31, undefined],
    ['fd00::1', 64, undefined],
  ] as const;
  for (const [address, prefixLength, wanted] of table)
    t.equal(
      subnetBroadcast({ address, prefixLength, internal: false }),
      wanted,
      `${address}/${prefixLength}`,
    );
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 30 }), (bits, prefixLength) => {
      const write = (value: number): string =>
        [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
      const wanted = BigInt(bits) | ((1n << BigInt(32 - prefixLength)) - 1n);
      const found = subnetBroadcast({ address: write(bits), prefixLength, internal: false });
      return found === write(Number(wanted));
    }),
  );
  t.end();
});
