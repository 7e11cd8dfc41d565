import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import t, { type Test } from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { scopes } from '../../../gateway/features/command.ts';
import { SigningClient } from '../../signing-client.ts';
import { createStubGateway, stubGatewayId, type StubGateway } from '../stub-gateway.ts';

interface Signed {
  readonly gateway: StubGateway;
  readonly client: SigningClient;
}

async function signed(t: Test): Promise<Signed> {
  const gateway = await createStubGateway();
  t.teardown(async () => await gateway.rest.close());
  const client = new SigningClient(stubGatewayId);
  await gateway.keys.add({ publicKey: client.publicKey, label: 'x', scopes, lifeMs: 86_400_000 });
  gateway.time.pass(limits.challengeOnlyMs);
  return { gateway, client };
}

t.test('a signed request is carried out with its body as it was sent', async (t) => {
  const { gateway, client } = await signed(t);
  const body = '{ "label":"für mich",\n"scope":["read"] }';
  const url = '/api/v1/tokens';
  const answer = await gateway.rest.inject({
    method: 'POST',
    url,
    payload: body,
    headers: {
      ...client.headers({ method: 'POST', url, body, timeMs: gateway.time.wall() }),
      'content-type': 'application/json',
    },
  });
  t.equal(answer.statusCode, 201);
  t.match(answer.json(), { label: 'für mich', scopes: ['read'] });
  t.match(gateway.store.audit, [{ principal: `key:${client.id}`, action: 'token.create', outcome: 'ok' }]);
});

t.test('nothing of a body is interpreted before its signature is known to be good', async (t) => {
  const { gateway, client } = await signed(t);
  const url = '/api/v1/tokens';
  const timeMs = gateway.time.wall();
  for (const [payload, type] of [
    ['{not JSON', 'application/json'],
    ['<a/>', 'text/xml'],
    ['{"__proto__":{}}', 'application/json'],
  ] as const) {
    const headers = client.headers({ method: 'POST', url, body: 'another', timeMs });
    const answer = await gateway.rest.inject({
      method: 'POST',
      url,
      payload,
      headers: { ...headers, 'content-type': type },
    });
    t.match(answer.json(), { code: 'signature_invalid', status: 401 }, payload);
  }
});

t.test('a body that is too large is not read to its end, whoever signs it', async (t) => {
  const { gateway, client } = await signed(t);
  const url = '/api/v1/tokens';
  const body = 'x'.repeat(limits.httpBodyBytesMax + 1);
  const answer = await gateway.rest.inject({
    method: 'POST',
    url,
    payload: body,
    headers: {
      ...client.headers({ method: 'POST', url, body, timeMs: gateway.time.wall() }),
      'content-type': 'application/json',
    },
  });
  t.match(answer.json(), { code: 'request_too_large', status: 413 });
});

t.test('a challenge lets in after a start, once', async (t) => {
  const { gateway, client } = await signed(t);
  gateway.clockState.isTrusted = false;
  const url = '/api/v1/devices';
  const ask = async (nonce?: string): Promise<number> => {
    const headers = client.headers({
      method: 'GET',
      url,
      timeMs: 1_000,
      ...(nonce !== undefined && { nonce }),
    });
    return (await gateway.rest.inject({ method: 'GET', url, headers })).statusCode;
  };
  t.equal(await ask(), 401);
  const challenge = await gateway.rest.inject({ method: 'GET', url: '/api/v1/auth/challenge' });
  const given = challenge.json<{ challenge: string; gateway: string; required: boolean }>();
  t.match(given, { gateway: stubGatewayId, required: true });
  t.equal(await ask(given.challenge), 200);
  t.equal(await ask(given.challenge), 401);
});

t.test('pairing can take a key instead of giving a token', async (t) => {
  const { gateway } = await signed(t);
  const code = gateway.pairing.openUntilUsed();
  const client = new SigningClient(stubGatewayId);
  const pair = async (publicKey: string): Promise<{ statusCode: number; body: string }> =>
    await gateway.rest.inject({
      method: 'POST',
      url: '/api/v1/pair',
      payload: { code, label: 'phone', publicKey },
    });
  t.equal((await pair(Buffer.alloc(32).toString('base64url'))).statusCode, 400, 'no good key');
  t.ok(gateway.pairing.state().open, 'which does not use up the code');
  const paired = await pair(client.publicKey);
  t.equal(paired.statusCode, 201);
  t.match(JSON.parse(paired.body), { id: client.id, publicKey: client.publicKey });
  t.notMatch(paired.body, /"token"/);
  const url = '/api/v1/devices';
  const headers = client.headers({ method: 'GET', url, timeMs: gateway.time.wall() });
  t.equal((await gateway.rest.inject({ method: 'GET', url, headers })).statusCode, 200);
});

t.test('nobody grants by a key what he does not have himself', async (t) => {
  const { gateway } = await signed(t);
  const token = await gateway.token(['admin']);
  const answer = await gateway.rest.inject({
    method: 'POST',
    url: '/api/v1/keys',
    headers: { authorization: `Bearer ${token}` },
    payload: { publicKey: new SigningClient(stubGatewayId).publicKey, scope: ['admin', 'control'] },
  });
  t.match(answer.json(), { code: 'forbidden' });
});

t.test('a stream of events is signed for, and ends with the key or the token', async (t) => {
  const { gateway, client } = await signed(t);
  const { port } = await gateway.rest.listen({ host: '127.0.0.1', port: 0 });
  const url = '/api/v1/events';
  const open = async (headers: Record<string, string>): Promise<IncomingMessage> => {
    const sent = request({ host: '127.0.0.1', port, path: url, headers, agent: false });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    await once(response, 'data');
    return response.resume();
  };
  const bySignature = await open(client.headers({ method: 'GET', url, timeMs: gateway.time.wall() }));
  const byToken = await open({ authorization: `Bearer ${await gateway.token(['read'])}` });
  const ended = once(bySignature, 'end');
  await gateway.keys.remove(client.id);
  await ended;
  t.notOk(byToken.readableEnded, 'the other goes on');
  const endedToken = once(byToken, 'end');
  await gateway.tokens.remove(gateway.tokens.list()[0]?.id ?? '');
  await endedToken;
});

t.test('a signed body that comes in pieces is the same body', async (t) => {
  const { gateway, client } = await signed(t);
  const { port } = await gateway.rest.listen({ host: '127.0.0.1', port: 0 });
  const url = '/api/v1/tokens';
  const body = '{"scope":["read"]}';
  const headers = client.headers({ method: 'POST', url, body, timeMs: gateway.time.wall() });
  const sent = request({
    host: '127.0.0.1',
    port,
    path: url,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    agent: false,
  });
  for (const character of body) sent.write(character);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  t.equal(response.statusCode, 201);
  response.resume();
});

t.test('when answers come late strangers wait first; health and owners do not', async (t) => {
  const { gateway } = await signed(t);
  const token = await gateway.token(['read']);
  gateway.load.isTooMuch = true;
  const ask = async (url: string, headers = {}): Promise<number> =>
    (await gateway.rest.inject({ method: 'GET', url, headers })).statusCode;
  t.equal(await ask('/api/hello'), 503);
  t.equal(await ask('/api/v1/auth/challenge'), 503);
  t.equal(await ask('/api/health'), 200);
  t.equal(await ask('/'), 200);
  t.equal(await ask('/api/v1/devices', { authorization: `Bearer ${token}` }), 200);
});

t.test('a refusal says when to come again', async (t) => {
  const { gateway } = await signed(t);
  const token = await gateway.token(['admin']);
  const ask = async (): Promise<{ statusCode: number; headers: Record<string, unknown> }> =>
    await gateway.rest.inject({
      method: 'POST',
      url: '/api/v1/pairing',
      headers: { authorization: `Bearer ${token}` },
    });
  for (let asked = 0; asked < limits.adminBurst; asked += 1) t.equal((await ask()).statusCode, 200);
  const refused = await ask();
  t.equal(refused.statusCode, 429);
  t.equal(refused.headers['retry-after'], '12');
});

t.test('a request that was heard and is repeated leaves some audit lines, and no more', async (t) => {
  const { gateway, client } = await signed(t);
  const url = '/api/v1/devices';
  const headers = client.headers({ method: 'GET', url, timeMs: gateway.time.wall() });
  const ask = async (): Promise<number> =>
    (await gateway.rest.inject({ method: 'GET', url, headers })).statusCode;
  t.equal(await ask(), 200);
  for (let time = 0; time < 200; time += 1) t.equal(await ask(), 401);
  t.equal(gateway.store.audit.length, limits.refusalLinesBurst);
  gateway.time.pass(10_000);
  t.equal(await ask(), 401);
  t.match(gateway.store.audit.at(-1), {
    principal: `key:${client.id}`,
    detail: /^from .*; 170 more were refused before$/,
  });
});
