import { bad, fourOf, ownerKey } from './bad-vector.ts';
import { canonicalOf, ChainBuilder, headOf, publishedGateway } from './chain-builder.ts';
import { malleated } from './malleated.ts';
import { firstEpoch, owner, secondEpoch, startMs, steadyChain, stranger } from './published-chains.ts';
import type { VectorCase } from './vector.ts';

/** What must be found bad, and where. */
export function badVectors(): readonly VectorCase[] {
  return [...edited(), ...moved(), ...forged(), ...keys()];
}

function edited(): readonly VectorCase[] {
  const edit = (name: string, what: string, from: string, to: string): VectorCase => {
    const [one, two, three, four] = fourOf().map(canonicalOf) as [string, string, string, string];
    return bad(name, what, [one, two, three.replace(from, to), four], { record: 6, reason: 'chain' });
  };
  const reading = JSON.stringify(
    (fourOf()[2].records[0]?.['readings'] as { meter: { energy_import_kwh: unknown[] } }).meter
      .energy_import_kwh[0],
  );
  return [
    edit('value-edited', 'A value is another.', reading, reading.replace('8493.94', '8493.93')),
    edit('time-edited', 'A time is another.', reading, reading.replace('000,', '001,')),
    edit(
      'quality-edited',
      'An estimated value is made a good one.',
      reading,
      reading.replace(',"estimated"', ''),
    ),
    edit('name-edited', 'A device has another name.', '"meter"', '"metre"'),
  ];
}

function flipped(hash: string): string {
  return (BigInt(`0x${hash}`) ^ 1n).toString(16).padStart(64, '0');
}

function moved(): readonly VectorCase[] {
  const [one, two, three, four] = fourOf();
  const cut = { ...three, to: 6, count: 6, records: three.records.slice(0, 1) };
  const shorter = { ...three, records: three.records.slice(1) };
  const turned = { ...three, records: three.records.toReversed() };
  return [
    bad('batch-dropped', 'A batch is missing.', [one, two, four], { record: 6, reason: 'missing' }),
    bad('first-dropped', 'The first batch is missing.', [two, three, four], { record: 1, reason: 'missing' }),
    bad('record-dropped', 'A record is missing in a batch.', [one, two, shorter, four], {
      record: 6,
      reason: 'numbering',
    }),
    bad('cut', 'A batch ends sooner.', [one, two, cut, four], { record: 6, reason: 'chain' }),
    bad('reordered', 'Two records change places.', [one, two, turned, four], { record: 6, reason: 'chain' }),
    bad('renumbered', 'A batch has other numbers.', [one, two, { ...three, from: 7, to: 8 }, four], {
      record: 6,
      reason: 'missing',
    }),
    bad(
      'renumbered-behind',
      'A batch is said to come behind the others.',
      [one, two, { ...three, from: 10, to: 11 }, four],
      { record: 6, reason: 'missing' },
    ),
    bad(
      'before-flipped',
      'A bit of the hash before.',
      [one, two, { ...three, before: flipped(three.before) }, four],
      { record: 6, reason: 'chain' },
    ),
    bad('head-flipped', 'A bit of the head.', [one, two, { ...three, head: flipped(three.head) }, four], {
      record: 6,
      reason: 'chain',
    }),
    bad(
      'duplicate-changed',
      'A batch comes twice, and once with another value.',
      [one, two, three, { ...three, records: turned.records }, four],
      { record: 6, reason: 'chain' },
    ),
    bad('count-edited', 'Another count of readings.', [one, two, { ...three, count: 11 }, four], {
      record: 6,
      reason: 'count',
    }),
  ];
}

function forged(): readonly VectorCase[] {
  const [one, two, three, four] = fourOf();
  const [, , foreign] = fourOf(steadyChain(4, { by: stranger }));
  const [, , elsewhere] = fourOf(steadyChain(4, { epoch: secondEpoch }));
  const gap = {
    kind: 'gap',
    reason: 'quota',
    from: 6,
    to: 7,
    before: three.before,
    head: three.head,
    readings: 12,
  };
  const records = [gap, ...four.records];
  const hiding = { ...four, to: 10, records, head: headOf(four.before, records) };
  const rewritten = { ...three, records: [{ ...three.records[0], commit: 99 }, ...three.records.slice(1)] };
  const bytes = Buffer.from(three.signature, 'base64url');
  const swapped = { ...three, signature: two.signature };
  bytes[5] = (bytes[5] ?? 0) ^ 4;
  return [
    bad(
      'rewritten',
      'A record is another, and the head goes with it.',
      [one, two, { ...rewritten, head: headOf(three.before, rewritten.records) }, four],
      { record: 6, reason: 'signature' },
    ),
    bad(
      'signature-flipped',
      'A bit of the signature.',
      [one, two, { ...three, signature: bytes.toString('base64url') }, four],
      { record: 6, reason: 'signature' },
    ),
    bad(
      'signatures-swapped',
      'Two batches have the signature of the other.',
      [one, { ...two, signature: three.signature }, swapped, four],
      { record: 4, reason: 'signature' },
    ),
    bad(
      'malleated',
      'The order of the group is added to S: the same signature, written in another way.',
      [one, two, { ...three, signature: malleated(three.signature) }, four],
      { record: 6, reason: 'signature' },
    ),
    bad('other-gateway', 'A batch of another gateway, whose key is not given.', [one, two, foreign, four], {
      record: 6,
      reason: 'missing',
    }),
    bad(
      'other-gateway-renamed',
      'The same, under the name of this one.',
      [one, two, { ...foreign, gateway: owner.gateway }, four],
      { record: 6, reason: 'signature' },
    ),
    bad(
      'other-epoch-renamed',
      'A batch of another chain of this gateway, under the name of this chain.',
      [one, two, { ...elsewhere, epoch: firstEpoch }, four],
      { record: 6, reason: 'signature' },
    ),
    bad('gap-forged', 'A batch is dropped, and declared gone by somebody else.', [one, two, hiding], {
      record: 6,
      reason: 'missing',
    }),
    bad(
      'signature-stripped',
      'A batch is said to be of a gateway without a signer.',
      [one, two, { ...three, algorithm: 'none', signature: '' }, four],
      { record: 6, reason: 'algorithm', words: [...ownerKey, '--unsigned'] },
    ),
  ];
}

function keys(): readonly VectorCase[] {
  const nobody = steadyChain(2, { by: publishedGateway('nobody', 'none') }).batches;
  const [one, two] = fourOf();
  // A point of order 4: R = the identity and S = 0 would do for every message.
  const weak = publishedGateway('weak');
  const publicKey = Buffer.alloc(32).toString('base64url');
  const anything = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]).toString('base64url');
  const small = new ChainBuilder(
    { ...weak, publicKey, sign: () => anything },
    { epoch: firstEpoch, atMs: startMs, first: { publicKey } },
  );
  small.seal();
  return [
    bad('no-key', "The key that is given is another gateway's.", [one, two], {
      record: 1,
      reason: 'key',
      words: ['--key', stranger.publicKey],
    }),
    bad('no-key-trusted-first', 'There is no first record to take the key from.', [two], {
      record: 1,
      reason: 'missing',
      words: ['--trust-first'],
    }),
    bad('small-order-key', 'The first record has a key that would vouch for anything.', small.batches, {
      record: 1,
      reason: 'epoch_record',
      words: ['--trust-first'],
    }),
    bad('unsigned-unasked', 'A gateway without a signer, and nobody said that this will do.', nobody, {
      record: 1,
      reason: 'unsigned',
      words: ['--trust-first'],
    }),
  ];
}
