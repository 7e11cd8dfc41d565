import { gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import t from 'tap';
import { answerStatic } from '../../../gateway/faces/rest/static-answer.ts';

const text = 'the page '.repeat(100);
const app = Fastify();
app.get('/', answerStatic({ contentType: 'text/html; charset=utf-8', body: text }));
app.get('/other', answerStatic({ contentType: 'text/css; charset=utf-8', body: Buffer.from('a{}') }));
t.teardown(() => app.close());

const get = async (url: string, headers: Record<string, string> = {}) => await app.inject({ url, headers });

t.test('who takes gzip gets it, and is told; who does not gets the file as it is', async (t) => {
  for (const accepted of ['gzip', 'deflate, gzip;q=0.5, br', '*', 'GZIP']) {
    const answer = await get('/', { 'accept-encoding': accepted });
    t.equal(answer.headers['content-encoding'], 'gzip', accepted);
    t.equal(gunzipSync(answer.rawPayload).toString(), text);
  }
  for (const refused of ['', 'br', 'gzip;q=0', 'gzip; q=0.00', 'x-gzipped', 'identity']) {
    const answer = await get('/', { 'accept-encoding': refused });
    t.equal(answer.headers['content-encoding'], undefined, refused);
    t.equal(answer.payload, text);
    t.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
    t.equal(answer.headers['vary'], 'accept-encoding');
  }
});

t.test('who has the file already is told so, without it', async (t) => {
  const { headers } = await get('/');
  const etag = String(headers['etag']);
  t.match(etag, /^"[\w-]{22}"$/);
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = await get('/', { 'if-none-match': known });
    t.equal(answer.statusCode, 304, known);
    t.equal(answer.payload, '');
    t.equal(answer.headers['etag'], etag);
  }
  const others = String((await get('/other')).headers['etag']);
  t.not(others, etag, 'another content has another tag');
  t.equal((await get('/', { 'if-none-match': others })).statusCode, 200);
});
