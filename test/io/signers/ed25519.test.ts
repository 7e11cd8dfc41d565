import t from 'tap';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '../../../gateway/io/signers/ed25519.ts';
import { fileAccess } from '../../../gateway/system/file-access.ts';
import { realDisk } from '../../../gateway/system/real-disk.ts';
import { SignerBench } from './signer-bench.ts';

t.test('the file is made at first, its owner’s alone, and openssl’s form', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'egw-key-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const ports = { ...new SignerBench().ports, disk: realDisk, fileAccess, dataDirectory: directory };
  writeFileSync(join(directory, 'identity.pem.tmp'), '-----BEGIN PRIV');
  const signer = await ed25519.open({}, ports);
  const path = join(directory, 'identity.pem');
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.match(readFileSync(path, 'utf8'), /^-----BEGIN PRIVATE\x20KEY-----\n.+\n-----END PRIVATE\x20KEY-----\n/);
  t.notOk(existsSync(`${path}.tmp`), 'the rest of a killed start is gone');
  t.same((await ed25519.open({}, ports)).publicKey, signer.publicKey);
  chmodSync(path, 0o644);
  await t.rejects(ed25519.open({}, ports), { code: 'identity_damaged', message: /0644/ });
});

t.test('two gateways get two keys', async (t) => {
  const bench = new SignerBench();
  const one = await ed25519.open({}, bench.ports);
  bench.disk.files.clear();
  t.notSame((await ed25519.open({}, bench.ports)).publicKey, one.publicKey);
});

t.test('a key that its owner brings is taken', async (t) => {
  const bench = new SignerBench();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  for (const text of [pem, pem.replaceAll('\n', '\r\n')]) {
    bench.disk.files.set(bench.file('identity.pem'), text);
    const signer = await ed25519.open({}, bench.ports);
    t.same(Buffer.from(signer.publicKey).toString('base64url'), publicKey.export({ format: 'jwk' }).x);
  }
});

t.test('every flipped bit of the file is found', async (t) => {
  const bench = new SignerBench();
  const { publicKey } = await ed25519.open({}, bench.ports);
  const path = bench.file('identity.pem');
  const good = Buffer.from(bench.disk.files.get(path) ?? '');
  let other = 0;
  for (let bit = 0; bit < good.length * 8; bit += 1) {
    const bad = Buffer.from(good);
    bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    bench.disk.files.set(path, bad.toString('latin1'));
    try {
      // Where it is taken all the same (a line end that became a space) it is the same key.
      const signer = await ed25519.open({}, bench.ports);
      if (!Buffer.from(signer.publicKey).equals(publicKey)) other += 1;
    } catch (error) {
      t.match(error, { code: 'identity_damaged' });
    }
  }
  t.equal(other, 0, 'no damage makes another key');
});

t.test('keys of other kinds are refused', async (t) => {
  const bench = new SignerBench();
  const path = bench.file('identity.pem');
  const pems = {
    x25519: generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }),
    'a public key': generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }),
    'an encrypted key': generateKeyPairSync('ed25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    }),
  };
  for (const [name, pem] of Object.entries(pems)) {
    bench.disk.files.set(path, pem.toString());
    await t.rejects(ed25519.open({}, bench.ports), { code: 'identity_damaged' }, name);
  }
  const mine = generateKeyPairSync('ed25519');
  const privatePem = mine.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  bench.disk.files.set(path, privatePem + pems['a public key'].toString());
  await t.rejects(ed25519.open({}, bench.ports), { message: /do not belong together/ });
  // The identity, a point of small order: a public key that fits no private one.
  const smallOrder = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.alloc(32, 0).fill(1, 0, 1),
  ]);
  const smallPem = `-----BEGIN PUBLIC KEY-----\n${smallOrder.toString('base64')}\n-----END PUBLIC KEY-----\n`;
  bench.disk.files.set(path, privatePem + smallPem);
  await t.rejects(ed25519.open({}, bench.ports), { code: 'identity_damaged' });
});

t.test('a key that cannot be written is no key: the start fails, and says where', async (t) => {
  const bench = new SignerBench();
  const disk = { ...realDisk, readText: () => undefined };
  const ports = { ...bench.ports, disk, dataDirectory: '/proc/none' };
  await t.rejects(ed25519.open({}, ports), { code: 'data_dir_unusable' });
});
