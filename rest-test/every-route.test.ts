import assert from 'node:assert/strict';
import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { request, type IncomingMessage } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { assertProblem, type Answer, type Api, type Json } from './api.ts';
import { killLeftovers } from './gateway-process.ts';
import { operationsOf, type Operation } from './operations.ts';
import { isGranted, openSession, type Session } from './session.ts';

/** What no input is called. */
const foreign = 'nothingSuch';
/** Not here, and not now, as where there is no Wi-Fi or no broker. */
const honest: readonly number[] = [501, 503];
/** Rates hold for tests, too: what is refused for them was found, and not done. */
const tooMany = 429;

describe('every route of a running gateway', () => {
  let session: Session;
  let api: Api;
  let operations: readonly Operation[];

  before(async () => {
    session = await openSession();
    ({ api } = session);
    operations = await operationsOf(api);
  });
  after(async () => await session.end());
  after(killLeftovers);

  it('is there, and refuses what it does not expect without doing anything', async () => {
    assert.ok(operations.length > 60, `${operations.length} operations`);
    for (const operation of operations.filter(({ isOurs, isStream }) => isOurs && !isStream)) {
      const { method, scope } = operation;
      const answer = await refusedBy(api, operation);
      const what = `${method} ${operation.path}: ${JSON.stringify(answer.body)}`;
      if (answer.status !== tooMany && !isGranted(scope)) assert.equal(answer.status, 403, what);
      else if (operation.hasInput && answer.status !== tooMany) assert.equal(answer.status, 400, what);
      assert.ok(answer.status >= 400 && answer.status < 500, what);
      assertProblem(answer, answer.status);
    }
  });

  it('answers or refuses at the paths of the earlier gateway, and never fails', async () => {
    for (const { method, path, isOurs, scope } of operations) {
      // Those that are open only lead to the page.
      if (isOurs || scope === 'open') continue;
      // Half of a body: nothing is understood, so nothing is done.
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{' };
      const answer = await api.ask(path.replaceAll(/\{\w+\}/g, 'none'), { method, ...body });
      assert.ok(answer.status < 500 || honest.includes(answer.status), `${method} ${path} ${answer.status}`);
    }
  });

  it('answers HEAD where GET is answered', async () => {
    for (const { method, path, isOurs, scope, isSocket } of operations) {
      if (!isOurs || method !== 'GET' || path.includes('{') || isSocket) continue;
      const response = await fetch(api.url + path, { method: 'HEAD', headers: bearer(api) });
      const right = isGranted(scope) ? [200, 400] : [403];
      assert.ok(right.includes(response.status), `${path} ${response.status}`);
      assert.equal(await response.text(), '');
    }
  });

  it('compresses, and says when nothing has changed', async () => {
    const headers = { ...bearer(api), 'accept-encoding': 'gzip' };
    const asked = request(`${api.url}/api/openapi.json`, { headers, agent: false });
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    assert.equal(response.headers['content-encoding'], 'gzip');
    const whole = gunzipSync(Buffer.concat(parts));
    assert.ok(whole.length > 3 * Buffer.concat(parts).length);
    const known = { 'if-none-match': String(response.headers.etag) };
    assert.equal(
      (await fetch(`${api.url}/api/openapi.json`, { headers: { ...headers, ...known } })).status,
      304,
    );
  });

  it('tells live over WebSocket to who says first who he is, and to nobody else', async () => {
    const url = `${api.url.replace(/^http/, 'ws')}/api/v1/live`;
    const socket = new WebSocket(url, 'egw.v1');
    await once(socket, 'open');
    socket.send(JSON.stringify({ token: api.token }));
    const seen = new Set<string>();
    while (!seen.has('readings') || !seen.has('gateway')) {
      const [event] = (await once(socket, 'message')) as [{ readonly data: string }];
      seen.add(String((JSON.parse(event.data) as Json)['type']));
    }
    socket.close();
    const stranger = new WebSocket(url, 'egw.v1');
    await once(stranger, 'open');
    stranger.send('{"token":"egw_wrong"}');
    const [closed] = (await once(stranger, 'close')) as [{ readonly code: number; readonly reason: string }];
    assert.equal(`${closed.code} ${closed.reason}`, '4401 token_invalid');
  });
});

/** What no operation takes, in the place where it takes its input. */
async function refusedBy(api: Api, { method, path }: Operation): Promise<Answer> {
  const target = path.replaceAll(/\{\w+\}/g, 'none');
  if (method === 'GET' || method === 'DELETE') return await api.ask(`${target}?${foreign}=1`, { method });
  return await api.ask(target, { method, body: { [foreign]: 1 } });
}

function bearer({ token }: Api): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
