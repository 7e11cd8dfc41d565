import t from 'tap';
import { createPublicKey } from 'node:crypto';
import { createIdentity } from '../../../gateway/features/identity/create-identity.ts';
import {
  bindIdentityCommands,
  type IdentityPorts,
} from '../../../gateway/features/identity/identity-commands.ts';
import { publicKeyForms } from '../../../gateway/features/identity/public-key-forms.ts';
import { parsePublicKey } from '../../../gateway/features/public-key.ts';
import { createSimulatedSigner } from '../../../sim/simulated-signer.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';

const clock = new SimulatedClock(Date.UTC(2026, 5, 1));
const identity = createIdentity(createSimulatedSigner(), clock);

function commands(): (id: string, input: unknown) => Promise<Record<string, unknown>> {
  const settings = new Map<string, string>();
  const store = {
    call: (name: string, key: string, value?: string) => {
      if (name === 'putSetting') settings.set(key, value ?? '');
      return Promise.resolve(settings.get(key));
    },
  } as IdentityPorts['store'];
  const bound = bindIdentityCommands({ identity, clock, siteName: 'Home', store });
  const call = {
    principal: { kind: 'local', id: 'local', scopes: new Set() },
    signal: new AbortController().signal,
    origin: 'local',
  } as never;
  return async (id, input) =>
    (await bound.find(({ definition }) => definition.id === id)?.run(input, call)) as Record<string, unknown>;
}

t.test('who the gateway is, in all the forms that others want', async (t) => {
  const facts = await commands()('identity.show', {});
  t.match(facts, {
    id: identity.gatewayId,
    serial: identity.serial,
    name: 'Home',
    owner: null,
    algorithm: 'Ed25519',
  });
  const pem = String(facts['pem']);
  t.equal(createPublicKey(pem).export({ format: 'jwk' }).x, facts['publicKey']);
});

t.test('an owner is kept, and given up', async (t) => {
  const run = commands();
  t.match(await run('identity.owner', { owner: '7Np41oeY' }), { owner: '7Np41oeY' });
  t.match(await run('identity.show', {}), { owner: '7Np41oeY' });
  t.match(await run('identity.owner', {}), { owner: null });
  t.match(await run('identity.show', {}), { owner: null });
});

t.test('a message is signed together with the time and a nonce, under its own domain', async (t) => {
  const run = commands();
  const one = await run('identity.sign', { message: 'prove it' });
  t.equal(one['signed'], `gw-message-1\nprove it\n${Date.UTC(2026, 5, 1)}\n${String(one['nonce'])}`);
  const key = parsePublicKey(Buffer.from(identity.publicKey).toString('base64url'));
  t.ok(key.verify(Buffer.from(String(one['signed'])), String(one['signature'])));
  const again = await run('identity.sign', { message: 'prove it' });
  t.not(again['nonce'], one['nonce']);
  t.not(again['signature'], one['signature']);
  await t.rejects(run('identity.sign', { message: 'é'.repeat(129) }), { code: 'input_invalid' });
});

t.test('the compact key is Base58Check as the ancestor writes it', (t) => {
  // Base58Check of two zero bytes and 32 of X, by an independent computation.
  const { compactKey } = publicKeyForms('ES256', p256Generator());
  t.match(compactKey, /^11[1-9A-HJ-NP-Za-km-z]{40,60}$/);
  const bytes = base58Decoded(compactKey ?? '');
  t.same(
    bytes.subarray(0, 34),
    Buffer.concat([Buffer.alloc(2), Buffer.from(p256Generator().subarray(0, 32))]),
  );
  t.equal(bytes.length, 38);
  const edwards = base58Decoded(publicKeyForms('Ed25519', identity.publicKey).compactKey ?? '');
  t.same(edwards.subarray(0, 34), Buffer.concat([Buffer.from([0, 1]), Buffer.from(identity.publicKey)]));
  t.same(publicKeyForms('none', Buffer.alloc(32)), { pem: null, compactKey: null });
  t.end();
});

/** G of P-256 (SP 800-186, 3.2.1.3): a point that everybody can look up. */
function p256Generator(): Uint8Array {
  return Buffer.from(
    '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
      '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
    'hex',
  );
}

function base58Decoded(text: string): Buffer {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const value = Array.from(text).reduce((sum, letter) => sum * 58n + BigInt(alphabet.indexOf(letter)), 0n);
  const zeros = /^1*/.exec(text)?.[0].length ?? 0;
  const hex = value.toString(16);
  return Buffer.concat([
    Buffer.alloc(zeros),
    Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'),
  ]);
}
