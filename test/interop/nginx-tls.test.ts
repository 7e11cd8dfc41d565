import t from 'tap';
import { errorCodeOf, GatewayError } from '../../gateway/core/errors.ts';
import type { HttpRequest } from '../../gateway/core/http.ts';
import { createRealHttp, type RealHttp } from '../../gateway/system/real-http.ts';
import { nginxMissing, startNginx, type NginxServer } from './nginx.ts';
import { TestAuthority, type IssuedCertificate } from './test-authority.ts';

t.setTimeout(300_000);

const name = 'cloud.test';
const says = (text: string): readonly string[] => [`location / { return 200 '${text}'; }`];

/** What each server that cannot be believed is refused with: OpenSSL's word for it. */
const unbelievable: Readonly<Record<string, string>> = {
  expired: 'CERT_HAS_EXPIRED',
  'not-yet': 'CERT_NOT_YET_VALID',
  'other-name': 'ERR_TLS_CERT_ALTNAME_INVALID',
  'self-signed': 'DEPTH_ZERO_SELF_SIGNED_CERT',
  stranger: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'cut-chain': 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
};

t.test(
  'a TLS endpoint that fails in all the usual ways',
  { skip: nginxMissing, timeout: 120_000 },
  async (t) => {
    const authority = await TestAuthority.make('Test authority');
    const middle = await TestAuthority.make('Test middle', authority);
    const stranger = await TestAuthority.make('Stranger');
    const good = await authority.issue({ names: [name] });
    const belowMiddle = await middle.issue({ names: [name] });
    const secret = says('{"secret":"the token arrived"}');
    const servers: readonly NginxServer[] = [
      { name: 'good', tls: good, lines: says('{"good":true}') },
      { name: 'whole-chain', tls: chained(belowMiddle, middle), lines: says('{"chain":true}') },
      {
        name: 'expired',
        tls: await authority.issue({ names: [name], fromDays: -9, untilDays: -1 }),
        lines: secret,
      },
      {
        name: 'not-yet',
        tls: await authority.issue({ names: [name], fromDays: 1, untilDays: 9 }),
        lines: secret,
      },
      { name: 'other-name', tls: await authority.issue({ names: ['else.test'] }), lines: secret },
      { name: 'self-signed', tls: await selfSigned(), lines: secret },
      { name: 'stranger', tls: await stranger.issue({ names: [name] }), lines: secret },
      { name: 'cut-chain', tls: belowMiddle, lines: secret },
      { name: 'old-tls', tls: good, lines: ['ssl_protocols TLSv1 TLSv1.1;', ...secret] },
      { name: 'plain', lines: secret },
      {
        name: 'elsewhere',
        tls: good,
        lines: ["location / { return 301 'https://attacker.test/'; }"],
      },
      {
        name: 'busy',
        tls: good,
        lines: ["location / { add_header Retry-After 120 always; return 503 '{}'; }"],
      },
      { name: 'small', tls: good, lines: ['client_max_body_size 1k;', "location / { return 200 '{}'; }"] },
      { name: 'hangs-up', tls: good, lines: ['location / { return 444; }'] },
    ];
    const { ports, askedPorts } = await startNginx(t, servers);
    const client = createRealHttp({
      resolver: { resolve: () => Promise.resolve(['127.0.0.1']) },
      refuseAddress: () => undefined,
    });
    t.teardown(() => client.close());
    const ask = asker(client, ports, authority);

    await t.test('one that is right is heard, through its chain too', async (t) => {
      t.same(await ask('good'), { status: 200, body: '{"good":true}' });
      t.same(await ask('whole-chain'), { status: 200, body: '{"chain":true}' });
    });
    for (const [server, reason] of Object.entries(unbelievable)) {
      await t.test(`${server}: refused before a byte of the request is sent`, async (t) => {
        const error = await failureOf(ask(server));
        t.equal(errorCodeOf(error), 'certificate_invalid');
        t.equal(error instanceof GatewayError && error.facts['reason'], reason);
      });
    }
    await t.test('none of these ever saw the request', (t) => {
      const asked = askedPorts();
      t.ok(asked.has(ports.get('good') ?? 0), 'it is known who was asked');
      for (const server of Object.keys(unbelievable)) t.notOk(asked.has(ports.get(server) ?? 0), server);
      t.end();
    });
    await t.test('one that speaks only old TLS, and one that speaks none', async (t) => {
      for (const server of ['old-tls', 'plain'])
        t.equal(errorCodeOf(await failureOf(ask(server))), 'answer_invalid', server);
    });
    await t.test('a redirect is an answer and is not followed', async (t) => {
      t.equal((await ask('elsewhere')).status, 301);
    });
    await t.test('busy, too small and hanging up', async (t) => {
      t.equal((await ask('busy')).status, 503);
      t.equal((await ask('small', { method: 'POST', body: 'x'.repeat(4_096) })).status, 413);
      t.equal(errorCodeOf(await failureOf(ask('hangs-up'))), 'connection_closed');
    });
  },
);

type Ask = (server: string, more?: Partial<HttpRequest>) => Promise<{ status: number; body: string }>;

function asker(client: RealHttp, ports: ReadonlyMap<string, number>, authority: TestAuthority): Ask {
  return async (server, more = {}) => {
    const url = `https://${name}:${ports.get(server) ?? 0}/`;
    const tls = { authorities: authority.pem };
    const request = { url, reach: 'internet', tls, ...more } as const;
    const { status, body } = await client.request(request, AbortSignal.timeout(20_000));
    return { status, body: Buffer.from(body).toString() };
  };
}

async function failureOf(work: ReturnType<Ask>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    return error;
  }
}

async function selfSigned(): Promise<IssuedCertificate> {
  const own = await TestAuthority.make(name);
  return await own.itself();
}

function chained(leaf: IssuedCertificate, issuer: TestAuthority): IssuedCertificate {
  return { ...leaf, certificate: `${leaf.certificate}\n${issuer.pem}\n` };
}
