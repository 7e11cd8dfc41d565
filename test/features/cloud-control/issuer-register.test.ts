import fc from 'fast-check';
import t from 'tap';
import { errorCodeOf, GatewayError } from '../../../gateway/core/errors.ts';
import type { Delegation, Revocation } from '../../../gateway/features/cloud-control/cloud-messages.ts';
import { IssuerRegister } from '../../../gateway/features/cloud-control/issuer-register.ts';
import { parsePublicKey } from '../../../gateway/features/public-key.ts';
import '../../property-seed.ts';
import { BackendKey } from './backend-key.ts';
import { gatewayId, type Message } from './cloud-bench.ts';
import { MemoryCloudStore } from './memory-cloud-store.ts';

const root = new BackendKey('root');
const ops = new BackendKey('ops');

function registerOver(store: MemoryCloudStore, key = root): IssuerRegister {
  return new IssuerRegister({ store, rootKey: parsePublicKey(key.publicKey), gatewayId });
}

function delegation(changes: Message = {}, key = root): Delegation {
  return key.sign({
    v: 1,
    kind: 'delegation',
    issuer: 'ops-1',
    key: ops.publicKey,
    purposes: ['command'],
    scopes: ['read'],
    gateways: [gatewayId],
    from: 0,
    until: 10,
    number: 1,
    ...changes,
  }) as unknown as Delegation;
}

function revocation(number: number, ...issuers: string[]): Revocation {
  return root.sign({ v: 1, kind: 'revocation', number, issuers }) as unknown as Revocation;
}

const codeOf = async (taken: Promise<boolean>): Promise<string> =>
  await taken.then(String, (error: unknown) => String(errorCodeOf(error)));

t.test('the root’s word counts, for this gateway, as far as it can be kept', async (t) => {
  const table: readonly (readonly [string, Delegation | Revocation, string])[] = [
    ['a first delegation', delegation(), 'true'],
    ['one for all gateways', delegation({ gateways: ['*'] }), 'true'],
    ['one with scopes of a newer version', delegation({ scopes: ['read', 'fly'] }), 'true'],
    ['of another root', delegation({}, ops), 'signature_invalid'],
    ['changed', { ...delegation(), scopes: ['admin'] }, 'signature_invalid'],
    ['for others', delegation({ gateways: ['qrstuvwxyz234567'] }), 'forbidden'],
    ['that never holds', delegation({ from: 10, until: 10 }), 'input_invalid'],
    ['of a key of small order', delegation({ key: `AQ${'A'.repeat(41)}` }), 'input_invalid'],
    ['of a key that is no point', delegation({ key: `Ag${'A'.repeat(41)}` }), 'input_invalid'],
    ['a revocation of nobody known', revocation(1, 'ops-9'), 'true'],
  ];
  for (const [title, message, wanted] of table) {
    const store = new MemoryCloudStore();
    t.equal(await codeOf(registerOver(store).take(message)), wanted, title);
    t.equal(store.settings.size, wanted === 'true' ? 1 : 0, `${title}: kept`);
  }
});

t.test('scopes that this version does not know are not given', async (t) => {
  const register = registerOver(new MemoryCloudStore());
  await register.take(delegation({ scopes: ['read', 'fly', 'admin'] }));
  t.same([...(register.find('ops-1', 'command')?.scopes ?? [])], ['read', 'admin']);
  t.equal(register.find('ops-1', 'ack'), undefined, 'nor is a purpose that was not named');
});

t.test(
  'a higher number replaces, a revocation ends, and only a still higher number comes back',
  async (t) => {
    const store = new MemoryCloudStore();
    const register = registerOver(store);
    const numberOf = (): number | undefined => register.find('ops-1', 'command')?.delegation.number;
    const steps: readonly (readonly [Delegation | Revocation, boolean, number | undefined])[] = [
      [delegation({ number: 5 }), true, 5],
      [delegation({ number: 5, scopes: [] }), false, 5],
      [delegation({ number: 4 }), false, 5],
      [delegation({ number: 6 }), true, 6],
      [revocation(3, 'ops-1'), true, 6],
      [revocation(6, 'ops-1'), true, undefined],
      [revocation(6, 'ops-1'), false, undefined],
      [delegation({ number: 6 }), false, undefined],
      [delegation({ number: 7 }), true, 7],
      [revocation(9, '*'), true, undefined],
      [delegation({ number: 8 }), false, undefined],
      [delegation({ number: 10 }), true, 10],
    ];
    for (const [index, [message, hasChanged, number]] of steps.entries()) {
      t.equal(await register.take(message), hasChanged, `step ${index}`);
      t.equal(numberOf(), number, `step ${index}`);
      const again = registerOver(store);
      await again.load();
      t.equal(again.find('ops-1', 'command')?.delegation.number, number, `step ${index}, after a restart`);
    }
  },
);

t.test('a new root key begins with nobody', async (t) => {
  const store = new MemoryCloudStore();
  await registerOver(store).take(delegation());
  const other = registerOver(store, ops);
  await other.load();
  t.same(other.list(), []);
});

t.test('in whatever order and however often its words come, they come to the same', async (t) => {
  const words: readonly (Delegation | Revocation)[] = [
    ...[1, 2, 5].map((number) => delegation({ number })),
    ...[2, 3, 7].map((number) => delegation({ number, issuer: 'ops-2' })),
    delegation({ number: 4, issuer: 'ops-3' }),
    revocation(1, 'ops-1', 'ops-2'),
    revocation(4, 'ops-3'),
    revocation(3, '*'),
    revocation(2, '*', 'ops-2'),
    revocation(5, 'ops-2'),
  ];
  const stateAfter = async (order: readonly (Delegation | Revocation)[]): Promise<unknown> => {
    const store = new MemoryCloudStore();
    const register = registerOver(store);
    for (const word of order) await register.take(word);
    const restarted = registerOver(store);
    await restarted.load();
    return restarted
      .list()
      .map(({ delegation: { issuer, number } }) => `${issuer} ${number}`)
      .sort();
  };
  const usual = await stateAfter(words);
  t.same(usual, ['ops-1 5', 'ops-2 7']);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...words], { minLength: words.length }),
      fc.array(fc.constantFrom(...words), { maxLength: 5 }),
      async (shuffled, more) => {
        t.strictSame(await stateAfter([...shuffled, ...more]), usual);
      },
    ),
    { numRuns: 100 },
  );
});

t.test('there are only so many issuers, and those that are revoked make room', async (t) => {
  const register = registerOver(new MemoryCloudStore());
  for (let index = 0; index < 64; index += 1) await register.take(delegation({ issuer: `i${index}` }));
  t.equal(await codeOf(register.take(delegation({ issuer: 'more' }))), 'limit_reached');
  t.equal(
    await codeOf(register.take(delegation({ issuer: 'i5', number: 2 }))),
    'true',
    'the known are renewed',
  );
  await register.take(revocation(1, 'i7'));
  t.equal(await codeOf(register.take(delegation({ issuer: 'more' }))), 'true');
  t.equal(register.list().length, 64);
});

t.test('what is revoked stays so while it cannot be kept', async (t) => {
  const store = new MemoryCloudStore();
  const register = registerOver(store);
  await register.take(delegation());
  store.onCall = (name) => {
    if (name === 'putSetting') throw new Error('no disk');
  };
  await t.rejects(register.take(revocation(1, 'ops-1')));
  t.equal(register.find('ops-1', 'command'), undefined);
});

t.test('what the medium did not take is kept when it is said again', async (t) => {
  const store = new MemoryCloudStore();
  const register = registerOver(store);
  await register.take(delegation());
  store.onCall = () => {
    throw new GatewayError('storage_failed', 'no');
  };
  t.equal(await codeOf(register.take(revocation(1, 'ops-1'))), 'storage_failed');
  t.equal(register.find('ops-1', 'command'), undefined, 'it counts at once');
  store.onCall = () => undefined;
  t.equal(await codeOf(register.take(revocation(1, 'ops-1'))), 'false', 'nothing new');
  const restarted = registerOver(store);
  await restarted.load();
  t.equal(restarted.find('ops-1', 'command'), undefined, 'nor is it forgotten by a restart');
});
