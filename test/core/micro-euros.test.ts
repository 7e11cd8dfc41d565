import fc from 'fast-check';
import t from 'tap';
import {
  compareIds,
  costInMicroEuros,
  eurosText,
  kwhText,
  microEurosOf,
  roundedMicroEuros,
  splitEqually,
} from '../../gateway/core/micro-euros.ts';
import '../property-seed.ts';

const id = fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 19n }), fc.bigInt({ min: 1n, max: 9n })).map(String);
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 30 });

t.test('a cost is rounded once, halves away from zero', (t) => {
  for (const [energies, cost] of [
    [[], 0],
    [[[1_000_000, 160_900]], 160_900],
    [[[1, 500_000]], 1],
    [[[1, 499_999]], 0],
    [[[1, -500_000]], -1],
    [[[1, -499_999]], 0],
    // Each by itself would be nothing.
    [
      [
        [1, 300_000],
        [1, 300_000],
      ],
      1,
    ],
    [
      [
        [1_000_000, 189_800],
        [1_000_000, -189_800],
      ],
      0,
    ],
    // More than a double holds exactly.
    [[[9_007_199_254_740_991, 1_000_001]], 9_007_208_261_940_246],
  ] as const) {
    const given = energies.map(([mwh, microEurosPerKwh]) => ({ mwh, microEurosPerKwh }));
    t.equal(costInMicroEuros(given), cost, JSON.stringify(energies));
  }
  t.end();
});

t.test('a price turned around costs the same turned around, in whatever order', (t) => {
  const energy = fc.record({
    mwh: fc.nat({ max: 1e12 }),
    microEurosPerKwh: fc.integer({ min: -1e7, max: 1e7 }),
  });
  fc.assert(
    fc.property(fc.array(energy, { maxLength: 20 }), (energies) => {
      const turned = energies.map(({ mwh, microEurosPerKwh }) => ({
        mwh,
        microEurosPerKwh: 0 - microEurosPerKwh,
      }));
      t.equal(costInMicroEuros(turned) + costInMicroEuros(energies), 0);
      t.equal(costInMicroEuros(energies.toReversed()), costInMicroEuros(energies));
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (exact) => {
      const off = BigInt(roundedMicroEuros(exact)) * 1_000_000n - exact;
      t.ok(2n * (off < 0n ? -off : off) <= 1_000_000n, 'not off by more than a half');
    }),
  );
  t.end();
});

t.test('what is left over goes to the earliest', (t) => {
  for (const [amount, among, shares] of [
    [10, ['2', '11', '3'], { 2: 4, 3: 3, 11: 3 }],
    [-10, ['2', '11', '3'], { 2: -4, 3: -3, 11: -3 }],
    [0, ['7'], { 7: 0 }],
    [1, ['10', '9'], { 9: 1, 10: 0 }],
    [2, ['99999999999999999999', '99999999999999999998', '5'], { 5: 2 }],
  ] as const) {
    t.match(Object.fromEntries(splitEqually(amount, among)), shares, `${amount} among ${among.join(' ')}`);
  }
  t.throws(() => splitEqually(1, []));
  t.throws(() => splitEqually(1, ['3', '3']));
  t.throws(() => splitEqually(1.5, ['3']));
  t.end();
});

t.test(
  'shares add up to the amount, differ by less than the number of people, and do not go by the order',
  (t) => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), ids, (amount, among) => {
        const shares = splitEqually(amount, among);
        const all = [...shares.values()];
        t.equal(
          all.reduce((sum, share) => sum + share, 0),
          amount,
        );
        t.ok(Math.max(...all) - Math.min(...all) < among.length);
        t.strictSame(new Map(splitEqually(amount, among.toReversed())), new Map(shares));
      }),
    );
    t.end();
  },
);

t.test('ids go by their numbers, and what is none comes last', (t) => {
  const sorted = ['1', '2', '10', '190000000000000001', '190000000000000002', 'a', 'b'];
  t.strictSame(sorted.toReversed().toSorted(compareIds), sorted);
  fc.assert(
    fc.property(id, id, (left, right) => {
      t.equal(
        compareIds(left, right),
        Number(BigInt(left) > BigInt(right)) - Number(BigInt(left) < BigInt(right)),
      );
    }),
  );
  t.end();
});

t.test('amounts are written with all their decimals, and read back', (t) => {
  for (const [amount, text] of [
    [0, '0.000000'],
    [1, '0.000001'],
    [-1, '-0.000001'],
    [12_345_678, '12.345678'],
    [-1_000_000, '-1.000000'],
    [Number.MAX_SAFE_INTEGER, '9007199254.740991'],
  ] as const) {
    t.equal(eurosText(amount), text);
    t.equal(kwhText(amount), text);
  }
  fc.assert(
    fc.property(fc.integer({ min: -1e13, max: 1e13 }), (amount) => {
      t.equal(microEurosOf(Number(eurosText(amount))), amount);
    }),
  );
  t.end();
});
