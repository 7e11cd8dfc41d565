import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { WebSocket, type ClientOptions } from 'ws';
import { limits } from '../../../gateway/core/limits.ts';
import { createStubGateway, liveText, liveValue, type StubGateway } from '../stub-gateway.ts';

interface Stand {
  readonly gateway: StubGateway;
  readonly port: number;
  open(headers?: Record<string, string>, protocols?: readonly string[]): WebSocket;
}

async function stand(t: Test): Promise<Stand> {
  const gateway = await createStubGateway();
  const { port } = await gateway.rest.listen({ host: '127.0.0.1', port: 0 });
  const opened: WebSocket[] = [];
  t.teardown(async () => {
    for (const socket of opened) socket.terminate();
    await gateway.rest.close();
  });
  return {
    gateway,
    port,
    open: (headers = {}, protocols = ['egw.v1']) => {
      const options: ClientOptions = { headers };
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/live`, [...protocols], options);
      socket.on('error', () => undefined);
      opened.push(socket);
      return socket;
    },
  };
}

const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });

/** The events of a socket, as they come. */
function events(socket: WebSocket): () => Promise<Record<string, unknown>> {
  const seen: Record<string, unknown>[] = [];
  const waiting: ((event: Record<string, unknown>) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString()) as Record<string, unknown>;
    const next = waiting.shift();
    if (next === undefined) seen.push(event);
    else next(event);
  });
  return async () => seen.shift() ?? (await new Promise((resolve) => waiting.push(resolve)));
}

async function closing(socket: WebSocket): Promise<string> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return `${code} ${reason.toString()}`;
}

async function refusal(socket: WebSocket): Promise<Record<string, unknown>> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part as string;
  return { http: response.statusCode, ...(JSON.parse(text) as object) };
}

t.test(
  'programs read with the headers of any request: first how things are, then what happens',
  async (t) => {
    const { gateway, open } = await stand(t);
    const socket = open(bearer(await gateway.token(['read'])));
    const next = events(socket);
    t.same(await next(), { type: 'readings', values: [liveValue] });
    t.same(await next(), { type: 'texts', values: [liveText] });
    t.equal(socket.protocol, 'egw.v1');
    gateway.feed.publish({ type: 'device', id: 'inverter', state: 'down', since: 5 });
    t.same(await next(), { type: 'device', id: 'inverter', state: 'down', since: 5 });
    gateway.time.pass(limits.eventHeartbeatMs);
    t.same(await next(), { type: 'heartbeat' });
  },
);

t.test('browsers say in their first message who they are', async (t) => {
  const { gateway, open } = await stand(t);
  const socket = open({ origin: `http://127.0.0.1` });
  t.match(await refusal(socket), { http: 403, code: 'origin_forbidden' }, 'of another port, another site');
  const own = open();
  const next = events(own);
  await once(own, 'open');
  gateway.feed.publish({ type: 'device', id: 'inverter', state: 'down', since: 5 });
  own.send(JSON.stringify({ token: await gateway.token(['read']) }));
  t.match(await next(), { type: 'readings' }, 'nothing was told before');
  gateway.time.pass(60_000);
  t.match(await next(), { type: 'texts' });
  t.match(await next(), { type: 'heartbeat' });
});

t.test('who is refused the upgrade cannot keep the connection', async (t) => {
  const { port } = await stand(t);
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  socket.on('error', () => undefined);
  const lines = ['GET /api/v1/live HTTP/1.1', 'Host: 127.0.0.1', 'Origin: http://x', 'Connection: Upgrade'];
  socket.write(`${[...lines, 'Upgrade: websocket'].join('\r\n')}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  t.match(answer.toString(), /^HTTP\/1\.1 403 /);
  socket.resume();
  await once(socket, 'end');
  // One who still listened would take all of it.
  for (let time = 0; time < 1_000 && !socket.destroyed; time += 1) {
    socket.write('still here');
    await setImmediate();
  }
  t.ok(socket.destroyed);
});

t.test('who is refused after the upgrade is noted as he would be before it', async (t) => {
  const { gateway, open } = await stand(t);
  const say = async (token: string): Promise<void> => {
    const socket = open();
    await once(socket, 'open');
    socket.send(JSON.stringify({ token }));
    await closing(socket);
  };
  const kinds = (): unknown[] => gateway.store.security.map(({ kind, origin }) => `${kind} ${origin}`);
  await say(`egw_${'A'.repeat(43)}`);
  gateway.time.pass(limits.securityWriteIntervalMs);
  await setImmediate();
  t.same(kinds(), ['token.unknown 127.0.0.1']);
  await say(await gateway.token(['admin']));
  gateway.time.pass(limits.securityWriteIntervalMs);
  await setImmediate();
  t.same(kinds().slice(1), ['scope.missing 127.0.0.1']);
  t.match(gateway.store.audit, [{ action: 'GET /api/v1/live', outcome: 'forbidden' }]);
});

t.test('who does not say so in time, or says anything else, is sent away', async (t) => {
  const { gateway, open } = await stand(t);
  const wrong: readonly (readonly [string | Buffer, string])[] = [
    [JSON.stringify({ token: `egw_${'A'.repeat(43)}` }), '4401 token_invalid'],
    [JSON.stringify({ token: await gateway.token(['admin']) }), '4403 forbidden'],
    [JSON.stringify({ token: 5 }), '4400 input_invalid'],
    [JSON.stringify({ token: 'egw_x', more: 1 }), '4400 input_invalid'],
    ['{"token":"a","token":"b"}', '4400 input_invalid'],
    ['hello', '4400 input_invalid'],
    [Buffer.from('{"token":"egw_x"}'), '4400 input_invalid'],
    [`{"token":"${'x'.repeat(5_000)}"}`, '1009 '],
  ];
  for (const [message, end] of wrong) {
    const socket = open();
    await once(socket, 'open');
    socket.send(message);
    t.equal(await closing(socket), end, message.toString().slice(0, 40));
  }
  const silent = open();
  await once(silent, 'open');
  gateway.time.pass(limits.liveProofMsMax);
  t.equal(await closing(silent), '4401 token_invalid');
});

t.test('strangers wait in places of their own, and not in many', async (t) => {
  const { gateway, open } = await stand(t);
  const headers = bearer(await gateway.token(['read']));
  const strangers: WebSocket[] = [];
  // One address may hold no more connections than there are such places, so one is left for who is refused.
  t.equal(limits.liveProofsMax, limits.httpSocketsPerAddressMax);
  for (let index = 0; index < limits.liveProofsMax - 1; index += 1) {
    const socket = open();
    await once(socket, 'open');
    strangers.push(socket);
  }
  const friend = open(headers);
  t.match(await events(friend)(), { type: 'readings' }, 'who is known still reads');
});

t.test('a bad credential, a foreign name and a bad handshake are refused as problems', async (t) => {
  const { gateway, open, port } = await stand(t);
  const good = bearer(await gateway.token(['read']));
  const admin = bearer(await gateway.token(['admin']));
  t.match(await refusal(open(bearer(`egw_${'A'.repeat(43)}`))), { http: 401, code: 'token_invalid' });
  t.match(await refusal(open(admin)), { http: 403, code: 'forbidden' });
  t.match(await refusal(open({ ...good, host: 'evil.example' })), { http: 403, code: 'origin_forbidden' });
  t.match(await refusal(open({ ...good, origin: 'http://evil.example' })), { http: 403 });
  t.match(await refusal(open(good, ['other.v9'])), { http: 400, code: 'input_invalid', detail: /egw\.v1/ });
  const plain = await gateway.rest.inject({ url: '/api/v1/live', headers: good });
  t.match(plain.json(), { status: 426, code: 'upgrade_required' });
  t.match(plain.headers, { upgrade: 'websocket', connection: 'upgrade' });
  t.equal((await gateway.rest.inject({ url: '/api/v1/live' })).statusCode, 401);

  const ask = async (path: string, headers: Record<string, string>): Promise<number | undefined> => {
    const asked = request({ port, host: '127.0.0.1', path, headers: { ...good, ...headers }, agent: false });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  const upgrade = { connection: 'upgrade', upgrade: 'websocket' };
  t.equal(await ask('/api/v1/live', upgrade), 400, 'without a key');
  t.equal(await ask('/api/v1/live', { ...upgrade, 'sec-websocket-version': '8' }), 400);
  t.equal(await ask('/api/v1/live', { ...upgrade, upgrade: 'h2c' }), 426, 'another protocol');
  t.equal(await ask('/api/v1/version', upgrade), 200, 'elsewhere an upgrade is not heard');
});

t.test('a stream ends when its token does, and when the gateway stops', async (t) => {
  const { gateway, open } = await stand(t);
  const removed = open(bearer(await gateway.token(['read'])));
  const kept = open(bearer(await gateway.token(['read'])));
  await Promise.all([once(removed, 'message'), once(kept, 'message')]);
  const proving = open();
  await once(proving, 'open');
  const [first] = gateway.tokens.list();
  await gateway.tokens.remove(first?.id ?? '');
  const ended = closing(removed);
  gateway.time.pass(limits.eventHeartbeatMs - 1);
  gateway.time.pass(1);
  t.equal(await ended, '4401 token_invalid');
  const ends = Promise.all([closing(kept), closing(proving)]);
  const closed = gateway.rest.close();
  const [read, proved] = await ends;
  t.equal(read, '1001 stopping');
  t.match(proved, /^(1001 stopping|4401 token_invalid)$/);
  await closed;
  t.equal(gateway.time.waiting, 0, 'nothing waits any more');
});

t.test('a reader that sends, does not read, or is gone is dropped', async (t) => {
  const { gateway, open, port } = await stand(t);
  const secret = await gateway.token(['read']);
  const talker = open(bearer(secret));
  await once(talker, 'open');
  talker.send('{"command":"device.set"}');
  t.equal(await closing(talker), '4400 input_invalid');

  const deaf = connect(port, '127.0.0.1');
  deaf.on('error', () => undefined);
  deaf.write(
    [
      'GET /api/v1/live HTTP/1.1',
      'host: localhost',
      `authorization: Bearer ${secret}`,
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      `sec-websocket-key: ${Buffer.alloc(16).toString('base64')}`,
      '\r\n',
    ].join('\r\n'),
  );
  await once(deaf, 'data');
  // It answers no ping: a beat later it is given up.
  gateway.time.pass(limits.eventHeartbeatMs);
  gateway.time.pass(limits.eventHeartbeatMs);
  deaf.resume();
  await once(deaf, 'close');
  t.equal(gateway.time.waiting, 0, 'its stream is over');
});

t.test('live streams of both kinds are as many as there can be', async (t) => {
  const { gateway } = await stand(t);
  const directory = mkdtempSync(join(tmpdir(), 'egw-live-'));
  const path = join(directory, 'egw.sock');
  await gateway.rest.listenLocal(path);
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const sockets: WebSocket[] = [];
  for (let index = 0; index < limits.eventStreamsMax - 1; index += 1) {
    const socket = new WebSocket(`ws+unix:${path}:/api/v1/live`);
    await once(socket, 'message');
    sockets.push(socket);
  }
  const asked = request({ socketPath: path, path: '/api/v1/events', agent: false });
  asked.end();
  const [stream] = (await once(asked, 'response')) as [IncomingMessage];
  t.equal(stream.statusCode, 200);
  const late = new WebSocket(`ws+unix:${path}:/api/v1/live`);
  t.equal(await closing(late), '4503 queue_full');
  stream.destroy();
  for (const socket of sockets) socket.terminate();
});
