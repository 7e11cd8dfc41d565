import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import t from 'tap';
import type { Test } from 'tap';
import { GatewayError } from '../../gateway/core/errors.ts';
import type { HttpAnswer, HttpRequest } from '../../gateway/core/http.ts';
import { createRealHttp, type RealHttp, type RealHttpOptions } from '../../gateway/system/real-http.ts';

const never = new AbortController().signal;

function clientOf(t: Test, options: Partial<RealHttpOptions> = {}): RealHttp {
  const client = createRealHttp({
    resolver: { resolve: () => Promise.resolve(['127.0.0.1']) },
    refuseAddress: () => undefined,
    ...options,
  });
  t.teardown(() => client.close());
  return client;
}

async function listen(t: Test, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** Says these bytes to any request, and what comes after is the test's. */
async function saying(t: Test, bytes: string | Buffer, then: (socket: Socket) => void = () => undefined) {
  const server = createServer((socket) =>
    socket.once('data', () => {
      socket.write(bytes);
      then(socket);
    }),
  );
  return await listen(t, server);
}

const serving = async (t: Test, listener: RequestListener) => await listen(t, createHttpServer(listener));

interface Asking extends Partial<HttpRequest> {
  readonly client?: RealHttp;
  readonly signal?: AbortSignal;
}

async function ask(t: Test, port: number, asking: Asking = {}): Promise<HttpAnswer> {
  const { client = clientOf(t), signal = never, ...request } = asking;
  return await client.request(
    { url: `http://device.test:${port}/a?key=s3cret`, reach: 'home', ...request },
    signal,
  );
}

async function failure(promise: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GatewayError) return error;
  throw new GatewayError('internal_error', `no operating error, but ${String(error)}`);
}

const textOf = ({ body }: HttpAnswer): string => Buffer.from(body).toString();

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

t.test('a request is what was asked, and its answer what was said', async (t) => {
  const seen: unknown[] = [];
  const port = await serving(t, (request, response) => {
    void bodyOf(request).then((body) => {
      const { host, authorization, 'content-length': length } = request.headers;
      seen.push([request.method, request.url, host, authorization, length, body]);
      response.writeHead(201, { 'X-One': 'a', 'Set-Cookie': ['b', 'c'] }).end('done');
    });
  });
  const answer = await ask(t, port, {
    method: 'POST',
    headers: { Authorization: 'Bearer x', Host: 'elsewhere' },
    body: 'héllo',
  });
  t.same(seen, [['POST', '/a?key=s3cret', `device.test:${port}`, 'Bearer x', '6', 'héllo']]);
  t.equal(answer.status, 201);
  t.equal(textOf(answer), 'done');
  t.match(answer.headers, { 'x-one': 'a', 'set-cookie': 'b, c' });
});

t.test('a redirect is an answer, and nobody goes where it points', async (t) => {
  let visits = 0;
  const other = await serving(t, (_request, response) => {
    visits += 1;
    response.end();
  });
  const port = await serving(t, (_request, response) => {
    response.writeHead(302, { location: `http://127.0.0.1:${other}/` }).end();
  });
  const answer = await ask(t, port);
  t.equal(answer.status, 302);
  t.equal(answer.headers['location'], `http://127.0.0.1:${other}/`);
  t.equal(visits, 0);
});

t.test('what is packed is unpacked', async (t) => {
  const packers = { gzip: gzipSync, 'x-gzip': gzipSync, deflate: deflateSync, br: brotliCompressSync };
  for (const [encoding, pack] of Object.entries(packers)) {
    const port = await serving(t, (_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(pack('{"a":1}'));
    });
    t.equal(textOf(await ask(t, port)), '{"a":1}', encoding);
  }
  const port = await serving(t, (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': 0 }).end();
  });
  t.equal(textOf(await ask(t, port)), '', 'nothing packed is nothing');
});

t.test('no more is held of an answer than may be, however it comes', async (t) => {
  const bomb = gzipSync(Buffer.alloc(20_000_000));
  const ports = {
    'said before': await saying(t, 'HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n'),
    'without end': await saying(t, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', (socket) => {
      const more = (): void => {
        while (socket.writable && socket.write(`ffff\r\n${'x'.repeat(0xffff)}\r\n`));
      };
      socket.on('drain', more);
      more();
    }),
    packed: await serving(t, (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    }),
  };
  for (const [how, port] of Object.entries(ports)) {
    const error = await failure(ask(t, port));
    t.match(error, { code: 'answer_invalid', facts: { where: 'body', bytesMax: 1_048_576 } }, how);
  }
  const port = await serving(t, (_request, response) => response.end('12345'));
  t.equal(textOf(await ask(t, port, { bytesMax: 5 })), '12345');
  t.equal((await failure(ask(t, port, { bytesMax: 4 }))).code, 'answer_invalid');
});

t.test('an answer that is no HTTP, or breaks it, is invalid and is not repeated to anybody', async (t) => {
  const head = 'HTTP/1.1 200 OK\r\n';
  const answers = {
    'another protocol': 'SSH-2.0-OpenSSH s3cret\r\n',
    'a line without a colon': `${head}nothing here\r\n\r\n`,
    'two lengths': `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    'a length that is none': `${head}Content-Length: -1\r\n\r\n`,
    'both a length and chunks': `${head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'a chunk that is none': `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`,
    'too many headers': `${head}${`X-Filler: ${'x'.repeat(100)}\r\n`.repeat(1_000)}\r\n`,
    'packed damage': `${head}Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip`,
    'brotli damage': `${head}Content-Encoding: br\r\nContent-Length: 8\r\n\r\nnot brot`,
    'cut gzip': Buffer.concat([
      Buffer.from(`${head}Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n`),
      gzipSync('something longer').subarray(0, 10),
    ]),
    'packed as never asked': `${head}Content-Encoding: zip\r\nContent-Length: 1\r\n\r\nx`,
  };
  for (const [what, bytes] of Object.entries(answers)) {
    const error = await failure(ask(t, await saying(t, bytes)));
    t.match(error, { code: 'answer_invalid', facts: { where: /./ } }, what);
    t.notMatch(JSON.stringify([error.message, error.facts, String(error.cause)]), 's3cret');
  }
});

t.test('a server that goes over to another protocol has closed the connection', async (t) => {
  const port = await saying(
    t,
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  );
  t.equal((await failure(ask(t, port))).code, 'connection_closed');
});

t.test('what a server says before its answer is no answer', async (t) => {
  const early = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n';
  const port = await saying(t, `${early}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
  t.match(await ask(t, port), { status: 200 });
});

t.test('an answer that is cut is a closed connection', async (t) => {
  const head = 'HTTP/1.1 200 OK\r\n';
  const answers = {
    'before the answer': '',
    'in the head': 'HTTP/1.1 200 OK\r\nContent-',
    'in the body': `${head}Content-Length: 100\r\n\r\n{"a":`,
    'in a chunk': `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nab`,
    'before the last chunk': `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n`,
    'in a packed body': `${head}Content-Encoding: gzip\r\nContent-Length: 100\r\n\r\n\u001f`,
  };
  for (const [where, bytes] of Object.entries(answers)) {
    const cut = await failure(ask(t, await saying(t, bytes, (socket) => socket.end())));
    t.match(cut, { code: 'connection_closed', retryable: true }, where);
    const reset = await failure(ask(t, await saying(t, bytes, (socket) => socket.resetAndDestroy())));
    t.equal(reset.code, 'connection_closed', `${where}, by a reset`);
  }
});

t.test('a body longer than was said ends where it was said', async (t) => {
  const port = await saying(t, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 200 OK\r\n\r\nlie');
  const client = clientOf(t);
  t.equal(textOf(await ask(t, port, { client })), 'ab');
  t.equal(textOf(await ask(t, port, { client })), 'ab', 'what came after is nobody’s answer');
});

t.test('the signal ends a request wherever it hangs', async (t) => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n';
  for (const bytes of ['', 'HTTP/1.1 200', head, `${head}{"a"`]) {
    const abort = new AbortController();
    const port = await saying(t, bytes, () => abort.abort());
    const error = await failure(ask(t, port, { signal: abort.signal }));
    t.match(
      error,
      { code: 'connection_timeout', facts: { host: `device.test:${port}` } },
      JSON.stringify(bytes),
    );
  }
  let visits = 0;
  const port = await serving(t, () => (visits += 1));
  t.equal((await failure(ask(t, port, { signal: AbortSignal.abort() }))).code, 'connection_timeout');
  t.equal(visits, 0, 'what was given up before it began goes nowhere');
});

t.test('a port where nobody listens is refused', async (t) => {
  const server = createServer();
  const port = await listen(t, server);
  server.close();
  await once(server, 'close');
  t.match(await failure(ask(t, port)), { code: 'connection_refused', facts: { reason: 'ECONNREFUSED' } });
});

t.test('each address is judged by its reach before it is connected to', async (t) => {
  let visits = 0;
  const port = await serving(t, (_request, response) => {
    visits += 1;
    response.end('x');
  });
  const judged: unknown[] = [];
  const client = clientOf(t, {
    resolver: { resolve: () => Promise.resolve(['127.0.0.9', '127.0.0.1']) },
    refuseAddress: (address, reach, host) => {
      judged.push([address, reach, host]);
      return reach === 'home' || address === '127.0.0.9'
        ? new GatewayError('host_forbidden', `${address} is forbidden`)
        : undefined;
    },
  });
  t.equal((await failure(ask(t, port, { client }))).code, 'host_forbidden');
  t.equal(visits, 0);
  await ask(t, port, { client, reach: 'internet' });
  t.equal(visits, 1, 'another address of the name may be allowed');
  t.same(judged, [
    ['127.0.0.9', 'home', 'device.test'],
    ['127.0.0.1', 'home', 'device.test'],
    ['127.0.0.9', 'internet', 'device.test'],
    ['127.0.0.1', 'internet', 'device.test'],
  ]);
});

t.test('a kept connection is no way around a judgement that has changed', async (t) => {
  const port = await serving(t, (_request, response) => response.end('x'));
  let isForbidden = false;
  const client = clientOf(t, {
    refuseAddress: () => (isForbidden ? new GatewayError('host_forbidden', 'forbidden now') : undefined),
  });
  await ask(t, port, { client });
  isForbidden = true;
  t.equal((await failure(ask(t, port, { client }))).code, 'host_forbidden');
});

t.test('the next address is tried where nobody listens', async (t) => {
  const port = await serving(t, (_request, response) => response.end('here'));
  const client = clientOf(t, { resolver: { resolve: () => Promise.resolve(['127.0.0.2', '127.0.0.1']) } });
  t.equal(textOf(await ask(t, port, { client })), 'here');
});

t.test('a connection is used again, and one that was closed meanwhile costs nothing', async (t) => {
  const sockets: Socket[] = [];
  const closing = { is: false };
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', () => {
      if (closing.is && socket === sockets[0]) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  const port = await listen(t, server);
  const client = clientOf(t);
  await ask(t, port, { client });
  await ask(t, port, { client });
  t.equal(sockets.length, 1);
  closing.is = true;
  t.equal(textOf(await ask(t, port, { client })), 'ok');
  t.equal(sockets.length, 2);
});

t.test('what changes something is never sent twice', async (t) => {
  let posts = 0;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('data', (bytes) => {
      if (!bytes.toString().startsWith('POST')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      else {
        posts += 1;
        socket.resetAndDestroy();
      }
    });
  });
  const port = await listen(t, server);
  const client = clientOf(t);
  await ask(t, port, { client });
  t.equal((await failure(ask(t, port, { client, method: 'POST', body: 'x' }))).code, 'connection_closed');
  t.equal(posts, 1);
  t.equal(connections, 1, 'an empty answer leaves its connection to the next request');
});

t.test('what cannot be sent is a matter of the configuration, and not repeated', async (t) => {
  const urls = [
    's3cret',
    'ftp://device.test/s3cret',
    'http://u:s3cret@device.test/',
    'http://',
    '//device.test/',
  ];
  for (const url of urls) {
    const error = await failure(ask(t, 1, { url }));
    t.match(error, { code: 'config_invalid', hint: /./ }, url);
    t.notMatch(JSON.stringify([error.message, error.facts]), 's3cret');
  }
  for (const value of ['s3cret\r\nX: y', 's3cret\u0000', 's3cret\u4e2d']) {
    const error = await failure(ask(t, 1, { headers: { authorization: value } }));
    t.equal(error.code, 'config_invalid');
    t.notMatch(JSON.stringify([error.message, error.facts, String(error.cause)]), 's3cret');
  }
});

t.test('a name without an address is unresolved', async (t) => {
  const client = clientOf(t, { resolver: { resolve: () => Promise.resolve([]) } });
  t.equal((await failure(ask(t, 1, { client }))).code, 'host_unresolved');
});

t.test('it ends while a server is silent', async (t) => {
  const client = clientOf(t);
  const port = await saying(t, '', () => client.close());
  t.equal((await failure(ask(t, port, { client }))).code, 'connection_closed');
});

t.test('an address where nobody is, is said to the resolver', async (t) => {
  const port = await serving(t, (_request, response) => response.end('x'));
  const distrusted: string[] = [];
  const resolver = {
    resolve: () => Promise.resolve(['127.0.0.1']),
    distrust: (host: string) => void distrusted.push(host),
  };
  const client = clientOf(t, { resolver });
  await ask(t, port, { client });
  t.same(distrusted, []);
  t.match(await failure(ask(t, 1, { client })), { code: 'connection_refused' });
  t.equal(distrusted.length, 1);
});

t.test('where nothing of a request can have left, that is said', async (t) => {
  const abort = new AbortController();
  const isSentOf = async (port: number, signal = never): Promise<unknown> =>
    (await failure(ask(t, port, { signal }))).facts['isSent'];
  t.equal(await isSentOf(await saying(t, '', (socket) => socket.destroy())), undefined, 'it was read');
  t.equal(await isSentOf(await saying(t, '', () => abort.abort()), abort.signal), undefined);
  t.equal(await isSentOf(await saying(t, ''), AbortSignal.abort()), false);
  const gone = createServer();
  const port = await listen(t, gone);
  gone.close();
  await once(gone, 'close');
  t.equal(await isSentOf(port), false);
});
