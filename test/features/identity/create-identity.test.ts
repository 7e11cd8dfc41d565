import t from 'tap';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { canonicalJson } from '../../../gateway/core/canonical-json.ts';
import type { Identity } from '../../../gateway/core/identity.ts';
import type { Signer } from '../../../gateway/core/signer.ts';
import { createIdentity } from '../../../gateway/features/identity/create-identity.ts';
import { atecc608 } from '../../../gateway/io/signers/atecc608.ts';
import { createSimulatedSigner } from '../../../sim/simulated-signer.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { SignerBench } from '../../io/signers/signer-bench.ts';

const clock = new SimulatedClock(Date.UTC(2026, 5, 1) + 999);
const unsigned: Signer = {
  algorithm: 'none',
  publicKey: Buffer.alloc(32, 9),
  sign: () => Promise.resolve(new Uint8Array()),
  close: () => Promise.resolve(),
};

async function chip(): Promise<Signer> {
  const bench = new SignerBench();
  bench.putChip(0x60);
  return await atecc608.open({}, bench.ports);
}

t.test(
  'the id is the hash of the key in base 32, and the serial number is the chip’s or the hash',
  async (t) => {
    const { gatewayId, serial, publicKey, algorithm } = createIdentity(createSimulatedSigner(), clock);
    const hash = createHash('sha256').update(publicKey).digest();
    const bits = [...hash].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    const letters = (bits.match(/.{5}/g) ?? []).map(
      (five) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(five, 2)],
    );
    t.equal(gatewayId, letters.slice(0, 16).join(''));
    t.equal(serial, hash.toString('hex').slice(0, 18));
    t.equal(algorithm, 'Ed25519');
    t.equal(createIdentity(await chip(), clock).serial, '01233831995c5b7701');
  },
);

t.test('what is signed begins with what it is for', async (t) => {
  for (const signer of [createSimulatedSigner(), await chip()]) {
    const identity = createIdentity(signer, clock);
    const signature = await identity.sign('gw-message-1', ['hello', '', '1']);
    t.match(signature, /^[A-Za-z0-9_-]{86}$/);
    t.ok(isGood(identity, 'gw-message-1\nhello\n\n1', signature));
    t.notOk(isGood(identity, 'gw-state-1\nhello\n\n1', signature));
    await t.rejects(identity.sign('gw-message-1', ['a\nb']), { code: 'input_invalid' });
  }
  t.equal(await createIdentity(unsigned, clock).sign('gw-message-1', ['a']), '');
});

t.test('a message is signed over its canonical form, whatever order its members came in', async (t) => {
  const identity = createIdentity(createSimulatedSigner(), clock);
  const one = await identity.signMessage('gw-state-1', {
    v: 1,
    kind: 'state',
    nested: { b: 2, a: [1.5, null] },
  });
  const other = await identity.signMessage('gw-state-1', {
    nested: { a: [1.5, null], b: 2 },
    kind: 'state',
    v: 1,
  });
  t.equal(one.signature, other.signature);
  const { signature, ...rest } = one;
  const hash = createHash('sha256').update(canonicalJson(rest)).digest('hex');
  t.ok(isGood(identity, `gw-state-1\n${hash}`, signature));
});

t.test('a token has numbers for dates, an id of its own, and a signature by the key', async (t) => {
  for (const [signer, alg] of [
    [createSimulatedSigner(), 'EdDSA'],
    [await chip(), 'ES256'],
  ] as const) {
    const identity = createIdentity(signer, clock);
    const options = { lifeMs: 300_000, header: { device: identity.serial, opr: 'production' } };
    const token = await identity.token({ iss: identity.gatewayId, aud: 'https://cloud' }, options);
    const [head = '', claims = '', signature = ''] = token.split('.');
    t.same(decoded(head), { alg, typ: 'JWT', device: identity.serial, opr: 'production' });
    const seconds = Date.UTC(2026, 5, 1) / 1_000;
    t.match(decoded(claims), {
      iss: identity.gatewayId,
      aud: 'https://cloud',
      iat: seconds,
      exp: seconds + 300,
    });
    t.match(decoded(claims), { jti: /^[0-9a-f-]{36}$/ });
    t.ok(isGood(identity, `${head}.${claims}`, signature));
    const [, second = ''] = (await identity.token({}, options)).split('.');
    t.not(decoded(second)['jti'], decoded(claims)['jti']);
  }
});

t.test('claims cannot say when it was made, nor headers with what', async (t) => {
  const identity = createIdentity(createSimulatedSigner(), clock);
  const [, claims = ''] = (await identity.token({ exp: 9e12, iat: 1, jti: 'mine' }, { lifeMs: 1_000 })).split(
    '.',
  );
  t.equal(decoded(claims)['exp'], Date.UTC(2026, 5, 1) / 1_000 + 1);
  const [head = ''] = (await identity.token({}, { lifeMs: 1_000, header: { alg: 'none' } })).split('.');
  t.equal(decoded(head)['alg'], 'EdDSA');
});

t.test('without a signer there are no tokens', async (t) => {
  const identity = createIdentity(unsigned, clock);
  await t.rejects(identity.token({}, { lifeMs: 1_000 }), { code: 'signer_unavailable' });
});

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}

function isGood({ algorithm, publicKey }: Identity, text: string, signature: string): boolean {
  const part = (from: number): string =>
    Buffer.from(publicKey.subarray(from, from + 32)).toString('base64url');
  const bytes = Buffer.from(signature, 'base64url');
  if (algorithm === 'ES256') {
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: part(0), y: part(32) }, format: 'jwk' });
    return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, bytes);
  }
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: part(0) }, format: 'jwk' });
  return verify(null, Buffer.from(text), key, bytes);
}
