import fc from 'fast-check';
import t from 'tap';
import { shareDay } from '../../../gateway/features/members/share-day.ts';
import '../../property-seed.ts';

function euros(shares: ReturnType<typeof shareDay>): readonly string[] {
  return [...shares.shares].map(([id, { mwh, microEuros }]) => `${id}: ${mwh} ${microEuros ?? 'unknown'}`);
}

await t.test('a day is shared by those who are there, or by holders of derogations alone', (t) => {
  const amounts = { mwh: 10, microEuros: 100 };
  const shared = (holders: readonly string[], present: readonly string[]) => {
    const shares = shareDay(amounts, { holders, present });
    return [shares.basis, ...euros(shares)];
  };
  t.strictSame(shared([], ['9', '10', '101']), ['presence', '9: 4 34', '10: 3 33', '101: 3 33']);
  t.strictSame(shared(['10'], ['9', '10']), ['derogations', '10: 10 100']);
  t.strictSame(shared(['10', '9', '10'], ['9', '10', '11']), ['derogations', '9: 5 50', '10: 5 50']);
  t.strictSame(shared([], []), ['unassigned']);
  t.end();
});

await t.test('what is left over goes to the earliest id, of what is owed to all, too', (t) => {
  const shares = shareDay({ mwh: 2, microEuros: -7 }, { holders: [], present: ['20', '3', '100'] });
  t.strictSame(euros(shares), ['3: 2 -3', '20: 0 -2', '100: 0 -2']);
  t.end();
});

await t.test('without a price the energy is shared, and the cost stays unknown', (t) => {
  const shares = shareDay({ mwh: 3, microEuros: null }, { holders: [], present: ['1', '2'] });
  t.strictSame(euros(shares), ['1: 2 unknown', '2: 1 unknown']);
  t.end();
});

await t.test('shares always add up to what is shared, and differ by what is left over at most', (t) => {
  const ids = fc.uniqueArray(fc.bigInt({ min: 1n, max: 10n ** 20n - 1n }).map(String), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(
      ids,
      fc.maxSafeNat(),
      fc.maxSafeInteger(),
      fc.boolean(),
      (members, mwh, microEuros, byHolders) => {
        const who = byHolders ? { holders: members, present: [] } : { holders: [], present: members };
        const { shares } = shareDay({ mwh, microEuros }, who);
        const sums = [...shares.values()].reduce(
          (sum, one) => ({ mwh: sum.mwh + BigInt(one.mwh), cost: sum.cost + BigInt(one.microEuros ?? 0) }),
          { mwh: 0n, cost: 0n },
        );
        t.same(sums.mwh, BigInt(mwh));
        t.same(sums.cost, BigInt(microEuros));
        const parts = [...shares.values()].map((one) => one.mwh).toSorted((left, right) => left - right);
        return shares.size === members.length && (parts.at(-1) ?? 0) - (parts[0] ?? 0) < members.length;
      },
    ),
  );
  t.end();
});
