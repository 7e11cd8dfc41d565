import { canonicalOf, ChainBuilder, publishedGateway, type BuiltBatch, type Json } from './chain-builder.ts';
import {
  commitAt,
  firstEpoch,
  owner,
  sealMinute,
  secondEpoch,
  startMs,
  steadyChain,
} from './published-chains.ts';
import type { VectorCase } from './vector.ts';

const key = ['--key', owner.publicKey];
const textsOf = (batches: readonly BuiltBatch[]): string[] => batches.map(canonicalOf);

function good(
  name: string,
  what: string,
  lines: readonly string[],
  words: readonly string[] = key,
): VectorCase {
  return { name, what, arguments: words, lines, first: null };
}

/** What must be found good. */
export function goodVectors(): readonly VectorCase[] {
  return [...layouts(), ...records(), ...chains(), ...signers(), ...asked()];
}

function layouts(): readonly VectorCase[] {
  const texts = textsOf(steadyChain(4).batches);
  const [first = '', second = '', third = '', fourth = ''] = texts;
  const message = canonicalOf({
    v: 1,
    kind: 'telemetry',
    gateway: owner.gateway,
    batches: texts.map((text) => JSON.parse(text) as Json),
  });
  const state = canonicalOf({
    v: 1,
    kind: 'state',
    gateway: owner.gateway,
    atMs: startMs,
    state: {},
    signature: '',
  });
  // A backend may lay texts out anew, and write a number in another way.
  const relaid = JSON.stringify(
    Object.fromEntries(Object.entries(JSON.parse(first) as object).reverse()),
    null,
    1,
  )
    .replaceAll('\n', ' ')
    .replaceAll('63.25', '6325.0e-2')
    .replaceAll('inverter', '\\u0069nverter');
  return [
    good('chain', 'A chain of four batches.', texts),
    good('one-batch', 'A chain of one batch.', [first]),
    good('any-order', 'In any order, some twice.', [third, first, fourth, third, second, first]),
    good('message', 'A message of the gateway, and one of another kind, which is counted.', [state, message]),
    good('list', 'One list of batches.', [`[${texts.join(', ')}]`]),
    good(
      'laid-out',
      'Other spaces, another order of members, other ways to write the same number and letter.',
      [relaid, second],
    ),
  ];
}

function records(): readonly VectorCase[] {
  const restarts = steadyChain(1)
    .add({ kind: 'restart', atMs: startMs + 61_000, bootId: '6f1c2a', version: '0.1.0' })
    .add({ kind: 'clock_step', atMs: startMs + 62_000, stepMs: -3_600_000 })
    .commit(commitAt(startMs - 3_500_000));
  restarts.seal();
  const gap = { kind: 'gap', reason: 'shed', fromMs: startMs, toMs: startMs + 5_000, readings: 7 };
  const gaps = steadyChain(1)
    .add({ ...gap, number: 3 })
    .add({ ...gap, number: 4, readings: null });
  gaps.seal();
  gaps.add({ ...gap, number: 3, toMs: startMs + 9_000, readings: 12 }).seal();
  const off = { kind: 'gap', reason: 'off', commits: [3, 40], fromMs: null, toMs: startMs, readings: 99 };
  const commits = steadyChain(1)
    .add(off)
    .add({ ...off, reason: 'unsealed', commits: [41, 41] });
  commits.seal();
  // What told of it gave way, and it is told again.
  commits.add(off).seal();
  const names = new ChainBuilder(owner, { epoch: firstEpoch, atMs: startMs });
  const series = { power_w: [[startMs, 1]] };
  names.commit({
    'Wärmepumpe ☀ 🔋': {
      'température_°c': [[startMs, 21.5]],
      '\u20ac "\\/\b\f\n\r\t\u0001\u007f\u2028': [[startMs, 2]],
    },
    ['__proto__']: series,
    ...{ '10': series, '9': series, '\ufb01': series, '\ud83d\ude00': series, constructor: series },
  });
  names.seal();
  const values = [
    ...[0, -0, 1, -1, 0.1 + 0.2, 1e21, 1e20, 123456789012345680000, 1e-7, 1e-6, 5e-324, -5e-324],
    ...[
      2 ** 53,
      2 ** 53 + 2,
      -(2 ** 53),
      1.7976931348623157e308,
      2.2250738585072014e-308,
      4.35,
      295147905179352830000,
      1 / 3,
    ],
  ];
  const numbers = new ChainBuilder(owner, { epoch: firstEpoch, atMs: startMs });
  numbers.commit({ numbers: { value_w: values.map((value, at) => [startMs + at, value]) } });
  numbers.seal();
  return [
    good(
      'restart-and-clock-step',
      'A restart, and a clock that is set back by an hour.',
      textsOf(restarts.batches),
    ),
    good(
      'store-gaps',
      'Two gaps of the store; one of them grew, and is said again with its number.',
      textsOf(gaps.batches),
    ),
    good('commits-gaps', 'Commits that were never sealed, once told twice.', textsOf(commits.batches)),
    good('unicode-names', 'Names of every kind, in the order of their UTF-16 units.', textsOf(names.batches)),
    good('odd-numbers', 'Numbers as ECMAScript writes them; minus zero is 0.', textsOf(numbers.batches)),
  ];
}

function chains(): readonly VectorCase[] {
  const dropped = steadyChain(5);
  const [first, second, third, fourth, fifth] = dropped.batches as [
    BuiltBatch,
    BuiltBatch,
    BuiltBatch,
    BuiltBatch,
    BuiltBatch,
  ];
  const gone = (from: BuiltBatch, to: BuiltBatch, reason: string) => ({
    kind: 'gap',
    reason,
    ...{ from: from.from, to: to.to, before: from.before, head: to.head, readings: to.count * 2 },
  });
  dropped
    .add(gone(second, second, 'quota'))
    .add(gone(third, fourth, 'damage'))
    .seal();
  const sixth = dropped.batches.at(-1) as BuiltBatch;
  const beginning = steadyChain(2);
  const [lost, kept] = beginning.batches as [BuiltBatch, BuiltBatch];
  beginning.add({ ...gone(lost, lost, 'quota'), readings: null }).seal();

  const before = steadyChain(3);
  const after = new ChainBuilder(owner, {
    epoch: secondEpoch,
    atMs: startMs + 900_000,
    previous: before.place,
  });
  sealMinute(after, 16);
  const [begun, , end] = before.batches as [BuiltBatch, BuiltBatch, BuiltBatch];
  const behind = new ChainBuilder(owner, {
    epoch: secondEpoch,
    atMs: startMs + 900_000,
    previous: before.place,
  });
  behind.add({ ...gone(before.batches[1] ?? begun, end, 'damage'), epoch: firstEpoch }).seal();
  const nothing = new ChainBuilder(owner, {
    epoch: secondEpoch,
    atMs: startMs + 900_000,
    previous: before.place,
  });
  nothing.add({ ...gone(begun, end, 'damage'), epoch: firstEpoch }).seal();
  const restored = new ChainBuilder(owner, {
    epoch: secondEpoch,
    atMs: startMs + 900_000,
    previous: steadyChain(2).place,
  });
  sealMinute(restored, 16);
  const anew = new ChainBuilder(owner, { epoch: secondEpoch, atMs: startMs + 900_000 });
  sealMinute(anew, 16);
  return [
    good(
      'gaps',
      'Records of the chain that gave way and were damaged: declared gone.',
      textsOf([first, fifth, sixth]),
    ),
    good(
      'gaps-that-arrived',
      'What is declared gone had been sent before.',
      textsOf([first, third, fourth, fifth, sixth]),
    ),
    good(
      'gap-at-the-beginning',
      'The first batch gave way before it was sent.',
      textsOf([kept, ...beginning.batches.slice(2)]),
    ),
    good(
      'two-epochs',
      'A new database goes on from the chain before.',
      textsOf([...after.batches, ...before.batches]),
    ),
    good(
      'gap-of-the-chain-before',
      'The end of the chain before was lost, as the next one declares.',
      textsOf([begun, ...behind.batches]),
    ),
    good(
      'chain-before-gone',
      'All of the chain before was lost, as the next one declares.',
      textsOf(nothing.batches),
    ),
    good(
      'restored',
      'A backup of the database was restored: the chain goes on from a place before the last.',
      textsOf([...before.batches, ...restored.batches]),
    ),
    good(
      'two-beginnings',
      'A new database that knows of none before.',
      textsOf([...before.batches, ...anew.batches]),
    ),
  ];
}

function signers(): readonly VectorCase[] {
  const chip = publishedGateway('chip', 'ES256');
  const nobody = publishedGateway('nobody', 'none');
  const texts = textsOf(steadyChain(2).batches);
  const chipTexts = textsOf(steadyChain(2, { by: chip }).batches);
  const noTexts = textsOf(steadyChain(2, { by: nobody }).batches);
  return [
    good('es256', 'A gateway with a chip: ECDSA P-256.', chipTexts, ['--key', chip.publicKey]),
    good('es256-trusted-first', 'The same, its key from the first record.', chipTexts, ['--trust-first']),
    good('trusted-first', 'The key is taken from the first record of the chain.', texts, ['--trust-first']),
    good('unsigned', 'A gateway without a signer.', noTexts, ['--unsigned']),
    good(
      'two-gateways',
      'Batches of two gateways, in one file.',
      [...texts, ...chipTexts],
      [...key, '--key', chip.publicKey],
    ),
    good('key-in-hex', 'The key in hex.', texts, [
      '--key',
      Buffer.from(owner.publicKey, 'base64url').toString('hex'),
    ]),
  ];
}

function asked(): readonly VectorCase[] {
  const chain = steadyChain(5);
  const texts = textsOf(chain.batches);
  const [, , third] = chain.batches as [BuiltBatch, BuiltBatch, BuiltBatch];
  const { epoch, sequence, head } = chain.place;
  const expected = [`--expect=${epoch}:${sequence}:${head}`, `--expect=${epoch}:${third.to}:${third.head}`];
  return [
    good('from-and-to', 'The middle of a chain, as asked for.', texts.slice(1, 4), [
      ...key,
      '--from',
      '4',
      '--to',
      `${epoch}:9`,
    ]),
    good('expected', 'Two places that were acknowledged.', texts, [...key, ...expected]),
  ];
}
