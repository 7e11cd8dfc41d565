import t from 'tap';
import { createPublicKey, verify } from 'node:crypto';
import * as all from '../../../gateway/io/signers/all.ts';
import { signers } from '../../../gateway/io/signers/index.ts';
import type { Signer } from '../../../gateway/core/signer.ts';
import { SignerBench } from './signer-bench.ts';

const lengths = { Ed25519: [32, 64], ES256: [64, 64], none: [32, 0] } as const;

t.test('every signer is in the list, under its own name', (t) => {
  t.same(signers.map(({ id }) => id).toSorted(), Object.keys(all).toSorted());
  t.equal(new Set(signers.flatMap(({ options }) => Object.keys(options))).size, 2, 'no option is of two');
  t.end();
});

for (const definition of signers) {
  t.test(`${definition.id}: a key of its own that stays the same over restarts`, async (t) => {
    const bench = new SignerBench();
    bench.putChip(0x60);
    const first = await definition.open({}, bench.ports);
    await first.close();
    const files = new Map(bench.disk.files);
    const again = await definition.open({}, bench.ports);
    t.same(again.publicKey, first.publicKey);
    t.same(again.chipSerial, first.chipSerial);
    t.same(bench.disk.files, files, 'nothing was written the second time');
    const [keyBytes] = lengths[first.algorithm];
    t.equal(first.publicKey.length, keyBytes);
    await again.close();
  });

  t.test(`${definition.id}: its signatures are good, and only for what was signed`, async (t) => {
    const bench = new SignerBench();
    bench.putChip(0x60);
    const signer = await definition.open({}, bench.ports);
    for (const message of [Buffer.alloc(0), Buffer.from('a\nb'), Buffer.alloc(100_000, 7)]) {
      const signature = await signer.sign(message);
      t.equal(signature.length, lengths[signer.algorithm][1]);
      if (signer.algorithm === 'none') continue;
      t.ok(isGood(signer, message, signature));
      t.notOk(isGood(signer, Buffer.concat([message, Buffer.from('x')]), signature));
    }
    await signer.close();
  });

  t.test(`${definition.id}: many signatures at once are all right`, async (t) => {
    const bench = new SignerBench();
    bench.putChip(0x35);
    const signer = await definition.open({}, bench.ports);
    const messages = Array.from({ length: 8 }, (_, index) => Buffer.from(`message ${index}`));
    const signatures = await Promise.all(messages.map(async (message) => await signer.sign(message)));
    if (signer.algorithm !== 'none')
      for (const [index, message] of messages.entries())
        t.ok(isGood(signer, message, signatures[index] ?? Buffer.alloc(0)));
    t.ok(bench.transfersAtOnceMost <= 1, 'one transfer at a time');
    await signer.close();
  });

  t.test(
    `${definition.id}: a kept file that others may use, or that is damaged, is refused and left as it is`,
    async (t) => {
      const bench = new SignerBench();
      bench.putChip(0x60);
      await (await definition.open({}, bench.ports)).close();
      const [path = ''] = bench.disk.files.keys();
      const good = bench.disk.files.get(path) ?? '';
      const cases: readonly (readonly [string, string, { mode: number; isOurs: boolean }])[] = [
        ['may be read by the group', good, { mode: 0o640, isOurs: true }],
        ['may be read by all', good, { mode: 0o604, isOurs: true }],
        ['may be written by all', good, { mode: 0o602, isOurs: true }],
        ['is another user’s', good, { mode: 0o600, isOurs: false }],
        ['is empty', '', { mode: 0o600, isOurs: true }],
        ['is cut', good.slice(0, good.length / 3), { mode: 0o600, isOurs: true }],
        ['has something behind it', `${good}x`, { mode: 0o600, isOurs: true }],
        ['is something else', 'hello\n', { mode: 0o600, isOurs: true }],
      ];
      for (const [name, text, access] of cases) {
        bench.disk.files.set(path, text);
        bench.access.set(path, access);
        const before = new Map(bench.disk.files);
        await t.rejects(
          definition.open({}, bench.ports),
          { code: 'identity_damaged', facts: { file: path } },
          name,
        );
        t.same(bench.disk.files, before, `${name}: nothing is written`);
      }
      bench.disk.files.set(path, good);
      bench.access.delete(path);
      await (await definition.open({}, bench.ports)).close();
    },
  );

  t.test(`${definition.id}: what a power cut left of the first write is no key`, async (t) => {
    const bench = new SignerBench();
    bench.putChip(0x60);
    await (await definition.open({}, bench.ports)).close();
    const [path = ''] = bench.disk.files.keys();
    const half = (bench.disk.files.get(path) ?? '').slice(0, 20);
    bench.disk.files.clear();
    bench.disk.files.set(`${path}.tmp`, half);
    const signer = await definition.open({}, bench.ports);
    t.ok(bench.disk.files.has(path));
    t.equal(bench.disk.files.get(`${path}.tmp`), half, 'it was not read');
    await signer.close();
  });
}

function isGood({ algorithm, publicKey }: Signer, message: Uint8Array, signature: Uint8Array): boolean {
  const part = (from: number): string =>
    Buffer.from(publicKey.subarray(from, from + 32)).toString('base64url');
  if (algorithm === 'Ed25519') {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: part(0) }, format: 'jwk' });
    return verify(null, message, key, signature);
  }
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: part(0), y: part(32) }, format: 'jwk' });
  return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
