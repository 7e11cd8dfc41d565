import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { planFixedHole, planOnePerValue } from '../../../gateway/io/drivers/plan-heuristics.ts';
import {
  costMsOf,
  isAllowed,
  planRanges,
  type PlanOptions,
} from '../../../gateway/io/drivers/plan-ranges.ts';

const free: PlanOptions = { cost: { perRequestMs: 10, perRegisterMs: 1 }, registersMax: 125, forbidden: [] };
type Table = 'holding' | 'input';

function span(
  address: number,
  count = 1,
  table: Table = 'input',
): Parameters<typeof planOnePerValue>[0][number] {
  return { name: `${table}:${address}+${count}`, table, address, count };
}

function fixedHole(spans: ReturnType<typeof span>[], holeMax: number, options = free): string[] {
  return planFixedHole(spans, options, holeMax).map(
    ({ range }) => `${range.table} ${range.address}+${range.count}`,
  );
}

t.test('one request for each value', (t) => {
  t.strictSame(
    planOnePerValue([span(5, 2), span(1)]).map(({ range }) => [range.address, range.count]),
    [
      [5, 2],
      [1, 1],
    ],
  );
  t.end();
});

t.test('values go together up to a hole of so many registers', (t) => {
  const spans = [span(13), span(0, 2), span(24), span(24, 1, 'holding')];
  t.strictSame(fixedHole(spans, 10), ['holding 24+1', 'input 0+2', 'input 13+12']);
  t.strictSame(fixedHole(spans, 11), ['holding 24+1', 'input 0+25']);
  t.strictSame(fixedHole(spans, 9), ['holding 24+1', 'input 0+2', 'input 13+1', 'input 24+1']);
  t.end();
});

t.test('never longer than the device takes, nor across what is forbidden', (t) => {
  t.strictSame(fixedHole([span(0), span(5), span(9)], 50, { ...free, registersMax: 6 }), [
    'input 0+6',
    'input 9+1',
  ]);
  const forbidden = [{ table: 'input', first: 7, last: 7 }] as const;
  t.strictSame(fixedHole([span(0), span(5), span(9)], 50, { ...free, forbidden }), [
    'input 0+6',
    'input 9+1',
  ]);
  t.end();
});

t.test('no such way is cheaper than the plan', (t) => {
  const place = fc.tuple(fc.nat(300), fc.constantFrom(1, 2, 4), fc.constantFrom<Table>('input', 'holding'));
  const cost = fc.record({ perRequestMs: fc.nat(50), perRegisterMs: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(place, { maxLength: 40 }), cost, fc.nat(60), (places, cost, holeMax) => {
      const options = { ...free, cost };
      const spans = places.map(([address, count, table]) => span(address, count, table));
      const ours = costMsOf(planRanges(spans, options), cost);
      const other = planFixedHole(spans, options, holeMax);
      assert.ok(other.every(({ range }) => isAllowed(range, options)));
      assert.equal(other.flatMap((each) => each.spans).length, spans.length);
      assert.ok(ours <= costMsOf(other, cost));
      assert.ok(ours <= costMsOf(planOnePerValue(spans), cost));
    }),
  );
  t.end();
});
