import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { limits } from '../../../gateway/core/limits.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { createAccess, type Access } from '../../../gateway/features/access/access.ts';
import type { Principal } from '../../../gateway/features/command.ts';
import type { SignedHead } from '../../../gateway/features/credentials.ts';
import { ManualTime } from '../../faces/manual-time.ts';
import { MemoryStore } from '../../faces/memory-store.ts';
import { SigningClient, type SigningRequest } from '../../signing-client.ts';

const gatewayId = 'abcdefgh234567ab';
const emptyHash = createHash('sha256').digest('hex');
const hourMs = 3_600_000;

interface Bench {
  readonly time: ManualTime;
  readonly clock: { isTrusted: boolean };
  readonly access: Access;
  readonly client: SigningClient;
  head(change?: Partial<SigningRequest>): SignedHead;
  enter(head: SignedHead, bodyHash?: string): Principal;
  challenge(): string;
}

/** A gateway that has run for some minutes, with one key. */
async function bench(): Promise<Bench> {
  const time = new ManualTime();
  const clock = { isTrusted: true };
  const access = createAccess({
    store: new MemoryStore(),
    clock: time,
    alarm: time,
    logger: silentLogger,
    gatewayId,
    isClockTrusted: () => clock.isTrusted,
  });
  const client = new SigningClient(gatewayId, Buffer.alloc(32, 9));
  await access.keys.add({ publicKey: client.publicKey, label: 'x', scopes: ['read'], lifeMs: hourMs });
  time.pass(limits.challengeOnlyMs);
  return {
    time,
    clock,
    access,
    client,
    head: (change = {}) => headOf(client, { timeMs: time.wall(), ...change }),
    enter: (head, bodyHash = emptyHash) => access.credentials.signed(head).confirm(bodyHash),
    challenge: () => access.challenges.issue('192.168.1.9').nonce,
  };
}

function headOf(client: SigningClient, change: Partial<SigningRequest> & { timeMs: number }): SignedHead {
  const request = { method: 'GET', url: '/api/v1/devices', ...change };
  const headers = client.headers(request);
  return {
    keyId: headers['x-gw-key'] ?? '',
    time: headers['x-gw-time'] ?? '',
    nonce: headers['x-gw-nonce'] ?? '',
    signature: headers['x-gw-sig'] ?? '',
    method: request.method,
    target: request.url,
  };
}

/** Why somebody is not let in; undefined when he is. */
function refusalOf(attempt: () => unknown): unknown {
  try {
    attempt();
  } catch (error) {
    if (error instanceof GatewayError) return error.facts['reason'] ?? error.code;
  }
  return undefined;
}

t.test('who signs comes in with the scopes of his key', async (t) => {
  const { enter, head, client } = await bench();
  const principal = enter(head());
  t.match(principal, { kind: 'key', id: `key:${client.id}` });
  t.same([...principal.scopes], ['read']);
});

t.test('no request counts twice, whatever the clock does in between', async (t) => {
  const { enter, head, time } = await bench();
  const heard = head();
  enter(heard);
  t.equal(
    refusalOf(() => enter(heard)),
    'replayed',
  );
  time.pass(limits.signedTimeOffMsMax);
  t.equal(
    refusalOf(() => enter(heard)),
    'replayed',
  );
  time.pass(1);
  t.equal(
    refusalOf(() => enter(heard)),
    'time',
  );
});

t.test('a time more than a minute off is refused, and told to who holds the key', async (t) => {
  const { enter, head, time } = await bench();
  for (const offMs of [-60_001, 60_001, -hourMs, hourMs]) {
    t.equal(
      refusalOf(() => enter(head({ timeMs: time.wall() + offMs }))),
      'time',
      `${offMs} ms off`,
    );
  }
  for (const offMs of [-60_000, 60_000]) t.ok(enter(head({ timeMs: time.wall() + offMs })));
});

t.test('after a start, and while the clock is not believed, a challenge must be signed', async (t) => {
  const { enter, head, clock, challenge, time } = await bench();
  clock.isTrusted = false;
  t.throws(() => enter(head()), { code: 'challenge_required' });
  t.ok(enter(head({ nonce: challenge(), timeMs: time.wall() - 40 * 365 * 24 * hourMs })), 'at any time');
  clock.isTrusted = true;
  t.ok(enter(head()));
});

t.test('for two minutes after a start only a challenge shows that a request is new', async (t) => {
  const time = new ManualTime();
  const access = createAccess({
    store: new MemoryStore(),
    clock: time,
    alarm: time,
    logger: silentLogger,
    gatewayId,
    isClockTrusted: () => true,
  });
  const client = new SigningClient(gatewayId);
  await access.keys.add({ publicKey: client.publicKey, label: 'x', scopes: ['read'], lifeMs: hourMs });
  const enter = (): Principal =>
    access.credentials.signed(headOf(client, { timeMs: time.wall() })).confirm(emptyHash);
  t.throws(enter, { code: 'challenge_required' });
  time.pass(limits.challengeOnlyMs - 1);
  t.throws(enter, { code: 'challenge_required' });
  time.pass(1);
  t.ok(enter());
});

t.test('a challenge counts once, for half a minute, and only from this gateway', async (t) => {
  const { enter, head, clock, challenge, time } = await bench();
  for (const isTrusted of [true, false]) {
    clock.isTrusted = isTrusted;
    const nonce = challenge();
    t.ok(enter(head({ nonce })));
    t.equal(
      refusalOf(() => enter(head({ nonce }))),
      'challenge',
      `clock believed: ${isTrusted}`,
    );
    const ahead = head({ nonce: challenge(), timeMs: time.wall() + hourMs / 4 });
    t.ok(enter(ahead));
    time.pass(hourMs / 4);
    t.equal(
      refusalOf(() => enter(ahead)),
      'challenge',
      'nor when its time has come',
    );
    const old = challenge();
    time.pass(limits.challengeLifeMs);
    t.equal(
      refusalOf(() => enter(head({ nonce: old }))),
      'challenge',
    );
    const unused = challenge();
    t.equal(
      refusalOf(() => enter({ ...head({ nonce: unused }), target: '/api/v1/tokens' })),
      'wrong',
    );
    t.ok(enter(head({ nonce: unused })), 'a wrong signature does not use it up');
    t.equal(
      refusalOf(() => enter(head({ nonce: `gwc-${'A'.repeat(18)}` }))),
      'challenge',
      'made up',
    );
  }
});

t.test('one origin cannot use up the challenges of the others', async (t) => {
  const { access } = await bench();
  for (let count = 0; count < limits.challengesPerOriginMax; count += 1) access.challenges.issue('10.0.0.1');
  t.throws(() => access.challenges.issue('10.0.0.1'), { code: 'rate_limited' });
  t.ok(access.challenges.issue('10.0.0.2'));
});

t.test('an expired and a removed key are refused, also between the head and the body', async (t) => {
  const { enter, head, time, access, client } = await bench();
  time.pass(hourMs);
  t.equal(
    refusalOf(() => enter(head())),
    'expired',
  );
  await access.keys.add({ publicKey: client.publicKey, label: 'x', scopes: ['read'], lifeMs: hourMs });
  const pending = access.credentials.signed(head());
  await access.keys.remove(client.id);
  t.equal(
    refusalOf(() => pending.confirm(emptyHash)),
    'unknown_key',
  );
});

t.test('nothing that is signed can be changed', async (t) => {
  const { enter, head, access } = await bench();
  const changes: readonly ((head: SignedHead) => SignedHead)[] = [
    (one) => ({ ...one, method: 'POST' }),
    (one) => ({ ...one, target: `${one.target}?x=1` }),
    (one) => ({ ...one, target: '/api/v1/tokens' }),
    (one) => ({ ...one, time: String(Number(one.time) + 1) }),
    (one) => ({ ...one, nonce: `B${one.nonce.slice(1)}` }),
    (one) => ({ ...one, signature: `B${one.signature.slice(1)}` }),
  ];
  for (const change of changes) {
    const one = head({ nonce: 'AAAAAAAAAAAAAAAAAAAAAA' });
    t.throws(() => enter(change({ ...one, signature: one.signature.replace(/^B/, 'C') })), {
      code: 'signature_invalid',
    });
  }
  t.equal(
    refusalOf(() => enter(head(), createHash('sha256').update('{}').digest('hex'))),
    'wrong',
  );
  const other = new SigningClient('zzzzzzzz234567ab', Buffer.alloc(32, 9));
  t.equal(
    refusalOf(() => enter(headOf(other, { timeMs: Number(head().time) }))),
    'wrong',
    'of another gateway',
  );
  const stranger = new SigningClient(gatewayId);
  t.equal(
    refusalOf(() => enter(headOf(stranger, { timeMs: Number(head().time) }))),
    'unknown_key',
  );
  t.ok(access);
});

t.test('what has not the form of a signed request is refused before any arithmetic', async (t) => {
  const { access, head } = await bench();
  const good = head();
  const texts = fc.oneof(fc.string(), fc.base64String(), fc.constantFrom('', '0', '-1', 'NaN', '1e3', ' '));
  const bad = fc
    .constantFrom('keyId', 'time', 'nonce', 'signature')
    .chain((name) =>
      texts
        .filter((text) => name !== 'time' || !/^[1-9]\d{0,14}$/.test(text))
        .map((text) => ({ ...good, [name]: text })),
    );
  fc.assert(
    fc.property(bad, (one) => {
      t.equal(
        refusalOf(() => access.credentials.signed(one)),
        'form',
      );
    }),
    { numRuns: 300 },
  );
});
