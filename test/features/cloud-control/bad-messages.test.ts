import t from 'tap';
import { canonicalJson } from '../../../gateway/core/canonical-json.ts';
import { BackendKey, type Signed } from './backend-key.ts';
import { changesBy, CloudBench, ops, ulid, type Message } from './cloud-bench.ts';

const stranger = new BackendKey('stranger');
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The same signature in its other form, S + L, which a careless verifier takes. */
function malleated(message: Signed): Message {
  const bytes = Buffer.from(message.signature, 'base64url');
  let s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
  for (let index = 32; index < 64; index += 1, s >>= 8n) bytes[index] = Number(s & 255n);
  return { ...message, signature: bytes.toString('base64url') };
}

/** Of a key of small order: with R the neutral element and S = 0 it would fit every message. */
const smallOrderKey = Buffer.from(Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 1 : 0)));
const forgedForAll = Buffer.concat([smallOrderKey, Buffer.alloc(32)]).toString('base64url');

function nested(levels: number): Uint8Array {
  return Buffer.from(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
}

type Make = (bench: CloudBench) => Message | Uint8Array;

const text = (message: Message, change: (json: string) => string): Uint8Array =>
  Buffer.from(change(canonicalJson(message)));

/** What is not even signed by who may: said to nobody. */
const unanswered: readonly (readonly [string, string, Make])[] = [
  ['is signed by somebody else', 'signature_invalid', (b) => b.command({}, stranger)],
  ['was changed on its way', 'signature_invalid', (b) => ({ ...b.command(), scope: 'read' })],
  [
    'was changed inside',
    'signature_invalid',
    (b) => ({ ...b.command(), body: { command: 'thing.set', input: { name: 'b' } } }),
  ],
  ['is malleated', 'signature_invalid', (b) => malleated(b.command())],
  ['has an empty signature', 'input_invalid', (b) => ({ ...b.command(), signature: '' })],
  [
    'has a signature with padding',
    'input_invalid',
    (b) => ({ ...b.command(), signature: `${b.command().signature}==` }),
  ],
  [
    'has the signature of a small order',
    'signature_invalid',
    (b) => ({ ...b.command(), signature: forgedForAll }),
  ],
  ['was signed as something else', 'signature_invalid', (b) => ops.sign(b.unsigned(), 'gw-ack-1')],
  ['names nobody that is known', 'forbidden', (b) => b.command({ issuer: 'ops-2' })],
  ['names what every object has', 'forbidden', (b) => b.command({ issuer: 'constructor' })],
  ['is for another gateway', 'forbidden', (b) => b.command({ gid: 'qrstuvwxyz234567' })],
  [
    'is too large',
    'request_too_large',
    (b) => b.command({ body: { command: 'thing.set', input: { name: 'x'.repeat(70_000) } } }),
  ],
  ['is nested too deeply', 'input_invalid', () => nested(40)],
  ['would exhaust a stack', 'input_invalid', () => nested(10_000)],
  [
    'is nested too deeply inside',
    'input_invalid',
    (b) => {
      let name: Message | string = 'a';
      for (let level = 0; level < 40; level += 1) name = { name };
      return b.command({ body: { command: 'thing.set', input: name as Message } });
    },
  ],
  ['has an unknown member', 'input_invalid', (b) => b.command({ more: 1 })],
  [
    'has an unknown member in its body',
    'input_invalid',
    (b) => b.command({ body: { command: 'thing.set', input: {}, now: true } }),
  ],
  ['lacks a member', 'input_invalid', (b) => b.command({ seq: undefined as never })],
  ['has a number as text', 'input_invalid', (b) => b.command({ seq: '7' })],
  ['has no whole number', 'input_invalid', (b) => b.command({ seq: 1.5 })],
  ['is numbered 0', 'input_invalid', (b) => b.command({ seq: 0 })],
  ['has an id that is no ULID', 'input_invalid', (b) => b.command({ cmdId: `${ulid(1)}0` })],
  ['asks for a scope that there is not', 'input_invalid', (b) => b.command({ scope: 'root' })],
  ['asks for several scopes', 'input_invalid', (b) => b.command({ scope: ['read', 'control'] })],
  [
    'has a member twice',
    'input_invalid',
    (b) => text(b.command(), (json) => json.replace('"seq":1', '"seq":1,"seq":2')),
  ],
  [
    'names a prototype',
    'input_invalid',
    (b) => text(b.command(), (json) => json.replace('"seq":1', '"seq":1,"__proto__":{}')),
  ],
  [
    'has a number that no double holds',
    'input_invalid',
    (b) => text(b.command(), (json) => json.replace('"seq":1', '"seq":9007199254740993')),
  ],
  ['is no JSON', 'input_invalid', () => Buffer.from('{"v":1,')],
  ['is not UTF-8', 'input_invalid', () => Buffer.from([0x22, 0xff, 0x22])],
  ['is empty', 'input_invalid', () => Buffer.alloc(0)],
  ['is no object', 'input_invalid', () => Buffer.from('[{"v":1,"kind":"command"}]')],
];

t.test('what nobody has signed who may is refused with its reason, and nothing else happens', async (t) => {
  for (const [title, code, make] of unanswered) {
    const bench = await CloudBench.started();
    const lines = await changesBy(t, bench, make(bench));
    t.same(lines, [code], `a command that ${title}`);
    t.same(bench.sent, [], `${title}: no answer, which would be believed of the command itself`);
    t.equal(bench.store.commands.size, 0, `${title}: nothing is begun`);
    t.equal(bench.store.sequences.size, 0, `${title}: no number is used up`);
    t.same(
      bench.events.map(({ detail }) => detail),
      [code],
    );
    await bench.hear(bench.command());
    t.equal(bench.outcomes.at(-1), 'done', `${title}: the command itself runs all the same`);
  }
});

const minute = 60_000;

/** What is signed by who may, and refused for good: it is in the journal, and never runs later. */
const answered: readonly (readonly [string, string, (bench: CloudBench) => Message])[] = [
  [
    'has expired',
    'signature_invalid',
    (b) => b.command({ iat: b.time.wall() - 2 * minute, exp: b.time.wall() }),
  ],
  [
    'is from ahead',
    'signature_invalid',
    (b) => b.command({ iat: b.time.wall() + minute + 1, exp: b.time.wall() + 3 * minute }),
  ],
  ['lives too long', 'signature_invalid', (b) => b.command({ exp: b.time.wall() + 5 * minute + 1 })],
  [
    'ends before it begins',
    'signature_invalid',
    (b) => b.command({ iat: b.time.wall() + 2, exp: b.time.wall() + 1 }),
  ],
  [
    'has a scope that its issuer has not',
    'forbidden',
    (b) => b.command({ scope: 'admin', body: { command: 'thing.admin', input: { name: 'a' } } }),
  ],
  ['has a scope that the command does not take', 'forbidden', (b) => b.command({ scope: 'read' })],
  [
    'asks for more than its scope',
    'forbidden',
    (b) => b.command({ body: { command: 'thing.admin', input: { name: 'a' } } }),
  ],
  [
    'asks for what is closed to the cloud',
    'forbidden',
    (b) => b.command({ body: { command: 'thing.own', input: { name: 'a' } } }),
  ],
  [
    'asks for nothing that there is',
    'command_unknown',
    (b) => b.command({ body: { command: 'thing.none', input: {} } }),
  ],
  [
    'asks for what every object has',
    'command_unknown',
    (b) => b.command({ body: { command: '__proto__', input: {} } }),
  ],
  ['has no input', 'input_invalid', (b) => b.command({ body: { command: 'thing.set', input: {} } })],
  [
    'has an input too many',
    'input_invalid',
    (b) => b.command({ body: { command: 'thing.set', input: { name: 'a', more: 1 } } }),
  ],
];

t.test('a command that breaks a rule is refused with its reason, for good', async (t) => {
  for (const [title, code, make] of answered) {
    const bench = await CloudBench.started();
    const command = make(bench);
    t.same(await changesBy(t, bench, command), [code], `a command that ${title}`);
    t.same(bench.outcomes, [`refused ${code}`]);
    bench.time.pass(1_000);
    await bench.hear(command);
    t.same(bench.sent[1], bench.sent[0], `${title}: the same answer again`);
    t.equal(bench.ran.length, 0);
  }
});

t.test('a stream is not for messages', async (t) => {
  const bench = await CloudBench.started();
  await bench.hear(bench.command({ scope: 'read', body: { command: 'thing.stream', input: {} } }));
  t.same(bench.outcomes, ['refused forbidden']);
});

t.test(
  'without a clock to rely on, and without its owner’s leave, nothing runs, then or later',
  async (t) => {
    const table: readonly (readonly [string, (bench: CloudBench, isRight: boolean) => Promise<void>])[] = [
      ['clock_untrusted', (bench, isRight) => Promise.resolve(void (bench.isClockTrusted = isRight))],
      [
        'cloud_control_off',
        async ({ cloud: { facts } }, isRight) => await (isRight ? facts.turnOn() : facts.turnOff()),
      ],
    ];
    for (const [code, set] of table) {
      const bench = await CloudBench.started();
      await set(bench, false);
      const command = bench.command();
      await bench.hear(command);
      await set(bench, true);
      await bench.hear(command);
      t.same(bench.outcomes, [`refused ${code}`, `refused ${code}`]);
      t.same(bench.ran, []);
      await bench.hear(bench.command({ cmdId: ulid(2), seq: 2 }));
      t.equal(bench.outcomes[2], 'done');
    }
  },
);

t.test('what is not ours is ignored and counted', async (t) => {
  const bench = await CloudBench.started();
  const { command } = { command: bench.command() };
  await bench.hear(
    { ...command, v: 2 },
    { ...command, kind: 'ack' },
    { ...command, kind: '__proto__' },
    { ...command, kind: 'toString' },
    {},
  );
  t.equal(bench.cloud.facts.ignored, 5);
  t.equal(bench.cloud.facts.refused, 0);
  t.same(bench.sent, []);
});

t.test('a number at or below the last one is not taken again', async (t) => {
  const bench = await CloudBench.started();
  await bench.hear(bench.command({ seq: 7 }));
  for (const seq of [7, 6, 1]) {
    await bench.hear(bench.command({ cmdId: ulid(100 + seq), seq }));
    t.equal(bench.outcomes.at(-1), 'refused signature_invalid', `number ${seq} after 7`);
  }
  await bench.hear(bench.command({ cmdId: ulid(8), seq: 8 }));
  t.equal(bench.ran.length, 2);
});

t.test('a storm of messages leaves few lines, and is counted', async (t) => {
  const bench = await CloudBench.started();
  const forged = bench.command({}, stranger);
  for (let round = 0; round < 100; round += 1) await bench.hear(forged, forged, forged);
  t.equal(bench.cloud.facts.refused, 300);
  t.equal(bench.store.audit.filter(({ action }) => action === 'cloud.refused').length, 30);
  t.equal(bench.events.length, 300, 'who counts them has them all');
  t.match(bench.cloud.notes(), [{ subject: 'cloud', status: 'degraded', message: /300 messages/ }]);
  bench.time.pass(60_000);
  await bench.hear(forged);
  t.match(bench.store.audit.at(-1), { detail: /270 more were refused before/ });
  bench.time.pass(2 * 3_600_000);
  t.same(bench.cloud.notes(), [], 'and it passes');
});

t.test(
  'an issuer that gives too many commands at one time is not answered, and may say them again',
  async (t) => {
    const bench = await CloudBench.started();
    const commands = Array.from({ length: 10 }, (_, index) =>
      bench.command({ cmdId: ulid(index + 1), seq: index + 1 }),
    );
    for (const command of commands) await bench.hear(command);
    t.equal(bench.ran.length, 5);
    t.equal(bench.sent.length, 5, 'no answer, since it may still run');
    bench.time.pass(10_000);
    for (const command of commands.slice(5)) await bench.hear(command);
    t.equal(bench.ran.length, 10);
  },
);
