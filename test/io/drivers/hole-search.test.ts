import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { HoleSearch, type HoleVerdict } from '../../../gateway/io/drivers/hole-search.ts';
import type { PlannedSpan } from '../../../gateway/io/drivers/plan-ranges.ts';
import type { RegisterRange } from '../../../gateway/io/transports/transport.ts';

/** Spans of one register, `apart` from one another. */
function spansOf(count: number, apart = 1): PlannedSpan[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `field${index}`,
    table: 'input',
    address: index * apart,
    count: 1,
  }));
}

interface Search {
  readonly verdict: HoleVerdict;
  readonly probes: readonly RegisterRange[];
  /** The first of them, until a single span was left. */
  readonly halvings: number;
}

function run(spans: readonly PlannedSpan[], isRefused: (range: RegisterRange) => boolean): Search {
  const search = new HoleSearch(spans);
  const probes: RegisterRange[] = [];
  let halvings = 0;
  for (;;) {
    const { range } = search.probe;
    probes.push(range);
    assert(probes.length < 50, 'a search ends');
    const left = spans.length - search.kept.reduce((sum, kept) => sum + kept.spans.length, 0);
    if (left > 1) halvings += 1;
    const verdict = search.learn(isRefused(range) ? 'refused' : 'read');
    if (verdict !== undefined) return { verdict, probes, halvings };
  }
}

function touches(range: RegisterRange, first: number, last = first): boolean {
  return range.address <= last && first < range.address + range.count;
}

for (let count = 2; count <= 40; count += 1) {
  t.test(
    `one field of ${count} that is missing is found in log2(${count}) probes, and one that makes sure`,
    (t) => {
      const halvingsMax = Math.ceil(Math.log2(count));
      for (let hole = 0; hole < count; hole += 1) {
        const { verdict, probes, halvings } = run(spansOf(count, 3), (range) => touches(range, hole * 3));
        t.strictSame(verdict, { kind: 'span', range: { table: 'input', address: hole * 3, count: 1 } });
        t.ok(halvings <= halvingsMax && probes.length <= halvingsMax + 1, `${probes.length} probes`);
      }
      t.end();
    },
  );
}

t.test('a gap that must not be crossed is told from a field, and costs none', (t) => {
  for (let before = 0; before < 12; before += 1) {
    const spans = spansOf(13, 4);
    const { verdict, probes } = run(spans, (range) => touches(range, before * 4 + 2));
    t.strictSame(verdict, { kind: 'gap', range: { table: 'input', address: before * 4, count: 5 } });
    t.ok(probes.length <= 6, `${probes.length} probes`);
    const adjacent = run(
      spansOf(13),
      ({ address, count }) => address <= before && address + count > before + 1,
    );
    t.strictSame(adjacent.verdict, { kind: 'gap', range: { table: 'input', address: before, count: 2 } });
  }
  t.end();
});

t.test('requests that are just too long are known as such', (t) => {
  for (let longest = 3; longest < 20; longest += 1) {
    t.strictSame(run(spansOf(20), ({ count }) => count > longest).verdict, {
      kind: 'length',
      registersMax: longest,
    });
  }
  t.end();
});

t.test('a device that reads after all has no hole', (t) => {
  t.strictSame(run(spansOf(10), () => false).verdict, { kind: 'none' });
  let asked = 0;
  t.strictSame(run(spansOf(10), () => (asked += 1) <= 2).verdict.kind, 'none', 'nor after two refusals');
  t.end();
});

t.test('of values that share a scale register, all that reach across the hole go at once', (t) => {
  const spans = [0, 2, 4, 6, 8].map((address) => ({
    name: `value${address}`,
    table: 'holding' as const,
    address,
    count: 11 - address,
  }));
  for (const hole of [0, 1, 2, 5, 6, 9, 10]) {
    const last = Math.min(8, hole - (hole % 2));
    t.strictSame(
      run(spans, (range) => touches(range, hole)).verdict,
      { kind: 'span', range: { table: 'holding', address: last, count: 11 - last } },
      `hole at ${hole}`,
    );
  }
  t.end();
});

t.test('what is before the hole, and behind the part in question, is read on meanwhile', (t) => {
  const search = new HoleSearch(spansOf(8));
  t.strictSame(search.kept, []);
  const kept = (): string[] =>
    search.kept.map(({ spans }) => spans.map(({ name }) => name.slice(5)).join(''));
  search.learn('read');
  t.strictSame(kept(), ['0123']);
  t.equal(search.kept[0], search.kept[0]);
  search.learn('refused');
  t.strictSame(kept(), ['0123', '67']);
  search.learn('refused');
  t.strictSame(kept(), ['0123', '567']);
  t.strictSame(search.probe.range, { table: 'input', address: 4, count: 1 });
  t.end();
});

t.test('whatever is refused, what is concluded has been seen', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ address: fc.nat(60), count: fc.integer({ min: 1, max: 8 }) }), {
        minLength: 2,
        maxLength: 15,
      }),
      fc.uniqueArray(fc.nat(70), { minLength: 1, maxLength: 3 }),
      (places, holes) => {
        const spans = places
          .map((place, index) => ({ name: `${index}`, table: 'input' as const, ...place }))
          .sort((a, b) => a.address - b.address || a.count - b.count);
        const isRefused = (range: RegisterRange): boolean => holes.some((hole) => touches(range, hole));
        const { verdict } = run(spans, isRefused);
        if (verdict.kind === 'span' || verdict.kind === 'gap') assert.ok(isRefused(verdict.range));
        assert.notEqual(verdict.kind, 'length', 'a hole is not a question of length');
      },
    ),
    { numRuns: 500 },
  );
  t.end();
});
