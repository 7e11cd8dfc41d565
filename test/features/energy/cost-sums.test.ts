import fc from 'fast-check';
import t from 'tap';
import { CostSums, type CostSlot, type KeyOf } from '../../../gateway/features/energy/cost-sums.ts';
import '../../property-seed.ts';

const quarterMs = 900_000;

const oneDay = (): string => 'day';

t.test('energy is parted where prices change', (t) => {
  const sums = new CostSums((_atMs, price) => String(price), oneDay);
  sums.add({ startMs: 0, endMs: quarterMs, mwh: 900_001, estimatedMwh: 9 }, [
    { startMs: -5, endMs: 300_000, microEurosPerKwh: 333_333 },
    { startMs: 600_000, endMs: quarterMs + 5, microEurosPerKwh: -10_000 },
  ]);
  t.same(sums.rows(), [
    { key: '-10000', mwh: 300_000, estimatedMwh: 3, unpricedMwh: 0, microEuros: -3_000 },
    { key: '333333', mwh: 300_000, estimatedMwh: 3, unpricedMwh: 0, microEuros: 100_000 },
    { key: 'undefined', mwh: 300_001, estimatedMwh: 3, unpricedMwh: 300_001, microEuros: 0 },
  ]);
  t.end();
});

t.test('nothing is lost or doubled, however prices and energy fall', (t) => {
  const slots = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: -500_000, max: 2_000_000 })), {
      maxLength: 12,
    })
    .map((steps) => {
      const found: CostSlot[] = [];
      let atMs = 0;
      for (const [minutes, microEurosPerKwh] of steps) {
        const endMs = atMs + minutes * 60_000;
        if (minutes % 3 !== 0) found.push({ startMs: atMs, endMs, microEurosPerKwh });
        atMs = endMs;
      }
      return found;
    });
  const energies = fc.array(fc.integer({ min: 0, max: 5_000_000_000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(slots, energies, (prices, amounts) => {
      const whole = new CostSums(() => 'all', oneDay);
      const byPrice = new CostSums((_atMs, price) => String(price), oneDay);
      let exact = 0n;
      amounts.forEach((mwh, index) => {
        const stretch = { startMs: index * quarterMs, endMs: (index + 1) * quarterMs, mwh, estimatedMwh: 0 };
        whole.add(stretch, prices);
        byPrice.add(stretch, prices);
      });
      const [all] = whole.rows();
      const total = amounts.reduce((sum, mwh) => sum + mwh, 0);
      let unpriced = 0;
      for (const { key, mwh, unpricedMwh } of byPrice.rows()) {
        if (key === 'undefined') unpriced += mwh;
        else exact += BigInt(mwh) * BigInt(key);
        if (unpricedMwh !== (key === 'undefined' ? mwh : 0)) return false;
      }
      const off = exact - BigInt(all?.microEuros ?? NaN) * 1_000_000n;
      return all?.mwh === total && all.unpricedMwh === unpriced && off <= 500_000n && off >= -500_000n;
    }),
  );
  t.end();
});

t.test('the same days cost the same, whatever the rows are', (t) => {
  const energies = fc.array(fc.integer({ min: 0, max: 2_000_000 }), { minLength: 8, maxLength: 60 });
  const priceOf = (index: number): number => 100_003 + ((index * 7_919) % 300_007);
  fc.assert(
    fc.property(energies, (amounts) => {
      const dayOf = (atMs: number): string => String(Math.floor(atMs / quarterMs / 8));
      const keys: readonly KeyOf[] = [dayOf, () => 'all', (_atMs, price) => String(price)];
      const days = new Map<string, bigint>();
      amounts.forEach((mwh, index) => {
        const day = dayOf(index * quarterMs);
        days.set(day, (days.get(day) ?? 0n) + BigInt(mwh) * BigInt(priceOf(index)));
      });
      const expected = [...days.values()].reduce((sum, exact) => sum + (exact + 500_000n) / 1_000_000n, 0n);
      return keys.every((keyOf) => {
        const sums = new CostSums(keyOf, dayOf);
        amounts.forEach((mwh, index) => {
          const [startMs, endMs] = [index * quarterMs, (index + 1) * quarterMs];
          const slot = { startMs, endMs, microEurosPerKwh: priceOf(index) };
          sums.add({ startMs, endMs, mwh, estimatedMwh: 0 }, [slot]);
        });
        const rows = sums.rows();
        const total = rows.reduce((sum, { microEuros }) => sum + microEuros, 0);
        return BigInt(total) === expected && rows.every(({ microEuros }) => microEuros >= 0);
      });
    }),
  );
  t.end();
});
