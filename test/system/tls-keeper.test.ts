import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { wallMs } from '../../gateway/core/clock.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import { realDisk } from '../../gateway/system/real-disk.ts';
import { openTlsKeeper, type TlsKeeperParts } from '../../gateway/system/tls-keeper.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 5, 1);

function bench(t: Test): TlsKeeperParts & { clockMs: number } {
  const directory = mkdtempSync(join(tmpdir(), 'egw-tls-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const parts = {
    clockMs: nowMs,
    directory,
    disk: realDisk,
    logger: silentLogger,
    clock: { wall: () => wallMs(parts.clockMs) },
    names: () => ['egw.local', 'localhost', '192.168.1.2', 'fd00::2'],
  };
  return parts;
}

t.test('the gateway makes a certificate for its names, once, that nobody else can read', async (t) => {
  const parts = bench(t);
  const { current } = await openTlsKeeper(parts);
  const certificate = new X509Certificate(current.certificate);
  t.ok(certificate.checkHost('egw.local'));
  t.ok(certificate.checkIP('192.168.1.2'));
  t.ok(certificate.checkIP('fd00::2'));
  t.notOk(certificate.checkHost('evil.example'));
  t.ok(certificate.checkPrivateKey(createPrivateKey(current.key)));
  t.ok(certificate.verify(certificate.publicKey));
  t.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1');
  t.match(current, { isSelfMade: true, fingerprint: /^[0-9a-f]{64}$/ });
  t.equal(statSync(join(parts.directory, 'tls.pem')).mode & 0o777, 0o600);
  const again = await openTlsKeeper(parts);
  t.equal(again.current.fingerprint, current.fingerprint);
});

t.test('it is valid also where the clock stands at its beginning, and renewed before its end', async (t) => {
  const parts = bench(t);
  parts.clockMs = 0;
  const keeper = await openTlsKeeper(parts);
  const first = keeper.current;
  t.ok(first.endsMs > nowMs + 5 * 365 * dayMs);
  parts.clockMs = first.endsMs - 91 * dayMs;
  t.notOk(await keeper.refresh());
  parts.clockMs = first.endsMs - 89 * dayMs;
  t.ok(await keeper.refresh());
  t.not(keeper.current.fingerprint, first.fingerprint);
  t.ok(keeper.current.endsMs > first.endsMs + 3_000 * dayMs);
});

t.test('a damaged one is made anew', async (t) => {
  const parts = bench(t);
  const { current } = await openTlsKeeper(parts);
  const path = join(parts.directory, 'tls.pem');
  const text = readFileSync(path, 'utf8');
  for (const damaged of ['', text.slice(0, 100), text.replace(/A/g, 'B'), '\0\0\0']) {
    writeFileSync(path, damaged);
    const made = await openTlsKeeper(parts);
    t.not(made.current.fingerprint, current.fingerprint);
  }
});

t.test('the certificate of the user is taken, and followed when it is renewed', async (t) => {
  const parts = bench(t);
  const make = (name: string): void => {
    execFileSync(
      'openssl',
      [
        ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj'.split(' '),
        `/CN=${name}`,
        '-keyout',
        join(parts.directory, 'key.pem'),
        '-out',
        join(parts.directory, 'own.pem'),
      ],
      { stdio: 'ignore' },
    );
  };
  make('first');
  const files = { certificate: join(parts.directory, 'own.pem'), key: 'key.pem' };
  const keeper = await openTlsKeeper({ ...parts, files });
  const { fingerprint, isSelfMade } = keeper.current;
  t.notOk(isSelfMade);
  t.notOk(await keeper.refresh());
  make('second');
  t.ok(await keeper.refresh());
  t.not(keeper.current.fingerprint, fingerprint);
  const before = keeper.current.fingerprint;
  writeFileSync(join(parts.directory, 'own.pem'), 'half a file');
  await t.rejects(keeper.refresh(), { code: 'certificate_invalid', message: /own\.pem/ });
  t.equal(keeper.current.fingerprint, before, 'what was shown is shown on');
});

t.test('files that do not fit are named', async (t) => {
  const parts = bench(t);
  const { current } = await openTlsKeeper(parts);
  const write = (name: string, text: string): string => {
    writeFileSync(join(parts.directory, name), text);
    return name;
  };
  const other = bench(t);
  const otherKey = (await openTlsKeeper(other)).current.key;
  const certificate = write('good.pem', current.certificate);
  for (const [files, message] of [
    [{ certificate: 'none.pem', key: certificate }, /none\.pem is not there/],
    [{ certificate: write('text.pem', 'hello'), key: certificate }, /text\.pem is no certificate/],
    [{ certificate, key: write('no-key.pem', 'hello') }, /no-key\.pem is no private key/],
    [{ certificate, key: write('other.pem', otherKey) }, /is not the key of/],
  ] as const) {
    await t.rejects(openTlsKeeper({ ...parts, files }), { code: 'certificate_invalid', message });
  }
});
