import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import { silentLogger, type Logger } from '../../gateway/core/logger.ts';
import type { AdvertisedService, FoundService } from '../../gateway/core/service-discovery.ts';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';
import { createRealServiceDiscovery } from '../../gateway/system/real-service-discovery.ts';

const alarm = createRealAlarm(realClock);
const { signal } = new AbortController();
const group = '224.0.0.251';
const loopback = '127.0.0.1';
const type = '_egw._tcp';
const home: AdvertisedService = {
  name: 'Home v1.0',
  type,
  host: loopback,
  port: 8_080,
  txt: { version: '0.1.0', path: '/' },
};

/** A socket of the group, on loopback. */
async function memberSocket(t: Test, port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  t.teardown(async () => {
    socket.close();
    await once(socket, 'close');
  });
  socket.bind(port);
  await once(socket, 'listening');
  socket.setMulticastInterface(loopback);
  socket.addMembership(group, loopback);
  return socket;
}

/** A port of the test's own, so that nothing is said to anybody else; undefined where multicast does not work. */
async function quietPort(t: Test): Promise<number | undefined> {
  try {
    const socket = await memberSocket(t, 0);
    const { port } = socket.address();
    const heard = once(socket, 'message', { signal: AbortSignal.timeout(5_000) });
    socket.send('heard', port, group);
    await heard;
    return port;
  } catch (error) {
    t.comment(`NOT TESTED: multicast over loopback does not work on this machine: ${String(error)}`);
    t.pass('skipped', { skip: 'no multicast over loopback' });
    return undefined;
  }
}

function discoveryOn(port: number, logger: Logger = silentLogger) {
  return createRealServiceDiscovery({ clock: realClock, alarm, logger, addresses: () => [loopback], port });
}

t.test('what is advertised is found by others, under a name of its own, until it is stopped', async (t) => {
  const port = await quietPort(t);
  if (port === undefined) return;
  const here = discoveryOn(port);
  const browser = discoveryOn(port);
  const browse = async (): Promise<readonly FoundService[]> => await browser.browse([type], 600, signal);
  const heard = async (name: string): Promise<FoundService> => {
    for (;;) {
      const service = (await browse()).find((found) => found.name === name);
      if (service !== undefined) return service;
    }
  };
  const stopFirst = here.advertise(home);
  t.match(await heard('Home v1-0'), { type, port: 8_080, txt: { version: '0.1.0', path: '/' } });
  const goodbye = await memberSocket(t, port);
  const silent = (async () => {
    for (;;) {
      const [bytes] = (await once(goodbye, 'message')) as [Buffer];
      if (isGoodbye(bytes)) return true;
    }
  })();
  await stopFirst();
  t.ok(await silent, 'whoever has heard of it is told that it is gone');
  await stopFirst();
  t.same(await browse(), []);
});

t.test('a name that another gateway has is left to it', async (t) => {
  const port = await quietPort(t);
  if (port === undefined) return;
  const other = await memberSocket(t, port);
  const answer = answerOf({ name: 'Home v1-0', address: '192.0.2.77', port: 80 });
  other.on('message', (bytes: Buffer) => {
    if (isQuery(bytes)) other.send(answer, port, group);
  });
  const stop = discoveryOn(port).advertise(home);
  t.teardown(stop);
  for (let names: string[] = []; !names.includes('Home v1-0 (2)');) {
    const found = await discoveryOn(port).browse([type], 600, signal);
    names = found.map(({ name }) => name);
    t.same(new Set(names).size, names.length, 'no name twice');
    if (names.includes('Home v1-0')) continue;
    t.fail('the other one is not heard');
    break;
  }
});

t.test('hostile and broken packets end nothing', async (t) => {
  const port = await quietPort(t);
  if (port === undefined) return;
  const stranger = await memberSocket(t, port);
  const stop = discoveryOn(port).advertise(home);
  const browsing = discoveryOn(port).browse([type, '_http._tcp'], 900, signal);
  for (let length = 0; length < 300; length += 1)
    stranger.send(
      Buffer.from(Array.from({ length }, (_, index) => (index * 131 + length * 17) % 256)),
      port,
      group,
    );
  for (const packet of hostilePackets()) stranger.send(packet, port, group);
  const found = await browsing;
  t.ok(
    found.every(({ name }) => name.length > 0 && name.length <= 63),
    'nothing of it is taken for a service',
  );
  await stop();
});

t.test('without the package nothing is found, and the log says why', async (t) => {
  const lines: string[] = [];
  const logger: Logger = { ...silentLogger, debug: (_, message) => void lines.push(message) };
  const discovery = createRealServiceDiscovery({
    clock: realClock,
    alarm,
    logger,
    addresses: () => [loopback],
    loadPackage: () => Promise.reject(new Error('Cannot find package')),
  });
  t.same(await discovery.browse([type], 1_000, signal), []);
  await discovery.advertise(home)();
  t.match(lines, [/not installed.*npm ci/, /not installed/]);
});

t.test('a port that cannot be had is a line in the log', async (t) => {
  const holder = createSocket({ type: 'udp4', reuseAddr: false });
  t.teardown(() => holder.close());
  holder.bind(0);
  await once(holder, 'listening');
  const lines: string[] = [];
  const logger: Logger = { ...silentLogger, debug: (_, message) => void lines.push(message) };
  t.same(await discoveryOn(holder.address().port, logger).browse([type], 100, signal), []);
  t.match(lines[0], /multicast DNS does not work: .*EADDRINUSE/);
});

t.test('a browse ends with its signal', async (t) => {
  const controller = new AbortController();
  const browsing = discoveryOn(0).browse([type], 3_600_000, controller.signal);
  controller.abort();
  t.same(await browsing, []);
  t.same(await discoveryOn(0).browse([type], 3_600_000, controller.signal), []);
});

function isQuery(bytes: Buffer): boolean {
  return bytes.length >= 12 && (bytes.readUInt16BE(2) & 0x8000) === 0;
}

/** An answer to who has the service: PTR, SRV and A (RFC 6763, 12.1), by hand. */
function answerOf(stranger: { name: string; address: string; port: number }): Buffer {
  const label = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
  const nameOf = (...labels: string[]): Buffer => Buffer.concat([...labels.map(label), Buffer.from([0])]);
  const record = (name: Buffer, kind: number, data: Buffer): Buffer =>
    Buffer.concat([name, Buffer.from([0, kind, 0, 1, 0, 0, 0, 120, 0, data.length]), data]);
  const service = nameOf('_egw', '_tcp', 'local');
  const instance = nameOf(stranger.name, '_egw', '_tcp', 'local');
  const host = nameOf('stranger', 'local');
  return Buffer.concat([
    Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 3, 0, 0, 0, 0]),
    record(service, 12, instance),
    record(instance, 33, Buffer.concat([Buffer.from([0, 0, 0, 0, 0, stranger.port]), host])),
    record(host, 1, Buffer.from(stranger.address.split('.').map(Number))),
  ]);
}

/** A response whose every record has a time to live of 0: its first answer's is right after its name. */
function isGoodbye(bytes: Buffer): boolean {
  if (bytes.length < 12 || (bytes.readUInt16BE(2) & 0x8000) === 0 || bytes.readUInt16BE(6) === 0)
    return false;
  let at = 12;
  while ((bytes[at] ?? 0) !== 0) at += (bytes[at] ?? 0) + 1;
  return bytes.readUInt32BE(at + 5) === 0;
}

/** Responses that claim what nobody should: a name that is empty, loops or never ends, and a data length that lies. */
function hostilePackets(): readonly Buffer[] {
  const header = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  const ptr = Buffer.from([0, 12, 0, 1, 0, 0, 0, 120]);
  const typeName = Buffer.from('\x04_egw\x04_tcp\x05local\0', 'latin1');
  const answer = (data: readonly number[], length = data.length): Buffer =>
    Buffer.concat([header, typeName, ptr, Buffer.from([length >> 8, length & 255, ...data])]);
  return [
    answer([0]),
    answer([0xc0, 12]),
    answer([0xc0, header.length + typeName.length + ptr.length + 2]),
    answer([63, ...Array<number>(63).fill(0x1b)]),
    answer([1, 65, 0], 60_000),
    Buffer.concat([header, Buffer.from([0xc0, 12])]),
  ];
}
