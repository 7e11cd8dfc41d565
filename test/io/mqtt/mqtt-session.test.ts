import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import {
  openMqttSession,
  type MqttSession,
  type MqttSessionOptions,
} from '../../../gateway/io/mqtt/mqtt-session.ts';
import { tlsOptions } from '../../../gateway/io/tls-options.ts';
import { loopbackNetwork } from '../loopback-network.ts';
import { mosquittoMissing, startMosquitto } from './mosquitto.ts';

const never = new AbortController().signal;
const opensslMissing =
  spawnSync('openssl', ['version']).status === 0
    ? false
    : 'openssl is not installed: apt-get install openssl';

async function open(
  t: Test,
  port: number,
  more: Partial<MqttSessionOptions> = {},
  signal = never,
): Promise<MqttSession> {
  const session = await openMqttSession(
    { host: '127.0.0.1', port, clientId: 'a', keepaliveSeconds: 30, refusedCode: 'sink_refused', ...more },
    loopbackNetwork,
    signal,
  );
  t.teardown(() => session.close());
  return session;
}

/** The next messages of a filter, as they come. */
async function listen(t: Test, port: number, filter: string): Promise<AsyncIterator<[string, string]>> {
  const waiting: ((message: IteratorResult<[string, string]>) => void)[] = [];
  const come: [string, string][] = [];
  const session = await open(t, port, { clientId: `listener-${filter.length}` });
  await session.subscribe(
    filter,
    (topic, payload) => {
      const message: [string, string] = [topic, Buffer.from(payload).toString()];
      const first = waiting.shift();
      if (first === undefined) come.push(message);
      else first({ done: false, value: message });
    },
    never,
  );
  return {
    next: () => {
      const value = come.shift();
      return value === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve({ done: false, value });
    },
  };
}

/** Something that listens and answers each connection as the test says. */
async function scripted(t: Test, answer: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    answer(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

t.test('what is published comes to whoever subscribed', { skip: mosquittoMissing }, async (t) => {
  const { port } = await startMosquitto(t);
  const heard = await listen(t, port, 'a/#');
  const session = await open(t, port);
  await session.publish({ topic: 'a/b', payload: 'Söderö' }, never);
  t.same((await heard.next()).value, ['a/b', 'Söderö']);
  await session.publish({ topic: 'a/kept', payload: '1', retain: true }, never);
  await heard.next();
  const late = await listen(t, port, 'a/+');
  t.same((await late.next()).value, ['a/kept', '1'], 'what is retained comes to whoever comes later');
});

t.test(
  'the will is said of who is cut off, and not of who says goodbye',
  { skip: mosquittoMissing },
  async (t) => {
    const { port } = await startMosquitto(t);
    const heard = await listen(t, port, 'status/#');
    const will = (name: string) => ({
      clientId: name,
      will: { topic: `status/${name}`, payload: 'gone', retain: true },
    });
    const polite = await open(t, port, will('polite'));
    await polite.close({ topic: 'status/polite', payload: 'bye', retain: true });
    t.notOk(polite.isOpen);
    t.same((await heard.next()).value, ['status/polite', 'bye']);
    const cut = await open(t, port, will('cut'));
    // Another with the same name: the broker ends the first.
    await open(t, port, { clientId: 'cut' });
    t.same((await heard.next()).value, ['status/cut', 'gone'], 'and nothing of the polite one between');
    await t.rejects(cut.publish({ topic: 'x', payload: '' }, never), { code: 'connection_closed' });
    t.notOk(cut.isOpen);
  },
);

t.test(
  'a wrong password, or what may not be heard, is refused by name',
  { skip: mosquittoMissing },
  async (t) => {
    const passwords = execPasswords('egw', 'right');
    const { port } = await startMosquitto(
      t,
      ['allow_anonymous false', 'password_file %DIR%/passwords', 'acl_file %DIR%/acl'],
      { passwords, acl: 'user egw\ntopic write egw/#\n' },
    );
    const refused = { code: 'sink_refused', hint: /user and password/ };
    await t.rejects(open(t, port, { user: 'egw', password: 'wrong' }), refused);
    await t.rejects(open(t, port), refused);
    const session = await open(t, port, { user: 'egw', password: 'right' });
    await session.publish({ topic: 'egw/x', payload: '1' }, never);
  },
);

t.test(
  'an encrypted session needs a certificate that holds',
  { skip: mosquittoMissing || opensslMissing },
  async (t) => {
    const { authority, key, certificate } = selfMadeCertificate();
    const { port } = await startMosquitto(
      t,
      ['allow_anonymous true', 'certfile %DIR%/cert.pem', 'keyfile %DIR%/key.pem'],
      { 'cert.pem': certificate, 'key.pem': key },
    );
    const tls = (values: Record<string, string>) => {
      const options = tlsOptions('127.0.0.1', { tls: 'verify', ...values });
      return options === undefined ? {} : { tls: options };
    };
    await t.rejects(open(t, port, tls({})), { code: 'certificate_invalid', hint: /authority/ });
    await t.rejects(open(t, port, tls({ authority, serverName: 'other.example' })), {
      code: 'certificate_invalid',
    });
    const session = await open(t, port, tls({ authority, serverName: 'broker.example' }));
    await session.publish({ topic: 'a', payload: '1' }, never);
    await open(t, port, { ...tls({ tls: 'accept_any' }), clientId: 'b' });
    await t.rejects(open(t, port, { clientId: 'c' }), { code: 'connection_closed' }, 'not encrypted');
  },
);

t.test(
  'a broker that dies in the middle ends the session with what was asked',
  { skip: mosquittoMissing },
  async (t) => {
    const { port, kill } = await startMosquitto(t);
    const session = await open(t, port);
    await kill();
    await t.rejects(session.publish({ topic: 'a', payload: '1' }, never), { code: 'connection_closed' });
    t.notOk(session.isOpen);
    await t.rejects(open(t, port), { code: 'connection_refused' });
  },
);

t.test('whoever is no broker, or says nothing, is an error that tells', async (t) => {
  const bye = await scripted(t, (socket) => socket.end());
  await t.rejects(open(t, bye), { code: 'connection_closed' });
  const web = await scripted(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await t.rejects(open(t, web), { code: 'connection_closed' });
  const busy = await scripted(t, (socket) => socket.write(Buffer.from([0x20, 2, 0, 3])));
  await t.rejects(open(t, busy), { code: 'connection_closed' }, 'a broker that is not available now');
  const unknown = await scripted(t, (socket) => socket.write(Buffer.from([0x20, 2, 0, 5])));
  await t.rejects(open(t, unknown), { code: 'sink_refused' });
  const patience = new AbortController();
  const silent = await scripted(t, (socket) => socket.once('data', () => patience.abort()));
  await t.rejects(open(t, silent, {}, patience.signal), { code: 'connection_timeout' });
});

t.test('a word that does not come in time ends the session', async (t) => {
  const patience = new AbortController();
  const port = await scripted(t, (socket) => {
    socket.once('data', () => {
      socket.write(Buffer.from([0x20, 2, 0, 0]));
      socket.once('data', () => patience.abort());
    });
  });
  const session = await open(t, port);
  await t.rejects(session.publish({ topic: 'a', payload: '1' }, patience.signal), {
    code: 'connection_timeout',
  });
  t.notOk(session.isOpen);
});

function execPasswords(user: string, password: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'egw-passwords-')), 'passwords');
  execFileSync('mosquitto_passwd', ['-c', '-b', file, user, password]);
  return readFileSync(file, 'utf8');
}

function selfMadeCertificate(): { authority: string; key: string; certificate: string } {
  const directory = mkdtempSync(join(tmpdir(), 'egw-certificate-'));
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const words = [
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ];
  const names = ['-subj', '/CN=broker.example', '-addext', 'subjectAltName=DNS:broker.example'];
  execFileSync('openssl', ['req', ...words, ...names, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const text = readFileSync(certificate, 'utf8');
  return { authority: text, key: readFileSync(key, 'utf8'), certificate: text };
}

t.test(
  'each listener hears what it asked for, told apart from what was said before it came',
  { skip: mosquittoMissing },
  async (t) => {
    const { port } = await startMosquitto(t);
    const other = await open(t, port, { clientId: 'other' });
    await other.publish({ topic: 'a/old', payload: 'kept', retain: true }, never);
    const session = await open(t, port);
    const heard: string[] = [];
    const last = Promise.withResolvers<undefined>();
    await session.subscribe(
      'a/+',
      (topic, payload, isRetained) =>
        void heard.push(`${topic} ${Buffer.from(payload).toString()} ${isRetained}`),
      never,
      0,
    );
    await session.subscribe('b', () => last.resolve(undefined), never);
    await other.publish({ topic: 'a/new', payload: 'x'.repeat(10), retain: true }, never);
    await other.publish({ topic: 'b', payload: 'y' }, never);
    await last.promise;
    t.same(heard, ['a/old kept true', `a/new ${'x'.repeat(10)} false`]);
  },
);

t.test(
  'a message that is too large is dropped as it comes, and said to be',
  { skip: mosquittoMissing },
  async (t) => {
    const { port } = await startMosquitto(t);
    const other = await open(t, port, { clientId: 'other' });
    let dropped = 0;
    const session = await open(t, port, { onTooLarge: () => (dropped += 1) });
    const heard: number[] = [];
    const small = Promise.withResolvers<undefined>();
    await session.subscribe(
      'a',
      (_topic, payload) => {
        heard.push(payload.length);
        if (payload.length === 1) small.resolve(undefined);
      },
      never,
      0,
    );
    await other.publish({ topic: 'a', payload: 'x'.repeat(1_000_000) }, never);
    await other.publish({ topic: 'a', payload: 'x'.repeat(60_000) }, never);
    await other.publish({ topic: 'a', payload: 'x' }, never);
    await small.promise;
    t.same(heard, [60_000, 1]);
    t.equal(dropped, 1);
  },
);

t.test('who waits for a message hears when the session ends', { skip: mosquittoMissing }, async (t) => {
  const { port, kill } = await startMosquitto(t);
  const session = await open(t, port);
  t.equal(await session.whileOpen(Promise.resolve(7)), 7);
  const waiting = session.whileOpen(new Promise<never>(() => undefined));
  const told = t.rejects(waiting, { code: 'connection_closed' });
  await kill();
  await told;
});
