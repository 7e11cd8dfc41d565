import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import {
  costMsOf,
  planRanges,
  planWithin,
  type PlannedSpan,
  type PlanOptions,
} from '../../../gateway/io/drivers/plan-ranges.ts';

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

t.test('at most so many requests, at no more cost than that takes', (t) => {
  const spans = [0, 20, 40, 60, 80].map((address) => span(address));
  const lengths = (requestsMax: number): number[] =>
    planWithin(spans, free, requestsMax).map(({ range }) => range.count);
  t.strictSame(lengths(Infinity), [1, 1, 1, 1, 1]);
  t.strictSame(lengths(5), [1, 1, 1, 1, 1]);
  t.strictSame(lengths(3), [81], 'gaps of one size are crossed all or none');
  t.strictSame(planWithin(spans, { ...free, registersMax: 50 }, 1).length, 2, 'never more than can be');
  const near = [span(0), span(12), span(40)];
  t.strictSame(
    planWithin(near, free, 2).map(({ range }) => range.count),
    [13, 1],
    'the nearest go together first',
  );
  t.end();
});

t.test('where requests and registers cost nothing there are as few as can be', (t) => {
  const options = { cost: { perRequestMs: 0, perRegisterMs: 0 }, registersMax: 30 };
  t.strictSame(planned([span(0), span(5), span(25), span(29), span(31)], options).length, 2);
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
      table: fc.constantFrom('input', 'holding'),
      first: fc.integer({ min: 0, max: 60 }),
      length: fc.nat(3),
    }),
    { maxLength: 3 },
  ),
  refused: fc.array(
    fc.record({
      table: fc.constantFrom('input', 'holding'),
      address: fc.nat(60),
      count: fc.integer({ min: 5, max: 20 }),
    }),
    { maxLength: 2 },
  ),
});
const spansArbitrary = fc.oneof(
  { weight: 9, arbitrary: spansUpTo(9) },
  { weight: 1, arbitrary: spansUpTo(14, 14) },
);

function spansUpTo(maxLength: number, minLength = 1): fc.Arbitrary<PlannedSpan[]> {
  const place = fc.tuple(fc.nat(60), fc.constantFrom(1, 1, 2, 2, 4, 12), fc.constantFrom('input', 'holding'));
  return fc.array(
    place.map(([address, count, table]) => span(address, count, table)),
    { minLength, maxLength },
  );
}

t.test('no plan of any kind is cheaper, and the plan covers all', (t) => {
  fc.assert(
    fc.property(spansArbitrary, optionsArbitrary, (all, { forbidden: holes, ...rest }) => {
      const forbidden = holes.map(({ table, first, length }) => ({ table, first, last: first + length }));
      const options: PlanOptions = { ...rest, forbidden };
      const spans = all.filter((each) => costOf([each], options) < Infinity);
      const plan = planRanges(spans, options);
      assert.equal(costMsOf(plan, options.cost), cheapest(spans, options));
      assert.ok(plan.every(({ spans: covered }) => costOf(covered, options) < Infinity));
      assert.deepEqual(
        plan.flatMap((each) => each.spans.map(({ name }) => name)).sort(),
        spans.map(({ name }) => name).sort(),
      );
      for (const { range, spans: covered } of plan) {
        for (const { address, count, table } of covered) {
          assert.equal(table, range.table);
          assert.ok(address >= range.address && address + count <= range.address + range.count);
        }
      }
    }),
    { numRuns: 500 },
  );
  t.end();
});

/** The cheapest of all ways to share the spans among requests: every subset that may go with the first one left. */
function cheapest(spans: readonly PlannedSpan[], options: PlanOptions): number {
  const sets = 1 << spans.length;
  const costs = Float64Array.from({ length: sets }, (_, set) =>
    costOf(
      spans.filter((_, index) => (set & (1 << index)) !== 0),
      options,
    ),
  );
  const best = new Float64Array(sets);
  for (let set = 1; set < sets; set += 1) {
    const first = set & -set;
    let least = Infinity;
    for (let part = set; part > 0; part = (part - 1) & set) {
      if ((part & first) !== 0) least = Math.min(least, (costs[part] ?? NaN) + (best[set ^ part] ?? NaN));
    }
    best[set] = least;
  }
  return best[sets - 1] ?? NaN;
}

/** What one request for these spans costs; infinite when it must not be made. */
function costOf(
  spans: readonly PlannedSpan[],
  { cost, registersMax, forbidden, refused = [] }: PlanOptions,
): number {
  const table = spans[0]?.table;
  if (spans.some((other) => other.table !== table)) return Infinity;
  const first = Math.min(...spans.map(({ address }) => address));
  const end = Math.max(...spans.map(({ address, count }) => address + count));
  const isTooLong = end - first > registersMax;
  const isForbidden = forbidden.some(
    (hole) => hole.table === table && hole.first < end && hole.last >= first,
  );
  const isRefused = refused.some(
    (range) => range.table === table && range.address >= first && range.address + range.count <= end,
  );
  return isTooLong || isForbidden || isRefused
    ? Infinity
    : cost.perRequestMs + cost.perRegisterMs * (end - first);
}
