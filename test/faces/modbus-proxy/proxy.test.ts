import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { noLocalNetwork } from '../../../gateway/core/local-network.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { ProxyRequests } from '../../../gateway/faces/modbus-proxy/proxy-requests.ts';
import {
  createProxyServer,
  type ProxyServerParts,
} from '../../../gateway/faces/modbus-proxy/proxy-server.ts';
import { runProgram } from '../../interop/other-program.ts';
import { withParts } from '../../interop/debian-part.ts';
import { ManualTime } from '../manual-time.ts';

/** Unit 1 answers each address with itself; the others fail as asked. */
const failures: Readonly<Record<number, GatewayError>> = {
  2: new GatewayError('device_timeout', 'down'),
  3: new GatewayError('rate_limited', 'too many'),
  4: new GatewayError('device_exception', 'refused', { facts: { exception: 2 } }),
  5: new GatewayError('device_unknown', 'none'),
};

async function proxyOf(t: Test, change: Partial<ProxyServerParts> = {}) {
  const time = new ManualTime();
  const server = createProxyServer({
    clock: time,
    alarm: time,
    logger: silentLogger,
    lan: noLocalNetwork,
    clientsMax: 2,
    read: (unit, { address, count }) => {
      const failure = failures[unit];
      if (failure !== undefined) return Promise.reject(failure);
      return Promise.resolve(Uint16Array.from({ length: count }, (_, index) => address + index));
    },
    ...change,
  });
  t.teardown(async () => await server.close());
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  return { port, time, server };
}

async function master(t: Test, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

function request(unit: number, pdu: readonly number[], transaction = 7): Buffer {
  return Buffer.from([0, transaction, 0, 0, 0, pdu.length + 1, unit, ...pdu]);
}

async function exchange(socket: Socket, bytes: Uint8Array): Promise<string> {
  socket.write(bytes);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString('hex');
}

t.test('another master reads, and hears in Modbus’ own words why it cannot', async (t) => {
  const { port } = await proxyOf(t);
  const socket = await master(t, port);
  t.equal(await exchange(socket, request(1, [3, 0, 5, 0, 2])), '00070000000701030400050006');
  t.equal(await exchange(socket, request(1, [4, 0, 5, 0, 1])), '000700000005010402' + '0005');
  const refused: readonly (readonly [string, number, readonly number[], string])[] = [
    ['a write of one register', 1, [6, 0, 5, 0, 1], '8601'],
    ['a write of several', 1, [16, 0, 5, 0, 1, 2, 0, 1], '9001'],
    ['a function that is none', 1, [99], 'e301'],
    ['no register', 1, [3, 0, 5, 0, 0], '8303'],
    ['too many registers', 1, [3, 0, 5, 0, 126], '8303'],
    ['a request too short', 1, [3, 0, 5], '8303'],
    ['beyond the last address', 1, [3, 0xff, 0xff, 0, 2], '8302'],
    ['a device that is down', 2, [3, 0, 5, 0, 1], '830b'],
    ['too many requests', 3, [3, 0, 5, 0, 1], '8306'],
    ['what the device refuses', 4, [3, 0, 5, 0, 1], '8302'],
    ['an unknown unit', 5, [3, 0, 5, 0, 1], '830b'],
  ];
  for (const [what, unit, pdu, answer] of refused) {
    t.equal(await exchange(socket, request(unit, pdu)), `0007000000030${unit}${answer}`, what);
  }
});

t.test('what is not Modbus TCP ends the connection', async (t) => {
  const { port } = await proxyOf(t);
  for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\0\x01\0\0\0\0\x01', '\0\x01\0\0\xff\xff\x01']) {
    const socket = await master(t, port);
    socket.write(bytes);
    await once(socket, 'close');
    t.ok(socket.destroyed);
  }
});

t.test('only so many masters are served, and only from near', async (t) => {
  const { port } = await proxyOf(t);
  const two = [await master(t, port), await master(t, port)];
  for (const socket of two) await exchange(socket, request(1, [3, 0, 0, 0, 1]));
  const third = await master(t, port);
  await once(third, 'close');
  t.ok(third.destroyed);
});

t.test('a connection that asks nothing is closed', async (t) => {
  const { port, time } = await proxyOf(t);
  const socket = await master(t, port);
  await exchange(socket, request(1, [3, 0, 0, 0, 1]));
  time.pass(60_001);
  await once(socket, 'close');
  t.ok(socket.destroyed);
});

t.test('requests are found however the bytes are cut', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (cuts) => {
      const stream = Buffer.concat([0, 1, 2, 3].map((at) => request(1, [3, 0, at, 0, 1], at)));
      const requests = new ProxyRequests();
      const found: number[] = [];
      let at = 0;
      for (let turn = 0; at < stream.length; turn += 1) {
        const end = at + (cuts[turn % cuts.length] ?? 1);
        found.push(...requests.push(stream.subarray(at, end)).map(({ transaction }) => transaction));
        at = end;
      }
      return !requests.isBroken && found.join() === '0,1,2,3';
    }),
  );
  t.end();
});

withParts(['mbpoll'], 'mbpoll reads through the proxy', async (t) => {
  const { port } = await proxyOf(t);
  const words = ['-a', '1', '-0', '-r', '40', '-c', '3', '-t', '4', '-1', '-m', 'tcp', '-p', String(port)];
  const { output } = await runProgram('mbpoll', [...words, '127.0.0.1']);
  t.match(output, /\[40\]:\s+40\n\[41\]:\s+41\n\[42\]:\s+42/);
});
