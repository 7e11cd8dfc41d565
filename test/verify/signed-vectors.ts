import { bad, fourOf, ownerKey } from './bad-vector.ts';
import {
  canonicalOf,
  ChainBuilder,
  headOf,
  signedTextOf,
  type BuiltBatch,
  type JsonMembers,
} from './chain-builder.ts';
import {
  commitAt,
  firstEpoch,
  owner,
  sealMinute,
  secondEpoch,
  startMs,
  steadyChain,
} from './published-chains.ts';
import type { FirstFault, VectorCase } from './vector.ts';

/** Bad texts, and what is wrong although the gateway has signed it, or only with what somebody else says. */
export function signedVectors(): readonly VectorCase[] {
  return [...signedFaults(), ...signedPlaces(), ...texts(), ...asked()];
}

/** What the gateway's own key has signed, and is wrong all the same. */
function signedFaults(): readonly VectorCase[] {
  const reading = (series: unknown): JsonMembers => ({
    kind: 'readings',
    commit: 7,
    readings: { meter: { power_w: series as never } },
  });
  const at = (
    name: string,
    what: string,
    record: JsonMembers,
    first: Partial<Omit<FirstFault, 'epoch'>> = {},
  ): VectorCase => {
    const chain = steadyChain(2).add({ kind: 'restart', atMs: startMs, bootId: 'b', version: '1' });
    chain.add(record).seal();
    return bad(name, what, chain.batches, { record: 7, reason: 'record_shape', ...first });
  };
  const readings = commitAt(startMs);
  return [
    at('unknown-member', 'A record with a member that it must not have.', {
      kind: 'restart',
      atMs: 1,
      bootId: 'b',
      version: '1',
      why: 'x',
    }),
    at('unknown-kind', 'A record of an unknown kind.', { kind: 'reboot', atMs: 1 }),
    at('no-list', 'A reading is no list.', reading([{ atMs: 1, value: 2 }])),
    at('quality-good', 'A quality that is not to be written.', reading([[startMs, 1, 'good']])),
    at('time-in-parts', 'A time is no whole number.', reading([[0.5, 1]])),
    at('value-as-text', 'A value is a text.', reading([[startMs, '1']])),
    at(
      'epoch-again',
      'An epoch in the middle of a chain.',
      {
        kind: 'epoch',
        gateway: owner.gateway,
        publicKey: owner.publicKey,
        algorithm: 'Ed25519',
        epoch: firstEpoch,
        previous: null,
        atMs: startMs,
      },
      { reason: 'epoch_record' },
    ),
    at(
      'commit-again',
      'A number of a commit comes again.',
      { kind: 'readings', commit: 4, readings },
      { reason: 'numbering', record: 6 },
    ),
    at(
      'gap-of-the-future',
      'A gap of records that come after it.',
      {
        kind: 'gap',
        reason: 'quota',
        from: 3,
        to: 9,
        before: '0'.repeat(64),
        head: '0'.repeat(64),
        readings: 1,
      },
      { reason: 'gap' },
    ),
    at(
      'gap-with-other-hashes',
      'A gap that names another hash before it.',
      {
        kind: 'gap',
        reason: 'quota',
        from: 4,
        to: 5,
        before: 'a'.repeat(64),
        head: 'b'.repeat(64),
        readings: 1,
      },
      { reason: 'gap' },
    ),
  ];
}

function signedPlaces(): readonly VectorCase[] {
  const [one, two, three] = fourOf();
  const branch = steadyChain(2);
  branch.commit(commitAt(startMs)).commit(commitAt(startMs)).seal();
  const other = branch.batches.at(-1) as BuiltBatch;
  const unlinked = { ...three, before: other.head, head: headOf(other.head, three.records) };
  unlinked.signature = owner.sign(signedTextOf(unlinked));
  const overlap = steadyChain(1)
    .commit(commitAt(startMs))
    .commit(commitAt(startMs))
    .commit(commitAt(startMs));
  overlap.seal();
  const late = overlap.batches.at(-1) as BuiltBatch;
  const next = (place: { epoch: string; sequence: number; head: string }): BuiltBatch[] => {
    const chain = new ChainBuilder(owner, { epoch: secondEpoch, atMs: startMs + 900_000, previous: place });
    sealMinute(chain, 16);
    return chain.batches;
  };
  const { place } = steadyChain(3);
  const noFirst = new ChainBuilder(owner, { epoch: firstEpoch, atMs: startMs, first: { kind: 'restart' } });
  noFirst.seal();
  return [
    bad('two-histories', 'The gateway signed two batches of the same numbers.', [one, two, three, other], {
      record: 6,
      reason: 'disagreement',
    }),
    bad(
      'overlapping',
      'The gateway signed records once in one batch and once in another.',
      [one, two, three, late],
      { record: 4, reason: 'disagreement' },
    ),
    bad('unlinked', 'A batch that stands on another record than the one before it.', [one, two, unlinked], {
      record: 6,
      reason: 'link',
    }),
    bad('no-epoch-record', 'A chain that does not begin with its epoch.', noFirst.batches, {
      record: 1,
      reason: 'record_shape',
    }),
    bad('chain-before-missing', 'The chain before is not there.', next(place), {
      record: 1,
      reason: 'missing',
    }),
    bad(
      'chain-before-shorter',
      'The chain before ends sooner than the next one says.',
      [one, two, ...next(place)],
      { record: 6, reason: 'missing' },
    ),
    bad(
      'chain-before-another',
      'The next chain names another head.',
      [one, two, three, ...next({ ...place, head: 'c'.repeat(64) })],
      { record: 7, reason: 'previous' },
    ),
  ];
}

function texts(): readonly VectorCase[] {
  const [one, two, three] = fourOf().map(canonicalOf) as [string, string, string];
  const unread = (name: string, what: string, text: string): VectorCase =>
    bad(name, what, [one, text, three], { epoch: null, reason: 'unreadable' });
  return [
    unread('broken-off', 'A line breaks off; those after it are read.', two.slice(0, 300)),
    unread('no-json', 'A line that is no JSON.', 'batch 2'),
    unread(
      'member-twice',
      'A member stands there twice: who reads it takes the one or the other.',
      two.replace('"count":12', '"count":12,"count":12'),
    ),
    unread(
      'number-not-held',
      'A number with more digits than a double holds: others would read another.',
      two.replace('63.25', '63.25000000000000000001'),
    ),
    unread('number-too-large', 'A number beyond all doubles.', two.replace('63.25', '1e999')),
    unread('half-a-letter', 'Half of a surrogate pair.', two.replace('meter', 'm\\ud800')),
    unread('too-deep', 'Lists in lists.', `{"v":1,"records":${'['.repeat(70)}${']'.repeat(70)}}`),
    bad('unknown-version', 'A batch of another version.', [one, two.replace('"v":1', '"v":2'), three], {
      record: 4,
      reason: 'batch_shape',
    }),
    bad('unknown-batch-member', 'A batch with a member more.', [one, two.replace('{', '{"x":1,'), three], {
      record: 4,
      reason: 'batch_shape',
    }),
  ];
}

function asked(): readonly VectorCase[] {
  const chain = steadyChain(3);
  const { epoch, sequence, head } = chain.place;
  const [one, two, three] = fourOf();
  const expect = (number: number, hash: string): string[] => [
    ...ownerKey,
    '--expect',
    `${epoch}:${number}:${hash}`,
  ];
  return [
    bad('newest-dropped', 'The newest batch is missing, which an acknowledgement shows.', [one, two], {
      record: 6,
      reason: 'missing',
      words: expect(sequence, head),
    }),
    bad('expected-another', 'The acknowledgement names another head.', [one, two, three], {
      record: 7,
      reason: 'expected',
      words: expect(7, 'd'.repeat(64)),
    }),
    bad('end-not-reached', 'It was asked for more.', [one, two, three], {
      record: 8,
      reason: 'missing',
      words: [...ownerKey, '--to', '8'],
    }),
  ];
}
