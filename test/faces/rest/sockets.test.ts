import { once } from 'node:events';
import { lstatSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage, type RequestOptions } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../../../gateway/core/limits.ts';
import t, { type Test } from 'tap';
import { createStubGateway, liveText, liveValue, type StubGateway } from '../stub-gateway.ts';

interface Listening {
  readonly gateway: StubGateway;
  readonly port: number;
  readonly directory: string;
  readonly socketPath: string;
}

async function listening(t: Test): Promise<Listening> {
  const gateway = await createStubGateway();
  const directory = mkdtempSync(join(tmpdir(), 'egw-rest-'));
  const socketPath = join(directory, 'egw.sock');
  const { port } = await gateway.rest.listen({ host: '127.0.0.1', port: 0 });
  await gateway.rest.listenLocal(socketPath);
  t.teardown(async () => {
    await gateway.rest.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { gateway, port, directory, socketPath };
}

async function get(options: RequestOptions): Promise<IncomingMessage> {
  const sent = request(options);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part as string;
  return text;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

t.test("the owner's socket needs no token, can be opened by nobody else, and has all scopes", async (t) => {
  const { port, socketPath, gateway } = await listening(t);
  t.equal(lstatSync(socketPath).mode & 0o777, 0o600);
  const local = await get({ socketPath, path: '/api/v1/tokens', agent: false });
  t.equal(local.statusCode, 200);
  await textOf(local);
  const headers = { 'x-forwarded-for': 'local', host: 'localhost' };
  const remote = await get({ port, host: '127.0.0.1', path: '/api/v1/tokens', headers, agent: false });
  t.equal(remote.statusCode, 401, 'nothing that comes over TCP is local');
  await textOf(remote);
  const opening = request({ socketPath, path: '/api/v1/pairing', method: 'POST', agent: false });
  opening.end();
  const [opened] = (await once(opening, 'response')) as [IncomingMessage];
  t.match(JSON.parse(await textOf(opened)), { open: true, remainingMs: 300_000 });
  t.match(gateway.store.audit, [
    { principal: 'local', action: 'pairing.open', outcome: 'ok', detail: 'from local' },
  ]);
});

t.test(
  'a socket file that nobody answers on is replaced, one that is answered on and any other file are not',
  async (t) => {
    const { socketPath, directory } = await listening(t);
    const second = await createStubGateway();
    t.teardown(() => second.rest.close());
    await t.rejects(second.rest.listenLocal(socketPath), { code: 'data_dir_in_use' });
    const other = join(directory, 'file');
    writeFileSync(other, 'precious');
    await t.rejects(second.rest.listenLocal(other), { code: 'data_dir_unusable' });
    t.ok(lstatSync(other).isFile());
    await t.rejects(second.rest.listenLocal(join(directory, 'none', 'egw.sock')), {
      code: 'data_dir_unusable',
    });
    await t.rejects(second.rest.listenLocal(join(directory, 'x'.repeat(120))), { code: 'data_dir_unusable' });

    const stale = join(directory, 'stale.sock');
    const dead = createServer();
    dead.listen(stale);
    await once(dead, 'listening');
    // A process that was killed leaves its file; renaming it keeps the server from removing it at its end.
    const left = join(directory, 'left.sock');
    renameSync(stale, left);
    dead.close();
    await once(dead, 'close');
    t.ok(lstatSync(left).isSocket());
    await second.rest.listenLocal(left);
    t.equal((await get({ socketPath: left, path: '/api/v1/version', agent: false })).statusCode, 200);
  },
);

t.test('a port in use is one clear error', async (t) => {
  const { port } = await listening(t);
  const second = await createStubGateway();
  t.teardown(() => second.rest.close());
  await t.rejects(second.rest.listen({ host: '127.0.0.1', port }), {
    code: 'port_in_use',
    message: `port ${port} on 127.0.0.1 is in use`,
  });
  await t.rejects(second.rest.listen({ host: '203.0.113.1', port: 0 }), { code: 'config_invalid' });
});

t.test('headers that trickle in lose their connection', { timeout: 30_000 }, async (t) => {
  const { port } = await listening(t);
  const socket = await open(port);
  socket.write('GET /api/hello HTTP/1.1\r\nhost: local');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  await once(socket, 'close');
  t.match(answer, /^HTTP\/1.1 408 .*application\/problem\+json/s);
});

t.test('what is not HTTP is answered with a problem, and the connection ends', async (t) => {
  const { port } = await listening(t);
  for (const bytes of [
    '\x16\x03\x01\x02\x00 hello',
    'GET / HTTP/1.1\r\n\r\n',
    `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
  ]) {
    const socket = await open(port);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.write(bytes);
    await once(socket, 'close');
    t.match(answer, /^HTTP\/1.1 (400|431) /);
  }
});

t.test('one address holds sixteen connections, and gets a new one for each that ends', async (t) => {
  const { port } = await listening(t);
  const sockets: Socket[] = [];
  for (let index = 0; index < 16; index += 1) sockets.push(await open(port));
  const refused = connect(port, '127.0.0.1');
  refused.on('error', () => undefined);
  await once(refused, 'close');
  t.pass('the seventeenth is closed at once');
  sockets[0]?.destroy();
  for (;;) {
    const response = await get({ port, host: '127.0.0.1', path: '/api/hello', agent: false }).catch(
      () => undefined,
    );
    if (response?.statusCode !== 200) continue;
    t.equal((JSON.parse(await textOf(response)) as { version: string }).version, '1.2.3');
    break;
  }
  for (const socket of sockets) socket.destroy();
});

t.test('an address opens a hundred connections at once, and twenty a second from then on', async (t) => {
  const { gateway, port } = await listening(t);
  const isServed = async (localAddress: string): Promise<boolean> => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('GET /api/hello HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    await once(socket, 'close');
    return socket.bytesRead > 0;
  };
  const served = async (tries: number): Promise<number> => {
    let count = 0;
    for (let index = 0; index < tries; index += 1) if (await isServed('127.0.0.1')) count += 1;
    return count;
  };
  t.equal(await served(limits.httpConnectionsAtOnceMax + 5), limits.httpConnectionsAtOnceMax);
  t.ok(await isServed('127.0.0.2'), 'others come in');
  gateway.time.pass(1_000);
  t.equal(await served(limits.httpConnectionsPerSecondMax + 5), limits.httpConnectionsPerSecondMax);
});

t.test(
  'a stream sends how things are, then what happens, then a heartbeat, until its token goes',
  async (t) => {
    const { gateway, port } = await listening(t);
    const headers = { authorization: `Bearer ${await gateway.token(['read'])}` };
    const response = await get({ port, host: '127.0.0.1', path: '/api/v1/events', headers, agent: false });
    t.match(response.headers, {
      'content-type': 'text/event-stream; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    const parts = response.setEncoding('utf8')[Symbol.asyncIterator]();
    const next = async (): Promise<string> => String((await parts.next()).value);
    t.equal(
      await next(),
      `event: readings\ndata: ${JSON.stringify({ type: 'readings', values: [liveValue] })}\n\n` +
        `event: texts\ndata: ${JSON.stringify({ type: 'texts', values: [liveText] })}\n\n`,
    );
    gateway.feed.publish({ type: 'device', id: 'inverter', state: 'down', since: 5 });
    t.equal(
      await next(),
      'event: device\ndata: {"type":"device","id":"inverter","state":"down","since":5}\n\n',
    );
    gateway.time.pass(5_000);
    t.equal(await next(), ': heartbeat\n\n');
    for (const { id } of gateway.tokens.list()) await gateway.tokens.remove(id);
    gateway.time.pass(5_000);
    t.ok((await parts.next()).done, 'the stream ends with its token');
  },
);

t.test('streams are bounded, and one that is not read is dropped', async (t) => {
  const { gateway, socketPath } = await listening(t);
  const streams: IncomingMessage[] = [];
  for (let index = 0; index < 16; index += 1)
    streams.push(await get({ socketPath, path: '/api/v1/events', agent: false }));
  const refused = await get({ socketPath, path: '/api/v1/events', agent: false });
  t.equal(refused.statusCode, 503);
  t.match(JSON.parse(await textOf(refused)), { code: 'queue_full', retryable: true });
  for (const stream of streams.slice(1)) stream.resume();
  const values = Array.from({ length: 200 }, () => liveValue);
  const idle = streams[0];
  const closed = new Promise((resolve) => idle?.once('close', resolve));
  idle?.on('error', () => undefined);
  // Never read, so what is not sent piles up in the gateway until it is too much.
  for (let index = 0; index < 400; index += 1) gateway.feed.publish({ type: 'readings', values });
  await new Promise((resolve) => setImmediate(resolve));
  idle?.resume();
  await closed;
  t.notOk(idle?.complete, 'it was cut off');
});

t.test(
  'a close ends streams, idle connections and half-sent requests, and leaves nothing waiting',
  { timeout: 20_000 },
  async (t) => {
    const { gateway, port, socketPath } = await listening(t);
    const stream = await get({ socketPath, path: '/api/v1/events', agent: false });
    stream.resume();
    const half = await open(port);
    half.write(
      'POST /api/v1/pair HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    );
    const silent = await open(port);
    const closing = gateway.rest.close();
    const ends = [once(stream, 'close'), once(half, 'close'), once(silent, 'close')];
    await Promise.race([ends[0], new Promise((resolve) => setImmediate(resolve))]);
    gateway.time.pass(500);
    await Promise.all([...ends, closing]);
    t.equal(gateway.time.waiting, 0, 'no alarm is left');
    t.notOk(lstatSync(socketPath, { throwIfNoEntry: false }), 'the socket file is gone');
  },
);
