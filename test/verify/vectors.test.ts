import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { canonicalOf } from './chain-builder.ts';
import { hasPython } from './has-python.ts';
import { asPythonSays, judgedByPython } from './judged-by-python.ts';
import { firstFault, judged, printed } from './judged.ts';
import { makeVectors, vectorFolder } from './make-vectors.ts';
import { owner, steadyChain } from './published-chains.ts';
import { tamper, tamperedArguments, tamperingKinds } from './tampering.ts';
import type { Vector } from './vector.ts';

const vectors = globSync(join(vectorFolder, '*.json'))
  .toSorted()
  .map((path) => JSON.parse(readFileSync(path, 'utf8')) as Vector);

t.test('egw-verify says of each published vector what it must, and names the first bad record', (t) => {
  t.ok(vectors.length >= 80, `${vectors.length} vectors`);
  for (const { name, arguments: words, lines, says, first, exitCode } of vectors) {
    const verdict = judged(words, lines);
    t.same(printed(verdict), says, name);
    t.same(firstFault(verdict), first, `${name}: first`);
    t.equal(verdict.isVerified, exitCode === 0, `${name}: exit code`);
  }
  t.end();
});

t.test('a batch whose numbers are none is bad, and stops nothing', (t) => {
  const [{ arguments: words, lines } = { arguments: [], lines: [] }] = vectors.filter(
    ({ name }) => name === 'chain',
  );
  for (const from of ['{}', '[[]]', '"6"', 'null', '1e300']) {
    const verdict = judged(words, [...lines, (lines[2] ?? '').replace('"from":6', `"from":${from}`)]);
    t.match(printed(verdict), [/is no batch of version 1: "from"/, 'NOT VERIFIED: 5 batches'], from);
  }
  t.end();
});

t.test('the published vectors are those that are made', (t) => {
  // Each signature of ECDSA is another.
  const withoutChance = ({ lines, ...vector }: Vector): unknown => ({
    ...vector,
    lines: lines.map((line) =>
      line.includes('"algorithm":"ES256"') ? line.replace(/"signature":"[^"]{86}"/, '') : line,
    ),
  });
  const made = [...makeVectors()].sort((one, other) => (one.name < other.name ? -1 : 1));
  const published = [...vectors].sort((one, other) => (one.name < other.name ? -1 : 1));
  t.same(made.map(withoutChance), published.map(withoutChance), 'test/verify/make-vectors.ts writes them');
  t.end();
});

const skipped = { skip: hasPython() ? false : 'NO python3 HERE' };

// What is for egw-verify alone: other signers, more than one key, and what is asked for beside it.
const leftByPython = [
  ...['end-not-reached', 'es256', 'es256-trusted-first', 'expected', 'expected-another', 'from-and-to'],
  ...['newest-dropped', 'no-key-trusted-first', 'signature-stripped', 'small-order-key', 'trusted-first'],
  ...['two-gateways', 'unsigned', 'unsigned-unasked'],
];

// Of gateways whose key is not given it says no more than that.
const toldShorterByPython: Readonly<Record<string, readonly string[]>> = {
  'no-key': ['batches.jsonl:1', 'batches.jsonl:2'],
  'other-gateway': ['batches.jsonl:3'],
};

t.test('the short verifier in Python says the same of each, but of those that it leaves', skipped, (t) => {
  const said = judgedByPython(vectors);
  const left = vectors.filter((_, index) => said[index]?.exitCode === 2).map(({ name }) => name);
  t.same(left.toSorted(), leftByPython);
  for (const [index, { name, says, exitCode, arguments: words }] of vectors.entries()) {
    if (left.includes(name)) continue;
    const places = toldShorterByPython[name];
    t.equal(said[index]?.exitCode, exitCode, name);
    if (places === undefined) t.same(said[index]?.says, asPythonSays(says), name);
    else
      for (const place of places)
        t.ok(said[index]?.says.includes(`BAD ${place}: there is no key for this gateway`), name);
    t.same(words.length, 2, `${name}: --key KEY`);
  }
  t.end();
});

t.test(
  'the short verifier in Python finds the same as egw-verify, whatever is meddled with',
  skipped,
  (t) => {
    const words = tamperedArguments.slice(0, 2);
    // One that says who made it is another gateway's; of texts that break off the two read on in their own way.
    const kinds = tamperingKinds.filter(
      (kind) => !/^(pastes a batch of another gateway|flips a bit of the text)$/.test(kind),
    );
    const cases = kinds.map((kind) => tamper(tamperingKinds.indexOf(kind), 11).lines);
    const said = judgedByPython(cases.map((lines) => ({ arguments: words, lines })));
    for (const [index, kind] of kinds.entries()) {
      const verdict = judged(words, cases[index] ?? []);
      t.equal(said[index]?.exitCode, verdict.isVerified ? 0 : 1, kind);
      t.same(said[index]?.says, asPythonSays(printed(verdict)), kind);
    }
    t.end();
  },
);

t.test(
  'the short verifier in Python refuses gaps that end before they begin, as egw-verify does',
  skipped,
  (t) => {
    const gap = { kind: 'gap', reason: 'off', readings: 1 };
    const hashes = { before: '0'.repeat(64), head: '0'.repeat(64) };
    const cases = [
      { ...gap, commits: [4, 3], fromMs: null, toMs: null },
      { ...gap, from: 3, to: 2, ...hashes },
    ].map((record) => {
      const chain = steadyChain(2).add(record);
      chain.seal();
      return { arguments: ['--key', owner.publicKey], lines: chain.batches.map(canonicalOf) };
    });
    for (const [index, said] of judgedByPython(cases).entries()) {
      const { arguments: words = [], lines = [] } = cases[index] ?? {};
      t.same(said, { exitCode: 1, says: asPythonSays(printed(judged(words, lines))) });
    }
    t.end();
  },
);

t.test('the short verifier in Python says what it cannot check', skipped, (t) => {
  const [{ lines } = { lines: [] }] = vectors.filter(({ name }) => name === 'chain');
  const chip = vectors.find(({ name }) => name === 'es256')?.arguments ?? [];
  // The identity, a point of order 4, one of order 8, and y = 1 written as p + 1.
  const vouchers = [
    `01${'00'.repeat(31)}`,
    '00'.repeat(32),
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    `ee${'ff'.repeat(30)}7f`,
  ];
  const cases = [chip, ...vouchers.map((key) => ['--key', key]), ['--key', 'x'], []];
  const said = judgedByPython(cases.map((words) => ({ arguments: words, lines })));
  t.same(said[0], { exitCode: 2, says: ['egw_verify: ES256 is checked by egw-verify only'] });
  for (const { exitCode, says } of said.slice(1, -1)) {
    t.equal(exitCode, 2);
    t.match(says[0], /no public key of a gateway, or one that vouches for anything/);
  }
  t.equal(said.at(-1)?.exitCode, 2);
  const nothing = judgedByPython([{ arguments: ['--key', owner.publicKey], lines: [] }]);
  t.same(nothing, [{ exitCode: 2, says: ['egw_verify: there is no batch in what was given'] }]);
  t.end();
});
