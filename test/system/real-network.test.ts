import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import t from 'tap';
import type { Test } from 'tap';
import { GatewayError } from '../../gateway/core/errors.ts';
import type { Connection, Network, Reach } from '../../gateway/core/network.ts';
import { createRealNetwork } from '../../gateway/system/real-network.ts';

const never = new AbortController().signal;

function networkTo(addresses: readonly string[], forbidden: readonly string[] = []): Network {
  return createRealNetwork({
    resolver: { resolve: () => Promise.resolve(addresses) },
    refuseAddress: (address) =>
      forbidden.includes(address) ? new GatewayError('host_forbidden', `${address} is forbidden`) : undefined,
  });
}

async function serve(
  t: Test,
  onSocket: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(onSocket);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

interface Client {
  readonly connection: Connection;
  readonly received: string[];
  readonly closed: Promise<Error | undefined>;
  closes: number;
}

async function open(network: Network, port: number): Promise<Client> {
  const received: string[] = [];
  const { promise: closed, resolve } = Promise.withResolvers<Error | undefined>();
  const state = { closes: 0 };
  const listener = {
    onData: (bytes: Uint8Array) => received.push(Buffer.from(bytes).toString()),
    onClose: (reason: Error | undefined) => {
      state.closes += 1;
      resolve(reason);
    },
  };
  const connection = await network.connectTcp({ host: 'device', port, listener, signal: never });
  return Object.assign(state, { connection, received, closed });
}

t.test('bytes go both ways, and the other side may end it', async (t) => {
  const { port } = await serve(t, (socket) =>
    socket.on('data', (bytes) => socket.end(`${bytes.toString()}!`)),
  );
  const client = await open(networkTo(['127.0.0.1']), port);
  client.connection.write(Buffer.from('hello'));
  t.match(await client.closed, {
    code: 'connection_closed',
    message: /device:\d+ was closed by the other side/,
  });
  t.same(client.received, ['hello!']);
  client.connection.write(Buffer.from('late'));
  client.connection.close();
  t.equal(client.closes, 1);
});

t.test('a reset is told with its reason', async (t) => {
  const { port } = await serve(t, (socket) => socket.on('data', () => socket.resetAndDestroy()));
  const client = await open(networkTo(['127.0.0.1']), port);
  client.connection.write(Buffer.from('x'));
  t.match(await client.closed, { code: 'connection_closed', message: /ECONNRESET/ });
});

t.test('its owner closes it at once: no data comes after, and the close has no reason', async (t) => {
  const { port } = await serve(t, (socket) => {
    socket.on('error', () => undefined);
    socket.write('greeting');
  });
  const client = await open(networkTo(['127.0.0.1']), port);
  client.connection.close();
  client.connection.close();
  t.equal(await client.closed, undefined);
  t.same(client.received, []);
  t.equal(client.closes, 1);
});

t.test('closed while data comes in, it hears of no more', async (t) => {
  const { port } = await serve(t, (socket) => {
    socket.on('error', () => undefined);
    socket.write(Buffer.alloc(4_000_000));
  });
  const { promise: closed, resolve } = Promise.withResolvers<Error | undefined>();
  let chunks = 0;
  const opening = networkTo(['127.0.0.1']).connectTcp({
    host: 'device',
    port,
    signal: never,
    listener: {
      onData: () => {
        chunks += 1;
        void opening.then((connection) => connection.close());
      },
      onClose: resolve,
    },
  });
  t.equal(await closed, undefined);
  t.equal(chunks, 1);
});

t.test('a port where nobody listens is refused', async (t) => {
  const { server, port } = await serve(t, () => undefined);
  server.close();
  await once(server, 'close');
  await t.rejects(open(networkTo(['127.0.0.1']), port), { code: 'connection_refused', facts: { port } });
});

t.test('the signal ends a connect that hangs', async (t) => {
  const { port } = await serve(t, () => undefined);
  const abort = new AbortController();
  const listener = { onData: () => undefined, onClose: () => undefined };
  const connecting = networkTo(['127.0.0.1']).connectTcp({
    host: 'device',
    port,
    listener,
    signal: abort.signal,
  });
  abort.abort();
  await t.rejects(connecting, { code: 'connection_timeout', retryable: true });
  await t.rejects(
    networkTo(['127.0.0.1']).connectTcp({ host: 'device', port, listener, signal: abort.signal }),
    {
      code: 'connection_timeout',
    },
  );
});

t.test('the signal has no say once the connection is open', async (t) => {
  const { port } = await serve(t, (socket) => socket.pipe(socket));
  const abort = new AbortController();
  const { promise: echoed, resolve } = Promise.withResolvers<string>();
  const listener = {
    onData: (bytes: Uint8Array) => resolve(Buffer.from(bytes).toString()),
    onClose: () => undefined,
  };
  const connection = await networkTo(['127.0.0.1']).connectTcp({
    host: 'device',
    port,
    listener,
    signal: abort.signal,
  });
  abort.abort();
  connection.write(Buffer.from('still here'));
  t.equal(await echoed, 'still here');
  connection.close();
});

t.test('an address that is forbidden is never connected to, whatever name led to it', async (t) => {
  let visits = 0;
  const { port } = await serve(t, () => (visits += 1));
  await t.rejects(open(networkTo(['127.0.0.1'], ['127.0.0.1']), port), { code: 'host_forbidden' });
  t.equal(visits, 0);
  const client = await open(networkTo(['10.0.0.1', '127.0.0.1'], ['10.0.0.1']), port);
  client.connection.close();
  t.equal(await client.closed, undefined, 'another address of the name may be allowed');
});

t.test('the addresses of a name are tried in their order', async (t) => {
  const { port } = await serve(t, (socket) => socket.end('here'));
  const client = await open(networkTo(['127.0.0.2', '127.0.0.1']), port);
  await client.closed;
  t.same(client.received, ['here'], 'nobody listens at the first');
});

t.test(
  'each address is judged by how far its connection may reach: the home unless it is said',
  async (t) => {
    const { port } = await serve(t, (socket) => socket.end());
    const judged: (readonly [Reach, string])[] = [];
    const network = createRealNetwork({
      resolver: { resolve: () => Promise.resolve(['127.0.0.9', '127.0.0.1']) },
      refuseAddress: (address, reach, host) => {
        judged.push([reach, host]);
        const isAllowed = reach === 'internet' && address === '127.0.0.1';
        return isAllowed ? undefined : new GatewayError('host_forbidden', `${address} is forbidden`);
      },
    });
    const listener = { onData: () => undefined, onClose: () => undefined };
    const place = { host: 'broker.example', port, listener, signal: never };
    await t.rejects(network.connectTcp(place), { code: 'host_forbidden', message: /127\.0\.0\.9/ });
    await t.rejects(network.connectTcp({ ...place, reach: 'private' }), { code: 'host_forbidden' });
    (await network.connectTcp({ ...place, reach: 'internet' })).close();
    t.same(
      judged,
      ['home', 'home', 'private', 'private', 'internet', 'internet'].map((reach) => [
        reach,
        'broker.example',
      ]),
    );
  },
);

t.test('an address where nobody is, is said to the resolver', async (t) => {
  const { server, port } = await serve(t, (socket) => socket.end());
  const distrusted: string[] = [];
  const network = createRealNetwork({
    resolver: {
      resolve: () => Promise.resolve(['127.0.0.1']),
      distrust: (host) => void distrusted.push(host),
    },
    refuseAddress: () => undefined,
  });
  (await open(network, port)).connection.close();
  t.same(distrusted, []);
  server.close();
  await once(server, 'close');
  await t.rejects(open(network, port), { code: 'connection_refused' });
  await t.rejects(
    network.connectTcp({
      host: 'device',
      port,
      listener: { onData: () => undefined, onClose: () => undefined },
      signal: AbortSignal.abort(),
    }),
    { code: 'connection_timeout' },
  );
  t.same(distrusted, ['device', 'device']);
});
