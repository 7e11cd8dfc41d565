import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import type { Test } from 'tap';
import { GatewayError } from '../../gateway/core/errors.ts';
import type { HttpTls } from '../../gateway/core/http.ts';
import { createRealHttp, type RealHttp } from '../../gateway/system/real-http.ts';
import { makeCertificate, type SelfMadeCertificate } from './self-made-certificate.ts';

const never = new AbortController().signal;
const named = makeCertificate({ commonName: 'device.test', alternativeName: 'DNS:device.test' });
const numbered = makeCertificate({ commonName: 'x', alternativeName: 'IP:127.0.0.1' });
/** As HomeWizard names its devices: no host name, and only in the subject. */
const dongle = makeCertificate({ commonName: 'appliance/p1dongle/5c2fafaabbcc' });

interface Served {
  readonly port: number;
  readonly server: Server;
  /** The Authorization headers that reached it. */
  readonly seen: (string | undefined)[];
  /** The names that were asked for in the handshake. */
  readonly names: (string | false)[];
  connections: number;
}

async function serve(t: Test, { key, certificate }: SelfMadeCertificate): Promise<Served> {
  const seen: (string | undefined)[] = [];
  const names: (string | false)[] = [];
  const server = createServer({ key, cert: certificate }, (request, response) => {
    seen.push(request.headers.authorization);
    response.end('well');
  });
  const served = { server, seen, names, connections: 0, port: 0 };
  server.on('secureConnection', (socket) => {
    served.connections += 1;
    names.push((socket as { readonly servername?: string | false }).servername ?? false);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return Object.assign(served, { port: (server.address() as AddressInfo).port });
}

function clientOf(t: Test): RealHttp {
  const client = createRealHttp({
    resolver: { resolve: () => Promise.resolve(['127.0.0.1']) },
    refuseAddress: () => undefined,
  });
  t.teardown(() => client.close());
  return client;
}

/** `well`, or the code of the error and why. */
async function ask(client: RealHttp, port: number, tls?: HttpTls, host = 'device.test'): Promise<string> {
  const request = {
    url: `https://${host}:${port}/`,
    reach: 'home',
    headers: { authorization: 'Bearer s3cret' },
    ...(tls === undefined ? {} : { tls }),
  } as const;
  try {
    return Buffer.from((await client.request(request, never)).body).toString();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return `${error.code} ${String(error.facts['reason'])}`;
  }
}

if (named === undefined || numbered === undefined || dongle === undefined) {
  t.fail('certificates cannot be made: the openssl program is missing', { skip: 'openssl is missing' });
} else {
  t.test('a certificate is judged before anything is sent', async (t) => {
    const served = await serve(t, named);
    const client = clientOf(t);
    const own = { authorities: named.certificate };
    const cases: readonly (readonly [string, HttpTls | undefined, string, string])[] = [
      ['nobody vouches for it', undefined, 'device.test', 'certificate_invalid DEPTH_ZERO_SELF_SIGNED_CERT'],
      ['it is for another name', own, 'other.test', 'certificate_invalid ERR_TLS_CERT_ALTNAME_INVALID'],
      ['it is not for the number', own, '127.0.0.1', 'certificate_invalid ERR_TLS_CERT_ALTNAME_INVALID'],
      [
        'another authority',
        { authorities: numbered.certificate },
        'device.test',
        'certificate_invalid DEPTH_ZERO_SELF_SIGNED_CERT',
      ],
      [
        'another fingerprint',
        { fingerprint: numbered.fingerprint },
        'device.test',
        'certificate_invalid fingerprint',
      ],
      [
        'a fingerprint, even with any',
        { fingerprint: numbered.fingerprint, acceptAny: true },
        'device.test',
        'certificate_invalid fingerprint',
      ],
      [
        'authorities that are none',
        { authorities: 'x' },
        'device.test',
        'certificate_invalid ERR_OSSL_PEM_NO_START_LINE',
      ],
    ];
    for (const [why, tls, host, expected] of cases) {
      const said = await ask(client, served.port, tls, host);
      if (why === 'authorities that are none' || why === 'another authority')
        t.match(said, /^certificate_invalid /, why);
      else t.equal(said, expected, why);
    }
    t.same(served.seen, [], 'no request, and no token in it, went out');
  });

  t.test('a certificate that is well lets the request through', async (t) => {
    const served = await serve(t, named);
    const client = clientOf(t);
    const own = { authorities: named.certificate };
    t.equal(await ask(client, served.port, own), 'well', 'its authority and name');
    t.equal(
      await ask(client, served.port, { ...own, serverName: 'device.test' }, '127.0.0.1'),
      'well',
      'its name',
    );
    t.equal(
      await ask(client, served.port, { fingerprint: named.fingerprint }, 'other.test'),
      'well',
      'pinned',
    );
    t.equal(await ask(client, served.port, { fingerprint: named.fingerprint.toUpperCase() }), 'well');
    t.equal(await ask(client, served.port, { acceptAny: true }, 'other.test'), 'well', 'any');
    t.same(served.names, ['device.test', 'device.test', 'other.test', 'device.test', 'other.test']);
  });

  t.test('a number needs a certificate for the number, and is not asked for by name', async (t) => {
    const served = await serve(t, numbered);
    const own = { authorities: numbered.certificate };
    t.equal(await ask(clientOf(t), served.port, own, '127.0.0.1'), 'well');
    t.same(served.names, [false]);
    t.match(await ask(clientOf(t), served.port, own), /^certificate_invalid/);
  });

  t.test('a name that is no host name is compared with the subject', async (t) => {
    const served = await serve(t, dongle);
    const tls = { authorities: dongle.certificate, serverName: 'appliance/p1dongle/5c2fafaabbcc' };
    t.equal(await ask(clientOf(t), served.port, tls, '127.0.0.1'), 'well');
    const other = { ...tls, serverName: 'appliance/p1dongle/000000000000' };
    t.match(await ask(clientOf(t), served.port, other, '127.0.0.1'), /^certificate_invalid/);
  });

  t.test('a kept connection serves only those who would have made it', async (t) => {
    const served = await serve(t, named);
    const client = clientOf(t);
    t.equal(await ask(client, served.port, { acceptAny: true }), 'well');
    t.equal(await ask(client, served.port, { acceptAny: true }), 'well');
    t.equal(served.connections, 1, 'the connection is used again');
    t.match(await ask(client, served.port), /^certificate_invalid/);
    t.match(await ask(client, served.port, { fingerprint: numbered.fingerprint }), /^certificate_invalid/);
  });

  t.test(
    'a refusal tells the fingerprint that was seen, so that it can be compared and pinned',
    async (t) => {
      const served = await serve(t, named);
      const asking = clientOf(t).request(
        { url: `https://device.test:${served.port}/`, reach: 'home' },
        never,
      );
      await t.rejects(asking, {
        code: 'certificate_invalid',
        retryable: false,
        facts: { fingerprint: named.fingerprint },
      });
    },
  );
}

t.test('where http is spoken, https is no answer', async (t) => {
  const server = createPlainServer((_request, response) => response.end('x'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  t.match(await ask(clientOf(t), port), /^answer_invalid ERR_SSL/);
});

t.test('the signal ends a handshake that hangs', async (t) => {
  const abort = new AbortController();
  const server = createPlainServer();
  server.on('connection', () => abort.abort());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const asking = clientOf(t).request({ url: `https://127.0.0.1:${port}/`, reach: 'home' }, abort.signal);
  await t.rejects(asking, { code: 'connection_timeout' });
});
