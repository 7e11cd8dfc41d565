import { createHash } from 'node:crypto';
import t from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { createTokenRegister } from '../../../gateway/features/access/token-register.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { MemoryStore } from '../../faces/memory-store.ts';

const reader = { label: 'reader', scopes: ['read'], lifeMs: 1_000 } as const;

t.test('a secret is 256 bits, stored only as its hash, and valid until it expires', async (t) => {
  const store = new MemoryStore();
  const time = new ManualTime();
  const tokens = createTokenRegister({ store, clock: time });
  const { secret, token } = await tokens.create(reader);
  t.match(secret, /^egw_[A-Za-z0-9_-]{43}$/);
  t.equal(token.secretHash, createHash('sha256').update(secret).digest('hex'));
  t.notMatch(JSON.stringify([...store.tokens.values()]), secret);
  t.same([...tokens.verify(secret).scopes], ['read']);
  t.equal(tokens.verify(secret).id, `token:${token.id}`);
  t.ok(tokens.hasValidToken());
  time.pass(1_000);
  t.throws(() => tokens.verify(secret), { code: 'token_invalid', message: 'the token has expired' });
  t.notOk(tokens.hasValidToken());
});

t.test('tokens survive a restart, and scopes that this version does not know grant nothing', async (t) => {
  const store = new MemoryStore();
  const time = new ManualTime();
  const { secret, token } = await createTokenRegister({ store, clock: time }).create(reader);
  store.tokens.set(token.id, { ...token, scopes: ['read', 'everything'] });
  const after = createTokenRegister({ store, clock: time });
  t.throws(() => after.verify(secret), { code: 'token_invalid' }, 'before it was loaded');
  await after.load();
  t.same([...after.verify(secret).scopes], ['read']);
});

t.test('a removed token is refused at once, even when the database does not answer', async (t) => {
  const store = new MemoryStore();
  const tokens = createTokenRegister({ store, clock: new ManualTime() });
  const { secret, token } = await tokens.create(reader);
  store.failing = new TypeError('no disk');
  await t.rejects(tokens.remove(token.id), { message: 'no disk' });
  t.throws(() => tokens.verify(secret), { code: 'token_invalid' });
  store.failing = undefined;
  t.ok(await tokens.remove(token.id), 'asked again, it goes from the database too');
  t.notOk(await tokens.remove(token.id));
});

t.test('there are only so many tokens; expired ones make room', async (t) => {
  const store = new MemoryStore();
  const time = new ManualTime();
  const tokens = createTokenRegister({ store, clock: time });
  for (let count = 0; count < limits.tokensMax; count += 1) await tokens.create(reader);
  await t.rejects(tokens.create(reader), { code: 'limit_reached' });
  time.pass(1_000);
  await tokens.create(reader);
  t.equal(tokens.list().length, limits.tokensMax);
  t.equal(store.tokens.size, limits.tokensMax);
});

t.test('what has not the form of a secret is refused without hashing it', (t) => {
  const tokens = createTokenRegister({ store: new MemoryStore(), clock: new ManualTime() });
  for (const text of ['', 'egw_', `egw_${'A'.repeat(44)}`, 'x'.repeat(100_000)]) {
    t.throws(() => tokens.verify(text), { code: 'token_invalid' });
  }
  t.end();
});
