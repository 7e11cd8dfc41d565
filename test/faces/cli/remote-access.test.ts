import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { exitCodes } from '../../../gateway/core/exit-codes.ts';
import { keyNew } from '../../../gateway/faces/cli/key-new.ts';
import { runCli } from '../../../gateway/faces/cli/main.ts';
import { scopes } from '../../../gateway/features/command.ts';
import { realClock } from '../../../gateway/system/real-clock.ts';
import { realDisk } from '../../../gateway/system/real-disk.ts';
import { openTlsKeeper } from '../../../gateway/system/tls-keeper.ts';
import { createStubGateway, type StubGateway } from '../stub-gateway.ts';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function egw(argv: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  let [out, err] = ['', ''];
  const code = await runCli({
    argv,
    environment,
    io: {
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      onInterrupt: () => () => undefined,
    },
    time: { now: () => 0, every: () => () => undefined },
    version: '1.2.3',
    loadProgram: () => Promise.resolve({ startGateway: () => Promise.resolve(0), offlineCommands: [keyNew] }),
  });
  return { code, out, err };
}

interface Remote {
  readonly gateway: StubGateway;
  readonly directory: string;
  readonly plain: string;
  readonly secure: string;
  readonly fingerprint: string;
}

async function remote(t: Test): Promise<Remote> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-remote-'));
  const { current } = await openTlsKeeper({
    directory,
    disk: realDisk,
    clock: realClock,
    logger: silentLogger,
    names: () => ['localhost', '127.0.0.1'],
  });
  const gateway = await createStubGateway([], () => undefined, current);
  t.teardown(async () => {
    await gateway.rest.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const { port } = await gateway.rest.listen({ host: '127.0.0.1', port: 0 });
  const { port: securePort } = await gateway.rest.listenSecure({ host: '127.0.0.1', port: 0 });
  return {
    gateway,
    directory,
    plain: `http://127.0.0.1:${port}`,
    secure: `https://127.0.0.1:${securePort}`,
    fingerprint: current.fingerprint,
  };
}

t.test('a new key is its owner’s alone, is shown as its public part, and replaces no other', async (t) => {
  const { directory } = await remote(t);
  const file = join(directory, 'mine.pem');
  const made = await egw(['key', 'new', file, '--json']);
  t.equal(made.code, 0);
  const { publicKey, id } = JSON.parse(made.out) as { publicKey: string; id: string };
  t.match(publicKey, /^[A-Za-z0-9_-]{43}$/);
  t.match(id, /^[0-9a-f]{12}$/);
  t.equal(statSync(file).mode & 0o777, 0o600);
  const text = readFileSync(file, 'utf8');
  const again = await egw(['key', 'new', file]);
  t.match(again.err, /there is a file/);
  t.equal(readFileSync(file, 'utf8'), text);
  t.equal((await egw(['key', 'new'])).code, exitCodes.usage);
  t.match((await egw(['key', 'new', join(directory, 'no', 'such')])).err, /cannot write/);
});

t.test(
  'who has a key signs each request, over a stream too, and is refused once it is removed',
  async (t) => {
    const { gateway, directory, plain } = await remote(t);
    const file = join(directory, 'mine.pem');
    const { publicKey, id } = JSON.parse((await egw(['key', 'new', file, '--json'])).out) as {
      publicKey: string;
      id: string;
    };
    const environment = { EGW_URL: plain, EGW_KEY: file };
    t.match((await egw(['device', 'list'], environment)).err, /not one of a key of this gateway/);
    await gateway.keys.add({ publicKey, label: 'x', scopes, lifeMs: 3_600_000 });
    t.match(await egw(['device', 'list'], environment), { code: 0, out: /inverter/ });
    t.match(await egw(['audit', 'list', '--limit', '5', '--json'], environment), { code: 0 });
    const made = await egw(['token', 'create', '--scope', 'read', '--label', 'für mich'], environment);
    t.match(made, { code: 0, out: /egw_/ });
    t.match(gateway.store.audit.at(-1), { principal: `key:${id}`, action: 'token.create' });
    t.match(await egw(['metrics'], environment), { code: 0, out: /^# (HELP|TYPE)/ });
    gateway.time.pass(limits.challengeOnlyMs);
    await gateway.keys.remove(id);
    t.equal((await egw(['device', 'list'], environment)).code, exitCodes.not_permitted);
  },
);

t.test('a key that others can read, or that is none, is not used', async (t) => {
  const { directory, plain } = await remote(t);
  const file = join(directory, 'mine.pem');
  await egw(['key', 'new', file]);
  chmodSync(file, 0o644);
  t.match(
    (await egw(['device', 'list', '--url', plain, '--key', file])).err,
    /can be read by others.*chmod 600/,
  );
  writeFileSync(file, 'hello', { mode: 0o600 });
  chmodSync(file, 0o600);
  t.match((await egw(['device', 'list', '--url', plain, '--key', file])).err, /holds no private key/);
  t.match((await egw(['device', 'list', '--url', plain, '--key', `${file}x`])).err, /cannot be read/);
});

t.test('a certificate of its own making is taken by its fingerprint, and no other', async (t) => {
  const { gateway, secure, plain, fingerprint } = await remote(t);
  const token = await gateway.token(scopes);
  const ask = async (...more: string[]): Promise<Ended> =>
    await egw(['device', 'list', '--url', secure, ...more], { EGW_TOKEN: token });
  t.match((await ask()).err, /DEPTH_ZERO_SELF_SIGNED_CERT|self-signed/);
  t.match(await ask('--fingerprint', fingerprint), { code: 0, out: /inverter/ });
  const asBrowsers = fingerprint.toUpperCase().match(/../g)?.join(':') ?? '';
  t.match(await ask('--fingerprint', asBrowsers), { code: 0 });
  const other = fingerprint.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  const before = gateway.store.calls;
  t.match((await ask('--fingerprint', other)).err, /shows another certificate/);
  t.equal(gateway.store.calls, before, 'and it heard nothing');
  t.match((await ask('--fingerprint', 'abc')).err, /no SHA-256 fingerprint/);
  const unencrypted = await egw(['device', 'list', '--url', plain, '--fingerprint', fingerprint]);
  t.match(unencrypted.err, /https/);
});
