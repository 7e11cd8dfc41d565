import { gunzipSync } from 'node:zlib';
import { Type } from 'typebox';
import t, { type Test } from 'tap';
import type { RestResponse } from '../../../gateway/faces/rest/rest-server.ts';
import { bindCommand, defineCommand } from '../../../gateway/features/command.ts';
import { closed } from '../../../gateway/features/schema.ts';
import { createStubGateway } from '../stub-gateway.ts';

const list = defineCommand({
  id: 'thing.list',
  summary: 'Things',
  scope: 'read',
  input: closed({ count: Type.Integer({ default: 3 }) }),
  output: closed({ things: Type.Array(Type.String()) }),
  http: { method: 'GET', path: '/api/v1/things' },
  run: (_ports: undefined, { count }) => ({
    things: Array.from({ length: count }, (_, index) => `thing ${index} – été`),
  }),
});

type Get = (url: string, headers?: Record<string, string>, method?: 'GET' | 'HEAD') => Promise<RestResponse>;

async function gateway(t: Test): Promise<Get> {
  const stub = await createStubGateway([bindCommand(list, undefined)]);
  t.teardown(() => stub.rest.close());
  const authorization = `Bearer ${await stub.token(['read', 'admin'])}`;
  return async (url, headers = {}, method = 'GET') =>
    await stub.rest.inject({ method, url, headers: { authorization, ...headers } });
}

t.test('long answers are compressed for who takes gzip, short ones and errors never', async (t) => {
  const get = await gateway(t);
  const long = '/api/v1/things?count=500';
  const plain = await get(long);
  t.equal(plain.headers['content-encoding'], undefined);
  t.equal(plain.headers['vary'], 'accept-encoding', 'caches are told that there are two');
  for (const encodings of ['gzip', 'br, gzip;q=0.2', '*', 'GZIP', 'x-gzip']) {
    const packed = await get(long, { 'accept-encoding': encodings });
    t.equal(packed.headers['content-encoding'], 'gzip', encodings);
    t.equal(packed.headers['content-length'], String(packed.rawPayload.length));
    t.equal(gunzipSync(packed.rawPayload).toString(), plain.body);
    t.not(packed.headers['etag'], plain.headers['etag'], 'other bytes, another tag');
    t.equal(packed.headers['cache-control'], 'no-store', 'data stays in no cache');
  }
  for (const encodings of ['', 'identity', 'br', 'gzip;q=0', 'gzip;q=0, *', '*;q=0', 'gzip;q=nonsense'])
    t.equal((await get(long, { 'accept-encoding': encodings })).body, plain.body, encodings);
  const accepts = { 'accept-encoding': 'gzip' };
  t.equal((await get('/api/v1/things', accepts)).headers['content-encoding'], undefined, 'a short one');
  t.equal((await get(`/api/v1/${'x'.repeat(3_000)}`, accepts)).headers['content-encoding'], undefined);
  t.equal((await get('/metrics', accepts)).headers['content-encoding'], undefined, 'a stream');
});

t.test('who has an answer already is told so, whichever form he has', async (t) => {
  const get = await gateway(t);
  const url = '/api/v1/things?count=500';
  const plain = String((await get(url)).headers['etag']);
  const packed = String((await get(url, { 'accept-encoding': 'gzip' })).headers['etag']);
  t.match(plain, /^"[\w-]{22}"$/);
  for (const known of [plain, packed, `W/${plain}`, `"other", ${packed}`, '*']) {
    const answer = await get(url, { 'if-none-match': known, 'accept-encoding': 'gzip' });
    t.equal(answer.statusCode, 304, known);
    t.equal(answer.body, '');
    t.equal(answer.headers['content-type'], undefined);
    t.equal(answer.headers['etag'], plain);
  }
  const other = await get('/api/v1/things?count=501', { 'if-none-match': `${plain}, ${packed}` });
  t.equal(other.statusCode, 200, 'what has changed comes whole');
  const refused = await get('/api/v1/things?count=x', { 'if-none-match': '*' });
  t.equal(refused.statusCode, 400, 'an error stays an error');
  t.equal(refused.headers['etag'], undefined);
});

t.test('HEAD says what GET would, and sends none of it', async (t) => {
  const get = await gateway(t);
  for (const url of ['/api/v1/things?count=500', '/api/v1/version', '/api/openapi.json', '/api/hello']) {
    for (const headers of [{}, { 'accept-encoding': 'gzip' }] as Record<string, string>[]) {
      const whole = await get(url, headers);
      const head = await get(url, headers, 'HEAD');
      t.equal(head.statusCode, 200, url);
      t.equal(head.body, '');
      for (const name of ['etag', 'content-type', 'content-length', 'content-encoding'])
        t.equal(head.headers[name], whole.headers[name], `${url} ${name}`);
    }
  }
  t.equal((await get('/api/v1/devices/none', {}, 'HEAD')).statusCode, 404);
  for (const url of ['/metrics', '/api/v1/events'])
    t.match(await get(url, {}, 'HEAD'), { statusCode: 200, body: '' }, url);
});
