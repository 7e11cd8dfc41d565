import fc from 'fast-check';
import t from 'tap';
import { planRanges, type PlannedSpan, type PlanOptions } from '../../../gateway/io/drivers/plan-ranges.ts';

const free: PlanOptions = { cost: { perRequestMs: 10, perRegisterMs: 1 }, registersMax: 125, forbidden: [] };

function span(address: number, count = 1, table: 'input' | 'holding' = 'input'): PlannedSpan {
  return { name: `${table}:${address}+${count}`, table, address, count };
}

function planned(spans: PlannedSpan[], options: Partial<PlanOptions> = {}): string[] {
  return planRanges(spans, { ...free, ...options }).map(
    ({ range }) => `${range.table} ${range.address}+${range.count}`,
  );
}

t.test('a gap is read across when that is cheaper than a request', (t) => {
  t.strictSame(planned([span(0), span(10)]), ['input 0+11']);
  t.strictSame(planned([span(0), span(12)]), ['input 0+1', 'input 12+1']);
  t.strictSame(planned([span(0), span(11)]), ['input 0+12'], 'at the same price, one request');
  t.strictSame(planned([]), []);
  t.end();
});

t.test('no request is longer than the device takes, and no value is split', (t) => {
  const spans = [span(0, 2), span(2, 2), span(4, 2)];
  t.strictSame(planned(spans, { registersMax: 5 }), ['input 0+2', 'input 2+4']);
  t.strictSame(planned(spans, { registersMax: 3 }).length, 3);
  t.end();
});

t.test('tables are apart, holding registers first', (t) => {
  t.strictSame(planned([span(1), span(1, 1, 'holding'), span(2)]), ['holding 1+1', 'input 1+2']);
  t.end();
});

t.test('what is forbidden is never read across', (t) => {
  const forbidden = [{ table: 'input', first: 3, last: 3 }] as const;
  t.strictSame(planned([span(2), span(4)], { forbidden }), ['input 2+1', 'input 4+1']);
  t.strictSame(planned([span(2, 1, 'holding'), span(4, 1, 'holding')], { forbidden }), ['holding 2+3']);
  t.throws(
    () => planned([span(2, 2)], { forbidden }),
    { name: 'AssertionError' },
    'nor as a part of a field',
  );
  t.end();
});

t.test('no request covers what was refused as a whole', (t) => {
  const refused = [{ table: 'input', address: 0, count: 3 }] as const;
  t.strictSame(planned([span(0), span(1), span(2)], { refused }), ['input 0+1', 'input 1+2']);
  t.end();
});

t.test('overlapping values may share a request', (t) => {
  t.strictSame(planned([span(0, 4), span(1, 1), span(2, 4)]), ['input 0+6']);
  t.strictSame(planned([span(0, 20), span(1, 1), span(2, 30)], { registersMax: 31 }), [
    'input 0+20',
    'input 2+30',
  ]);
  t.end();
});

const optionsArbitrary = fc.record({
  cost: fc.record({
    perRequestMs: fc.integer({ min: 0, max: 20 }),
    perRegisterMs: fc.integer({ min: 0, max: 5 }),
  }),
  registersMax: fc.integer({ min: 4, max: 30 }),
  forbidden: fc.array(
    fc.record({
      table: fc.constant('input' as const),
      first: fc.integer({ min: 0, max: 60 }),
      length: fc.nat(3),
    }),
    { maxLength: 3 },
  ),
  refused: fc.array(
    fc.record({
      table: fc.constant('input' as const),
      address: fc.nat(60),
      count: fc.integer({ min: 5, max: 20 }),
    }),
    { maxLength: 2 },
  ),
});
const spansArbitrary = fc.array(fc.record({ address: fc.nat(60), count: fc.constantFrom(1, 1, 2, 2, 4) }), {
  minLength: 1,
  maxLength: 10,
});

t.test('no plan of any kind is cheaper, and the plan covers all', (t) => {
  fc.assert(
    fc.property(spansArbitrary, optionsArbitrary, (places, { forbidden: holes, ...rest }) => {
      const forbidden = holes.map(({ table, first, length }) => ({ table, first, last: first + length }));
      const options: PlanOptions = { ...rest, forbidden };
      const all = places.map(({ address, count }) => span(address, count));
      const spans = all.filter((each) => costOf([each], options) < Infinity);
      const plan = planRanges(spans, options);
      const planCost = plan.reduce((sum, { spans: covered }) => sum + costOf(covered, options), 0);
      t.equal(planCost, cheapest(spans, options));
      t.strictSame(
        plan.flatMap((each) => each.spans.map(({ name }) => name)).sort(),
        spans.map(({ name }) => name).sort(),
      );
      for (const { range, spans: covered } of plan) {
        for (const { address, count } of covered) {
          t.ok(address >= range.address && address + count <= range.address + range.count);
        }
      }
    }),
    { numRuns: 500 },
  );
  t.end();
});

/** The cheapest of all ways to share the spans among requests: every subset that may go with the first one left. */
function cheapest(spans: readonly PlannedSpan[], options: PlanOptions): number {
  const best = new Map<number, number>([[0, 0]]);
  const costs = Array.from({ length: 1 << spans.length }, (_, set) =>
    set === 0
      ? 0
      : costOf(
          spans.filter((_, index) => (set & (1 << index)) !== 0),
          options,
        ),
  );
  for (let set = 1; set < 1 << spans.length; set += 1) {
    const first = set & -set;
    let least = Infinity;
    for (let part = set; part > 0; part = (part - 1) & set) {
      if ((part & first) !== 0)
        least = Math.min(least, (costs[part] ?? 0) + (best.get(set ^ part) ?? Infinity));
    }
    best.set(set, least);
  }
  return best.get((1 << spans.length) - 1) ?? NaN;
}

/** What one request for these spans costs; infinite when it must not be made. */
function costOf(
  spans: readonly PlannedSpan[],
  { cost, registersMax, forbidden, refused = [] }: PlanOptions,
): number {
  const first = Math.min(...spans.map(({ address }) => address));
  const end = Math.max(...spans.map(({ address, count }) => address + count));
  const isTooLong = end - first > registersMax;
  const isForbidden = forbidden.some((hole) => hole.first < end && hole.last >= first);
  const isRefused = refused.some(({ address, count }) => address >= first && address + count <= end);
  return isTooLong || isForbidden || isRefused
    ? Infinity
    : cost.perRequestMs + cost.perRegisterMs * (end - first);
}
