import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { createApiClient, type ApiClient } from '../../../../gateway/faces/web/page/api-client.ts';

interface Scene {
  readonly client: ApiClient;
  readonly asked: IncomingMessage[];
  readonly delaysMs: number[];
  readonly serverTimes: number[];
  readonly refusals: string[];
}

/** A client whose relative addresses lead to a server that answers by the number of the question. */
async function scene(t: Test, answer: (response: ServerResponse, question: number) => void): Promise<Scene> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(response, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const own = globalThis.fetch;
  globalThis.fetch = (path, options) => own(`http://127.0.0.1:${port}${path as string}`, options);
  t.teardown(() => {
    globalThis.fetch = own;
    server.closeAllConnections();
    server.close();
  });
  const [delaysMs, serverTimes, refusals]: [number[], number[], string[]] = [[], [], []];
  const client = createApiClient({
    token: 'egw_secret',
    onRefused: () => refusals.push('refused'),
    onServerTime: (serverMs) => serverTimes.push(serverMs),
    time: {
      nowMs: () => 0,
      every: () => () => undefined,
      after: (delayMs, callback) => {
        delaysMs.push(delayMs);
        callback();
        return () => undefined;
      },
    },
  });
  return { client, asked, delaysMs, serverTimes, refusals };
}

const problem = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/problem+json', 'retry-after': '7' });
  response.end(JSON.stringify(body));
};

t.test('a question carries the token, and its answer the gateway’s time', async (t) => {
  const { client, asked, serverTimes } = await scene(t, (response) => {
    response.setHeader('date', 'Sat, 21 Nov 2026 05:33:38 GMT');
    response.end('{"devices":[{"id":"a"}]}');
  });
  t.match(await client.devices(), [{ id: 'a' }]);
  t.equal(asked[0]?.headers.authorization, 'Bearer egw_secret');
  t.same(serverTimes, [Date.parse('2026-11-21T05:33:38Z')]);
});

t.test('what passes by itself is asked again twice, with a longer wait', async (t) => {
  const broken = await scene(t, (response, question) => {
    if (question === 1) response.destroy();
    else if (question === 2) problem(response, 503, { code: 'queue_full', detail: 'busy' });
    else response.end('{"lanes":[]}');
  });
  t.same(await broken.client.lanes(), []);
  t.equal(broken.asked.length, 3);
  t.same(broken.delaysMs, [400, 2_000]);
});

t.test('a gateway that stays silent is an error that says so', async (t) => {
  const { client, asked } = await scene(t, (response) => response.destroy());
  await t.rejects(client.status(), {
    message: 'the gateway does not answer',
    facts: { code: 'unreachable' },
  });
  t.equal(asked.length, 3);
});

t.test('an answer that is cut, or is no JSON, counts as none', async (t) => {
  const { client } = await scene(t, (response) => response.end('{"tasks":'));
  await t.rejects(client.tasks(), { message: 'the gateway does not answer' });
});

t.test('a refusal is not asked again, and keeps its code, its hint and its wait', async (t) => {
  const { client, asked, refusals } = await scene(t, (response) =>
    problem(response, 404, {
      code: 'device_unknown',
      detail: 'there is no device "x"',
      hint: 'there are: a',
    }),
  );
  await t.rejects(client.device('x/../y'), {
    message: 'there is no device "x"',
    facts: { status: 404, code: 'device_unknown', hint: 'there are: a', retryAfterSeconds: 7 },
  });
  t.equal(asked.length, 1);
  t.equal(asked[0]?.url, '/api/v1/devices/x%2F..%2Fy', 'an id is one part of the path');
  t.same(refusals, []);
});

t.test('a token that is refused is told once for each question', async (t) => {
  const { client, refusals } = await scene(t, (response) =>
    problem(response, 401, { code: 'token_invalid', detail: 'no' }),
  );
  await t.rejects(client.status(), { name: 'ApiProblem', message: 'no' });
  t.same(refusals, ['refused']);
});

t.test('history that nobody wants any more is not asked again', async (t) => {
  const { client, asked } = await scene(t, (response) => response.destroy());
  const abort = new AbortController();
  abort.abort();
  const question = { device: 'a', quantity: 'b', fromMs: 1.5, toMs: 2.5, resolution: 'raw' as const };
  await t.rejects(client.history(question, abort.signal), { message: 'the gateway does not answer' });
  t.equal(asked.length, 0);
});

t.test('what the token may is found out by asking, and a sink is tried by its name', async (t) => {
  const { client, asked, refusals } = await scene(t, (response, question) => {
    if (question === 1) problem(response, 403, { code: 'forbidden', detail: 'token.list needs admin' });
    else if (question === 2) problem(response, 404, { code: 'not_found', detail: 'there is none' });
    else response.end('{"tokens":[],"id":"a b"}');
  });
  t.equal(await client.mayAdminister(), false);
  await t.rejects(client.mayAdminister(), { message: 'there is none' }, 'any other refusal is no answer');
  t.equal(await client.mayAdminister(), true);
  await client.retrySink('a b');
  t.match(asked.at(-1), { method: 'POST', url: '/api/v1/sinks/a%20b/retry' });
  t.same(refusals, [], 'nobody is signed out for that');
});

t.test('what is to be done is sent once as JSON, and not again when no answer comes', async (t) => {
  const { client, asked } = await scene(t, (response, question) => {
    if (question === 1) response.end('{"id":7}');
    else response.destroy();
  });
  t.same(await client.post('/api/v1/jobs', { estimate: '1h' }), { id: 7 });
  t.equal(asked[0]?.method, 'POST');
  t.equal(asked[0]?.headers['content-type'], 'application/json');
  const lost = await client.post('/api/v1/jobs/7/cancel').catch((error: unknown) => error);
  t.match(lost, { facts: { status: 0, code: 'unreachable' } });
  t.equal(asked[1]?.headers['content-type'], undefined);
  t.equal(asked.length, 2);
});
