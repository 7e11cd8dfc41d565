import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { monotonicMs, wallMs } from '../../gateway/core/clock.ts';
import type { MulticastNames } from '../../gateway/system/multicast-names.ts';
import { createResolver } from '../../gateway/system/resolver.ts';
import type { NameResolver } from '../../gateway/system/resolver.ts';
import { startDnsServer } from './dns-server.ts';
import type { DnsServer } from './dns-server.ts';

const never = new AbortController().signal;

interface Setup {
  readonly resolver: NameResolver;
  readonly server: DnsServer;
  nowMs: number;
}

async function setUp(
  t: Test,
  answer: DnsServer['answer'],
  hosts = '',
  multicast?: MulticastNames,
): Promise<Setup> {
  const server = await startDnsServer(t, answer);
  const hostsFile = join(t.testdir({ hosts }), 'hosts');
  const setup: Setup = {
    server,
    nowMs: 0,
    resolver: createResolver({
      clock: { wall: () => wallMs(0), monotonic: () => monotonicMs(setup.nowMs) },
      servers: [server.address],
      hostsFile,
      ...(multicast !== undefined && { multicast }),
    }),
  };
  return setup;
}

t.test('addresses, localhost and the hosts file need no server', async (t) => {
  const hosts = '# comment\n192.168.1.5 inverter Roof.home # here\nfd00::5 inverter\nnonsense inverter\n';
  const { resolver, server } = await setUp(t, () => undefined, hosts);
  const cases = [
    ['192.168.1.20', ['192.168.1.20']],
    ['fd00::1', ['fd00::1']],
    ['localhost', ['127.0.0.1']],
    ['LOCALHOST.', ['127.0.0.1']],
    ['sim.localhost', ['127.0.0.1']],
    ['inverter', ['192.168.1.5', 'fd00::5']],
    ['roof.HOME', ['192.168.1.5']],
  ] as const;
  for (const [host, addresses] of cases) t.same(await resolver.resolve(host, never), addresses, host);
  t.same(server.questions, []);
});

t.test('an answer is kept for its time to live, within bounds', async (t) => {
  const setup = await setUp(t, () => ({ addresses: ['192.168.1.7'], ttl: 60 }));
  const { resolver, server } = setup;
  for (const nowMs of [0, 59_999, 60_000, 60_001]) {
    setup.nowMs = nowMs;
    t.same(await resolver.resolve('meter.home', never), ['192.168.1.7']);
  }
  t.same(server.questions, ['A meter.home', 'A meter.home']);
  server.answer = () => ({ addresses: ['192.168.1.8'], ttl: 0 });
  setup.nowMs = 200_000;
  await resolver.resolve('meter.home', never);
  setup.nowMs += 9_999;
  t.same(await resolver.resolve('meter.home', never), ['192.168.1.8']);
  t.equal(server.questions.length, 3, 'a time to live of nothing lasts 10 s');
});

t.test('IPv6 is asked for only when there is no IPv4', async (t) => {
  const { resolver, server } = await setUp(t, (_, type) =>
    type === 'A' ? { addresses: [], ttl: 0 } : { addresses: ['fd00:0:0:0:0:0:0:9'], ttl: 60 },
  );
  t.same(await resolver.resolve('six.home', never), ['fd00::9']);
  t.same(server.questions, ['A six.home', 'AAAA six.home']);
});

t.test('a name without an address is an error with a hint', async (t) => {
  const { resolver } = await setUp(t, () => ({ code: 'NXDOMAIN' }));
  await t.rejects(resolver.resolve('no.home', never), {
    code: 'host_unresolved',
    message: /no\.home.*ENOTFOUND/,
  });
  await t.rejects(resolver.resolve('inverter.local', never), {
    code: 'host_unresolved',
    hint: /same network/,
  });
});

t.test('an old answer serves on while the server fails, and it is not asked each time', async (t) => {
  const setup = await setUp(t, () => ({ addresses: ['192.168.1.7'], ttl: 60 }));
  const { resolver, server } = setup;
  await resolver.resolve('meter.home', never);
  server.answer = () => ({ code: 'NXDOMAIN' });
  setup.nowMs = 100_000;
  for (let call = 0; call < 5; call += 1)
    t.same(await resolver.resolve('meter.home', never), ['192.168.1.7']);
  t.equal(server.questions.length, 2);
  server.answer = () => ({ addresses: ['192.168.1.9'], ttl: 60 });
  setup.nowMs = 131_000;
  t.same(await resolver.resolve('meter.home', never), ['192.168.1.9']);
});

t.test('a hung server fails a name within its tries, and localhost does not wait for it', async (t) => {
  const { resolver, server } = await setUp(t, () => undefined);
  const order: string[] = [];
  const names = ['a.home', 'b.home', 'c.home', 'd.home', 'e.home', 'f.home'];
  const hung = names.map(async (name) => {
    await t.rejects(resolver.resolve(name, never), { code: 'host_unresolved', message: /ETIMEOUT/ });
    order.push(name);
  });
  t.same(await resolver.resolve('localhost', never), ['127.0.0.1']);
  order.push('localhost');
  await Promise.all(hung);
  t.equal(order[0], 'localhost');
  t.equal(server.questions.length, 2 * names.length, 'two tries each');
});

t.test('a caller that gives up is let go at once, and callers share one question', async (t) => {
  const { resolver, server } = await setUp(t, () => undefined);
  const abort = new AbortController();
  const waiting = [resolver.resolve('a.home', abort.signal), resolver.resolve('a.home', abort.signal)];
  abort.abort();
  for (const call of waiting) await t.rejects(call, { code: 'connection_timeout' });
  await t.rejects(resolver.resolve('a.home', abort.signal), { code: 'connection_timeout' });
  await t.rejects(resolver.resolve('a.home', never), { code: 'host_unresolved' });
  t.equal(server.questions.length, 2, 'one question, tried twice');
});

t.test(
  'names under .local are asked of the home first, and of the server when nobody there has them',
  async (t) => {
    const asked: string[] = [];
    const setup = await setUp(
      t,
      () => ({ addresses: ['192.168.1.9'], ttl: 60 }),
      '',
      (name) => {
        asked.push(name);
        return Promise.resolve(
          name === 'p1meter-aabbcc.local' ? [{ address: '192.168.1.30', ttlSeconds: 120 }] : [],
        );
      },
    );
    const { resolver, server } = setup;
    t.same(await resolver.resolve('P1meter-AABBCC.local.', never), ['192.168.1.30']);
    t.same(await resolver.resolve('p1meter-aabbcc.local', never), ['192.168.1.30']);
    t.same(server.questions, [], 'it is nobody else’s business');
    t.same(await resolver.resolve('nas.local', never), ['192.168.1.9']);
    t.same(await resolver.resolve('meter.home', never), ['192.168.1.9']);
    t.same(asked, ['p1meter-aabbcc.local', 'nas.local']);
  },
);

t.test(
  'an address where nobody was is asked for anew, some seconds later, and used while nothing better is known',
  async (t) => {
    const setup = await setUp(t, () => ({ addresses: ['192.168.1.7'], ttl: 3_600 }));
    const { resolver, server } = setup;
    resolver.distrust?.('meter.home');
    await resolver.resolve('meter.home', never);
    server.answer = () => ({ addresses: ['192.168.1.8'], ttl: 3_600 });
    setup.nowMs = 9_999;
    resolver.distrust?.('meter.home');
    t.same(await resolver.resolve('meter.home', never), ['192.168.1.7'], 'it was asked for just now');
    setup.nowMs = 10_000;
    t.same(await resolver.resolve('meter.home', never), ['192.168.1.7']);
    resolver.distrust?.('Meter.home.');
    t.same(await resolver.resolve('meter.home', never), ['192.168.1.8']);
    server.answer = () => ({ code: 'SERVFAIL' });
    setup.nowMs = 30_000;
    resolver.distrust?.('meter.home');
    t.same(await resolver.resolve('meter.home', never), ['192.168.1.8']);
  },
);
