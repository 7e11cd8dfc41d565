import '../../property-seed.ts';
import fc from 'fast-check';
import t from 'tap';
import { FragmentJoiner, messageBytesMax, splitIntoFragments } from '../../../ble/protocol/fragments.ts';
import { ProtocolError } from '../../../ble/protocol/protocol-error.ts';
import { RecordOpener, RecordSealer, payloadBytesMax } from '../../../ble/protocol/records.ts';

const message = fc.uint8Array({ minLength: 1, maxLength: messageBytesMax, size: 'max' });
const fragmentBytes = fc.integer({ min: 20, max: 512 });

/** What comes out, one entry a message; `refused` ends it, as it ends the session. */
function joinAll(fragments: readonly Uint8Array[], stepMs = 1): readonly (Uint8Array | 'refused')[] {
  const joiner = new FragmentJoiner();
  const out: (Uint8Array | 'refused')[] = [];
  for (const [index, fragment] of fragments.entries()) {
    try {
      const joined = joiner.add(fragment, index * stepMs);
      if (joined !== undefined) out.push(joined);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.reason !== 'malformed') throw error;
      return [...out, 'refused'];
    }
  }
  return out;
}

function isSame(a: unknown, b: Uint8Array): boolean {
  return a instanceof Uint8Array && Buffer.compare(a, b) === 0;
}

t.test('every message comes through fragments of every size, one after the other', (t) => {
  fc.assert(
    fc.property(message, message, fragmentBytes, (first, second, size) => {
      const fragments = [first, second].flatMap((one) => splitIntoFragments(one, size));
      if (fragments.some(({ length }) => length > size || length < 2)) return false;
      const [a, b, ...more] = joinAll(fragments);
      return more.length === 0 && isSame(a, first) && isSame(b, second);
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('the smallest and the largest, and numbers that begin anew after 127', (t) => {
  for (const length of [1, 18, 19, 20, 510, 511, 512, 4095, 4096]) {
    for (const size of [2, 20, 21, 185, 512, 4096]) {
      const bytes = Uint8Array.from({ length }, (_, index) => index % 251);
      const fragments = splitIntoFragments(bytes, size);
      t.ok(isSame(joinAll(fragments)[0], bytes), `${length} in ${size}`);
      t.ok(fragments.every((fragment) => fragment.length <= 512));
    }
  }
  t.equal(splitIntoFragments(new Uint8Array(4096), 20)[128]?.[0], 0);
  for (const bad of [0, 4097]) {
    t.throws(() => splitIntoFragments(new Uint8Array(bad), 20), { name: 'ProtocolError' });
  }
  for (const bad of [0, 1, Number.NaN]) {
    t.throws(() => splitIntoFragments(new Uint8Array(1), bad), { name: 'ProtocolError' });
  }
  t.end();
});

/** What a bad link, or somebody in it, does to fragments. */
const mutation = fc.tuple(
  fc.constantFrom('drop', 'repeat', 'swap', 'flip the head', 'put in'),
  fc.nat({ max: 4096 }),
  fc.nat({ max: 4096 }),
  fc.integer({ min: 1, max: 255 }),
);

type Mutation = readonly [kind: string, a: number, b: number, bits: number];

function mutated(fragments: readonly Uint8Array[], [kind, a, b, bits]: Mutation): Uint8Array[] {
  const copy = fragments.map((fragment) => fragment.slice());
  const at = a % copy.length;
  const other = b % copy.length;
  const one = copy[at] ?? new Uint8Array();
  if (kind === 'drop') copy.splice(at, 1);
  if (kind === 'repeat') copy.splice(at, 0, one.slice());
  if (kind === 'swap') [copy[at], copy[other]] = [copy[other] ?? one, one];
  if (kind === 'flip the head') one[0] = (one[0] ?? 0) ^ bits;
  if (kind === 'put in') copy.splice(at, 0, Uint8Array.of(bits));
  return copy;
}

t.test('fragments that are lost, repeated, swapped or renumbered never give another message', (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 1200, size: 'max' }),
      fc.integer({ min: 20, max: 200 }),
      mutation,
      (bytes, size, change) => {
        // The next message shows whether something of this one has stayed.
        const next = Uint8Array.of(7, 7);
        const fragments = [
          ...mutated(splitIntoFragments(bytes, size), change),
          ...splitIntoFragments(next, size),
        ];
        return (
          joinAll(fragments).every((out) => out === 'refused' || isSame(out, bytes) || isSame(out, next)) ||
          isCut(change)
        );
      },
    ),
    { numRuns: 2000 },
  );
  t.end();
});

/** Setting the flag of the last fragment cuts a message short: that is seen where the frame is read. */
function isCut([kind, , , bits]: Mutation): boolean {
  return kind === 'flip the head' && (bits & 0x80) !== 0;
}

t.test('whatever is done to the fragments of records, what opens is what was sealed, in order', (t) => {
  const key = new Uint8Array(32).fill(9);
  const change = fc.oneof(
    mutation,
    fc.tuple(fc.constantFrom('cut', 'grow', 'flip'), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 })),
  );
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300, size: 'max' }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 20, max: 200 }),
      change,
      (payloads, size, [kind, a, b, bits]) => {
        const sealer = new RecordSealer(key);
        const fragments = payloads.flatMap((payload) => splitIntoFragments(sealer.seal(payload), size));
        const changed = mutated(fragments, [kind, a, b, bits]);
        const victim = changed[a % Math.max(changed.length, 1)] ?? new Uint8Array();
        if (kind === 'cut') changed[a % changed.length] = victim.slice(0, b % victim.length);
        if (kind === 'grow') changed[a % changed.length] = Uint8Array.of(...victim, bits);
        if (kind === 'flip') victim[b % victim.length] = (victim[b % victim.length] ?? 0) ^ bits;
        return openAll(joinAll(changed), key).every((payload, index) =>
          isSame(payload, payloads[index] ?? key),
        );
      },
    ),
    { numRuns: 2000 },
  );
  t.end();
});

/** What opens before the first thing that is refused. */
function openAll(messages: readonly (Uint8Array | 'refused')[], key: Uint8Array): Uint8Array[] {
  const opener = new RecordOpener(key);
  const payloads: Uint8Array[] = [];
  for (const one of messages) {
    if (one === 'refused') break;
    try {
      payloads.push(opener.open(one));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      break;
    }
  }
  return payloads;
}

t.test('a message may take ten seconds from its first fragment, and no longer', (t) => {
  const fragments = splitIntoFragments(new Uint8Array(60), 21);
  t.equal(joinAll(fragments, 5000).length, 1);
  t.same(joinAll(fragments, 5001), ['refused']);
  const joiner = new FragmentJoiner();
  joiner.add(Uint8Array.of(0, 1), 0);
  t.equal(joiner.isOpen, true);
  joiner.reset();
  t.equal(joiner.isOpen, false);
  t.same(joiner.add(Uint8Array.of(0x80, 5), 60_000), Uint8Array.of(5), 'nothing has stayed');
  t.end();
});

t.test('what is beyond the size is refused where it passes it', (t) => {
  const joiner = new FragmentJoiner();
  for (let number = 0; number < 8; number++) {
    joiner.add(Uint8Array.of(number, ...new Uint8Array(511)), 0);
  }
  t.throws(() => joiner.add(Uint8Array.of(0x88, ...new Uint8Array(9)), 0), /more than 4096 bytes/);
  t.throws(() => joiner.add(Uint8Array.of(0x80, ...new Uint8Array(512)), 0), /a fragment of 513 bytes/);
  t.throws(() => joiner.add(new Uint8Array(), 0), /an empty fragment/);
  t.throws(() => joiner.add(Uint8Array.of(0x80), 0), /an empty fragment/);
  t.throws(
    () =>
      splitIntoFragments(new RecordSealer(new Uint8Array(32)).seal(new Uint8Array(payloadBytesMax + 1)), 20),
    /cannot be sent/,
  );
  t.end();
});
