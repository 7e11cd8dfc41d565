import { createPublicKey, verify } from 'node:crypto';
import t, { type Test } from 'tap';
import { monotonicMs, wallMs } from '../../../gateway/core/clock.ts';
import type { HttpAnswer, HttpRequest } from '../../../gateway/core/http.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { http } from '../../../gateway/io/uplinks/http.ts';
import type { Uplink } from '../../../gateway/io/uplinks/uplink.ts';
import { testIdentity } from './test-identity.ts';
import { uplinkPorts, type Heard } from './uplink-ports.ts';

const never = new AbortController().signal;
const body = Buffer.from('{"v":1}');
const identity = testIdentity();

interface Bench {
  readonly uplink: Uplink;
  readonly asked: HttpRequest[];
  readonly heard: Heard;
  readonly time: { nowMs: number };
}

async function benchOf(
  t: Test,
  answer: Partial<Omit<HttpAnswer, 'body'>> & { readonly body?: string },
  options: OptionValues = {},
): Promise<Bench> {
  const asked: HttpRequest[] = [];
  const time = { nowMs: 1_000 };
  const { ports, heard } = uplinkPorts(t, {
    identity,
    clock: { wall: () => wallMs(time.nowMs), monotonic: () => monotonicMs(time.nowMs) },
    http: {
      request: (request) => {
        asked.push(request);
        return Promise.resolve({ status: 200, headers: {}, ...answer, body: Buffer.from(answer.body ?? '') });
      },
    },
  });
  const uplink = await http.open({ url: 'https://cloud.example:8443/egw/v1/', ...options }, ports, never);
  return { uplink, asked, heard, time };
}

function bearerOf({ headers }: HttpRequest): string {
  return headers?.['authorization']?.replace(/^Bearer /, '') ?? '';
}

const partOf = (token: string, index: number): unknown =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString());

t.test('a message is a POST to its kind, packed, with a token that the gateway has signed', async (t) => {
  const { uplink, asked } = await benchOf(t, {});
  await uplink.send({ kind: 'telemetry', body }, never);
  const [request] = asked;
  if (request === undefined) return;
  t.match(request, {
    method: 'POST',
    url: 'https://cloud.example:8443/egw/v1/telemetry',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    reach: 'internet',
  });
  const token = bearerOf(request);
  const { gatewayId } = identity;
  t.same(partOf(token, 0), { alg: 'EdDSA', typ: 'JWT' });
  t.match(partOf(token, 1), { iss: gatewayId, sub: gatewayId, aud: 'https://cloud.example:8443', exp: 360 });
  const [head, claims, signature = ''] = token.split('.');
  const x = Buffer.from(identity.publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  t.ok(verify(null, Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url')));
});

t.test('a token is used until it is about to end, and a refused one never again', async (t) => {
  const { uplink, asked, time } = await benchOf(t, {});
  const tokens = async (): Promise<number> => {
    await uplink.send({ kind: 'state', body }, never);
    return new Set(asked.map(bearerOf)).size;
  };
  t.equal(await tokens(), 1);
  time.nowMs += 239_000;
  t.equal(await tokens(), 1);
  time.nowMs += 2_000;
  t.equal(await tokens(), 2);
  const refused = await benchOf(t, { status: 401 });
  for (let time = 0; time < 2; time += 1)
    await t.rejects(refused.uplink.send({ kind: 'state', body }, never), { code: 'uplink_refused' });
  t.equal(new Set(refused.asked.map(bearerOf)).size, 2);
});

t.test('a configured token is sent as it is, and never to a public host without encryption', async (t) => {
  const { uplink, asked } = await benchOf(t, {}, { url: 'http://cloud.example', token: 'geheim-1234' });
  await uplink.send({ kind: 'state', body }, never);
  t.match(asked[0], { reach: 'private', headers: { authorization: 'Bearer geheim-1234' } });
});

t.test('each answer means something of its own', async (t) => {
  const table: readonly (readonly [number, Record<string, string>, { code: string; facts?: object }])[] = [
    [301, {}, { code: 'uplink_refused' }],
    [400, {}, { code: 'uplink_refused', facts: { isOfMessage: true } }],
    [401, {}, { code: 'uplink_refused', facts: { status: 401 } }],
    [403, {}, { code: 'uplink_refused', facts: { status: 403 } }],
    [404, {}, { code: 'uplink_refused', facts: { status: 404 } }],
    [408, {}, { code: 'uplink_unavailable' }],
    [413, {}, { code: 'request_too_large' }],
    [422, {}, { code: 'uplink_refused', facts: { isOfMessage: true } }],
    [429, {}, { code: 'rate_limited', facts: { status: 429 } }],
    [429, { 'retry-after': '17' }, { code: 'rate_limited', facts: { retryAfterSeconds: 17 } }],
    [503, { 'retry-after': '999999999' }, { code: 'rate_limited', facts: { retryAfterSeconds: 3_600 } }],
    [500, {}, { code: 'uplink_unavailable' }],
    [502, {}, { code: 'uplink_unavailable' }],
    [503, {}, { code: 'uplink_unavailable' }],
    [503, { 'retry-after': '5' }, { code: 'rate_limited', facts: { retryAfterSeconds: 5 } }],
  ];
  for (const [status, headers, wanted] of table) {
    const { uplink } = await benchOf(t, { status, headers });
    await t.rejects(uplink.send({ kind: 'telemetry', body }, never), { ...wanted }, `${status}`);
  }
  const { uplink } = await benchOf(t, { status: 404 });
  const error: unknown = await uplink.send({ kind: 'state', body }, never).catch((thrown: unknown) => thrown);
  t.notMatch(error, { facts: { isOfMessage: true } }, 'an address that is not there is not of the message');
});

t.test('what a refusal says is shown, short and without secrets', async (t) => {
  const problem = { title: 'no', detail: `token geheim-1234\n${'x'.repeat(1_000)}` };
  const { uplink } = await benchOf(
    t,
    { status: 400, headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify(problem) },
    { token: 'geheim-1234' },
  );
  const error: unknown = await uplink.send({ kind: 'state', body }, never).catch((thrown: unknown) => thrown);
  const { message } = error as Error;
  t.match(message, /\(no: token … x+\)$/);
  t.notMatch(message, /geheim|\n/);
  t.ok(message.length < 300);
});

t.test('what answers 200 and is no backend has taken nothing', async (t) => {
  for (const said of [
    '<html>Sign in</html>',
    '[]',
    '"x"',
    '{"messages":5}',
    `{"messages":[${'1,'.repeat(300)}1]}`,
    `{"messages":[${'['.repeat(100_000)}${']'.repeat(100_000)}]}`,
  ]) {
    const { uplink, heard } = await benchOf(t, { body: said });
    await t.rejects(
      uplink.send({ kind: 'state', body }, never),
      { code: 'uplink_unavailable' },
      said.slice(0, 20),
    );
    t.same(heard.messages, []);
  }
  for (const said of ['', '{}', '{"messages":[]}']) {
    const { uplink } = await benchOf(t, { body: said });
    await t.resolves(uplink.send({ kind: 'state', body }, never), said);
  }
});

t.test('an address that is none is refused when it is opened', async (t) => {
  await t.rejects(benchOf(t, {}, { url: 'https://user:word@cloud.example' }), { code: 'config_invalid' });
});
