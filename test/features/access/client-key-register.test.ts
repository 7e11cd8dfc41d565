import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import {
  createClientKeyRegister,
  type ClientKeyRegister,
} from '../../../gateway/features/access/client-key-register.ts';
import { clientKeyText } from '../../../gateway/features/access/client-key-text.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { MemoryStore } from '../../faces/memory-store.ts';
import { SigningClient } from '../../signing-client.ts';

const gatewayId = 'abcdefgh234567ab';
const hourMs = 3_600_000;
const wanted = { label: 'x', scopes: ['read'] as const, lifeMs: hourMs };
const publicKey = (): string => new SigningClient(gatewayId).publicKey;

function bench(): { time: ManualTime; store: MemoryStore; register: () => ClientKeyRegister } {
  const time = new ManualTime();
  const store = new MemoryStore();
  return {
    time,
    store,
    register: () => createClientKeyRegister({ store, clock: time, logger: silentLogger }),
  };
}

t.test('a key is there after a restart, until it is removed', async (t) => {
  const { register } = bench();
  const client = new SigningClient(gatewayId);
  const first = register();
  t.match(await first.add({ ...wanted, publicKey: client.publicKey }), { id: client.id, usedMs: null });
  const second = register();
  t.notOk(second.hasValidKey(), 'nothing before it is loaded');
  await second.load();
  t.match(second.find(client.id)?.principal, { kind: 'key', id: `key:${client.id}` });
  t.ok(await second.remove(client.id));
  t.notOk(second.find(client.id));
  t.notOk(await second.remove(client.id));
});

t.test('the same key has one place, and a new one when the old has ended', async (t) => {
  const { register, time } = bench();
  const keys = register();
  const key = publicKey();
  await keys.add({ ...wanted, publicKey: key });
  await t.rejects(keys.add({ ...wanted, publicKey: key, scopes: ['admin'] }), { code: 'already_exists' });
  time.pass(hourMs);
  t.notOk(keys.hasValidKey());
  await keys.add({ ...wanted, publicKey: key, scopes: ['admin'] });
  t.match(keys.list(), [{ scopes: ['admin'] }]);
});

t.test('keys under which anybody could sign are refused', async (t) => {
  const keys = bench().register();
  const zero = Buffer.alloc(32);
  const one = Buffer.alloc(32);
  one[0] = 1;
  for (const bytes of [zero, one, Buffer.alloc(32, 0xff), Buffer.alloc(31), Buffer.alloc(33)]) {
    const text = bytes.toString('base64url');
    await t.rejects(keys.add({ ...wanted, publicKey: text }), { code: 'input_invalid' }, text);
  }
  t.same(keys.list(), []);
});

t.test('there is an end to keys, and expired ones make room', async (t) => {
  const { register, time } = bench();
  const keys = register();
  for (let count = 0; count < limits.clientKeysMax; count += 1)
    await keys.add({ ...wanted, publicKey: publicKey() });
  await t.rejects(keys.add({ ...wanted, publicKey: publicKey() }), { code: 'limit_reached' });
  time.pass(hourMs);
  await keys.add({ ...wanted, publicKey: publicKey() });
  t.ok(keys.list().length <= limits.clientKeysMax);
});

t.test('its use is written down once an hour', async (t) => {
  const { register, time, store } = bench();
  const keys = register();
  const { id } = await keys.add({ ...wanted, lifeMs: 10 * hourMs, publicKey: publicKey() });
  const callsBefore = store.calls;
  for (let minute = 0; minute < 120; minute += 1) {
    keys.noteUse(id);
    time.pass(60_000);
  }
  t.equal(store.calls - callsBefore, 2);
  t.equal(keys.list()[0]?.usedMs, time.wall() - hourMs);
});

t.test('a removed key is refused also when the store fails', async (t) => {
  const { register, store } = bench();
  const keys = register();
  const { id } = await keys.add({ ...wanted, publicKey: publicKey() });
  store.failing = new Error('no disk');
  await t.rejects(keys.remove(id));
  t.notOk(keys.find(id));
});

t.test('a public key can be given as base64url, hex or PEM', (t) => {
  const pair = generateKeyPairSync('ed25519');
  const text = createPublicKey(pair.privateKey).export({ format: 'jwk' }).x ?? '';
  t.equal(clientKeyText(text), text);
  t.equal(clientKeyText(Buffer.from(text, 'base64url').toString('hex').toUpperCase()), text);
  t.equal(clientKeyText(pair.publicKey.export({ format: 'pem', type: 'spki' }) as string), text);
  const privateText = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  t.throws(() => clientKeyText(privateText), { code: 'input_invalid', message: /private/ });
  const rsa = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
  t.throws(() => clientKeyText(rsa.export({ format: 'pem', type: 'spki' }) as string), {
    code: 'input_invalid',
  });
  t.throws(() => clientKeyText('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'), {
    code: 'input_invalid',
  });
  t.end();
});
