import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { assertProblem, listOf, type Api } from './api.ts';
import { openSession, type Session } from './session.ts';

describe('access', () => {
  let session: Session;
  let api: Api;
  before(async () => {
    session = await openSession();
    ({ api } = session);
  });
  after(async () => await session.end());

  /** The headers of a signed request without a body. */
  function signer(): {
    readonly publicKey: string;
    headers(path: string, challenge: Readonly<Record<string, unknown>>): Record<string, string>;
  } {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const text = publicKey.export({ format: 'jwk' }).x ?? '';
    const id = createHash('sha256').update(Buffer.from(text, 'base64url')).digest('hex').slice(0, 12);
    return {
      publicKey: text,
      headers: (path, { gateway, challenge, atMs }) => {
        const body = createHash('sha256').digest('hex');
        const lines = ['gw-req-1', gateway, 'GET', path, body, atMs, challenge].join('\n');
        return {
          'x-gw-key': id,
          'x-gw-time': String(atMs),
          'x-gw-nonce': String(challenge),
          'x-gw-sig': sign(null, Buffer.from(lines), privateKey).toString('base64url'),
        };
      },
    };
  }

  it('lets in who signs with a key that was added, once for each challenge, until it is removed', async () => {
    const client = signer();
    const added = await api.ask('/api/v1/keys', {
      method: 'POST',
      body: { publicKey: client.publicKey, scope: ['read'], label: 'rest-test' },
    });
    assert.equal(added.status, 201, JSON.stringify(added.body));
    const id = String(added.body['id']);
    assert.ok(listOf(await api.get('/api/v1/keys'), 'keys').some((key) => key['id'] === id));
    const path = '/api/v1/devices';
    const headers = client.headers(path, await api.get('/api/v1/auth/challenge'));
    assert.equal((await api.ask(path, { token: null, headers })).status, 200);
    assertProblem(await api.ask(path, { token: null, headers }), 401, 'signature_invalid');
    const removed = await api.ask(`/api/v1/keys/${id}`, { method: 'DELETE' });
    assert.equal(removed.status, 200);
    const late = client.headers(path, await api.get('/api/v1/auth/challenge'));
    assertProblem(await api.ask(path, { token: null, headers: late }), 401, 'signature_invalid');
  });

  it('takes no key under which anybody could sign, and no private one', async () => {
    for (const publicKey of [Buffer.alloc(32).toString('base64url'), randomBytes(16).toString('hex')]) {
      const answer = await api.ask('/api/v1/keys', { method: 'POST', body: { publicKey, scope: ['read'] } });
      assertProblem(answer, 400, 'input_invalid');
    }
  });

  it('lists what was refused, and says whether it is encrypted', async () => {
    assertProblem(await api.ask('/api/v1/devices', { token: `egw_${'A'.repeat(43)}` }), 401, 'token_invalid');
    assert.ok(Array.isArray((await api.get('/api/v1/security'))['events']));
    assert.ok('encryption' in (await api.get('/api/v1/tls')));
  });
});
