import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { Learned } from '../../../gateway/io/drivers/learned-addresses.ts';
import type { PlannedRange, PlannedSpan, PlanOptions } from '../../../gateway/io/drivers/plan-ranges.ts';
import { ReadPlan, type RequestOutcome } from '../../../gateway/io/drivers/read-plan.ts';
import type { RegisterRange } from '../../../gateway/io/transports/transport.ts';

const options: PlanOptions = {
  cost: { perRequestMs: 20, perRegisterMs: 0.1 },
  registersMax: 125,
  forbidden: [],
};

function spansAt(...addresses: number[]): PlannedSpan[] {
  return addresses.map((address) => ({ name: `f${address}`, table: 'input', address, count: 1 }));
}

function row(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

/** One poll of a device that refuses some ranges; the requests that were made. */
function poll(plan: ReadPlan, isRefused: (range: RegisterRange) => boolean): PlannedRange[] {
  const requests = plan.next();
  plan.learn(
    new Map(
      requests.map((planned): [PlannedRange, RequestOutcome] => [planned, outcomeOf(planned, isRefused)]),
    ),
  );
  return [...requests];
}

function outcomeOf({ range }: PlannedRange, isRefused: (range: RegisterRange) => boolean): RequestOutcome {
  return isRefused(range) ? 'refused' : 'read';
}

function lacking(...addresses: number[]): (range: RegisterRange) => boolean {
  return ({ address, count }) => addresses.some((hole) => hole >= address && hole < address + count);
}

function rangesOf(plan: ReadPlan): string[] {
  return plan
    .describe()
    .map(({ range, isOnTrial }) => `${range.address}+${range.count}${isOnTrial ? '?' : ''}`);
}

t.test(
  'a cost that moves by more than a quarter is a reason to plan anew, one that moves less is none',
  (t) => {
    const plan = new ReadPlan(spansAt(0, 60), { ...options, cost: { perRequestMs: 20, perRegisterMs: 1 } });
    t.strictSame(rangesOf(plan), ['0+1', '60+1']);
    const { revision } = plan;
    for (const [perRequestMs, perRegisterMs] of [
      [24.9, 1],
      [15.1, 1],
      [20, 1.24],
      [20, 0.76],
    ] as const) {
      t.notOk(plan.reconsider({ perRequestMs, perRegisterMs }));
    }
    t.equal(plan.revision, revision);
    t.ok(plan.reconsider({ perRequestMs: 100, perRegisterMs: 1 }));
    t.strictSame(rangesOf(plan), ['0+61']);
    t.notOk(
      plan.reconsider({ perRequestMs: 90, perRegisterMs: 1 }),
      'from the cost that was planned with last',
    );
    t.ok(plan.reconsider({ perRequestMs: 100, perRegisterMs: 0.5 }));
    t.ok(plan.revision > revision);
    t.end();
  },
);

t.test('a term that is next to nothing may move as it likes', (t) => {
  const plan = new ReadPlan(spansAt(0, 60), { ...options, cost: { perRequestMs: 20, perRegisterMs: 0 } });
  t.notOk(plan.reconsider({ perRequestMs: 20, perRegisterMs: 0.0001 }));
  t.ok(plan.reconsider({ perRequestMs: 20, perRegisterMs: 1 }));
  t.end();
});

t.test('nothing is planned anew while something is being found out', (t) => {
  const plan = new ReadPlan(spansAt(...row(8), 200), options);
  poll(plan, lacking(3));
  t.notOk(plan.reconsider({ perRequestMs: 100, perRegisterMs: 1 }));
  poll(plan, lacking(3));
  poll(plan, lacking(3));
  t.notOk(plan.reconsider({ perRequestMs: 100, perRegisterMs: 1 }));
  for (let polls = 0; polls < 6; polls += 1) poll(plan, lacking(3));
  t.strictSame(plan.unsupported(), ['f3']);
  t.ok(plan.reconsider({ perRequestMs: 100, perRegisterMs: 1 }));
  t.end();
});

t.test('a plan for the cost keeps within the requests that were allowed', (t) => {
  const plan = new ReadPlan(spansAt(0, 30, 60, 90), options);
  t.equal(plan.requestCountMax, 3);
  plan.reconsider({ perRequestMs: 1, perRegisterMs: 1 });
  t.strictSame(rangesOf(plan), ['0+91']);
  t.equal(plan.requestCountWanted, 6);
  plan.allowRequests(6);
  t.strictSame(rangesOf(plan), ['0+1', '30+1', '60+1', '90+1']);
  plan.allowRequests(1);
  t.equal(plan.requestCountMax, 3, 'with room to learn');
  t.strictSame(rangesOf(plan), ['0+91']);
  t.end();
});

t.test('where holes make more requests than are allowed, these go in turns', (t) => {
  const plan = new ReadPlan(spansAt(...row(9)), options);
  const holes = lacking(1, 3, 5, 7);
  for (let polls = 0; polls < 60; polls += 1) t.ok(poll(plan, holes).length <= 3);
  t.strictSame(rangesOf(plan), ['0+1', '2+1', '4+1', '6+1', '8+1']);
  const seen = new Set<number>();
  for (let polls = 0; polls < 4; polls += 1)
    for (const { range } of poll(plan, holes)) seen.add(range.address);
  t.strictSame([...seen].sort(), [0, 2, 4, 6, 8]);
  t.equal(plan.requestCountWanted, 7);
  plan.allowRequests(7);
  t.equal(poll(plan, holes).length, 5);
  t.end();
});

for (const count of [2, 3, 5, 8, 16, 33, 64]) {
  t.test(
    `a hole among ${count} fields takes two refusals, log2(${count}) probes and one that makes sure`,
    (t) => {
      for (const hole of new Set([0, 1, count >> 1, count - 1])) {
        const plan = new ReadPlan(spansAt(...row(count), 1_000), options);
        let refused = 0;
        let probes = 0;
        for (let polls = 0; polls < 20; polls += 1) {
          const trial = plan.describe().find(({ isOnTrial }) => isOnTrial);
          if (trial !== undefined) probes += 1;
          refused += poll(plan, lacking(hole)).filter((planned) => lacking(hole)(planned.range)).length;
        }
        const halvings = Math.ceil(Math.log2(count));
        t.strictSame(plan.unsupported(), [`f${hole}`]);
        t.ok(probes <= halvings + 1, `${probes} probes`);
        t.ok(refused <= 2 + halvings + 1, `${refused} refusals`);
      }
      t.end();
    },
  );
}

t.test('nothing is learned while nothing is read', (t) => {
  for (const spans of [spansAt(...row(10)), spansAt(0, 1_000, 2_000), spansAt(7)]) {
    const plan = new ReadPlan(spans, options);
    const before = rangesOf(plan);
    for (let polls = 0; polls < 100; polls += 1) {
      t.ok(poll(plan, () => true).length <= plan.requestCountMax);
    }
    t.strictSame(plan.learned(), { version: 1, refused: [] });
    t.strictSame(rangesOf(plan), before);
    const whole = poll(plan, () => false);
    t.strictSame(
      whole
        .flatMap((planned) => planned.spans.map(({ name }) => name))
        .filter((name, at, all) => all.indexOf(name) === at),
      spans.map(({ name }) => name),
      'all is read at once when it is back',
    );
  }
  t.end();
});

t.test('a device that refuses each of its requests for a reason is still understood', (t) => {
  const plan = new ReadPlan(spansAt(...row(6), ...row(6, 1_000)), options);
  for (let polls = 0; polls < 40; polls += 1) poll(plan, lacking(0, 5, 1_002));
  t.strictSame(plan.unsupported(), ['f0', 'f5', 'f1002']);
  t.strictSame(rangesOf(plan), ['1+4', '1000+2', '1003+3']);
  t.end();
});

t.test('a gap that must not be crossed is learned, and no field is lost', (t) => {
  const plan = new ReadPlan(spansAt(0, 2, 4, 8, 10), options);
  for (let polls = 0; polls < 12; polls += 1) poll(plan, lacking(6));
  t.strictSame(plan.unsupported(), []);
  t.strictSame(rangesOf(plan), ['0+5', '8+3']);
  t.strictSame(plan.learned().refused, [{ table: 'input', address: 4, count: 5 }]);
  t.end();
});

t.test('requests that are too long for the device become shorter', (t) => {
  const plan = new ReadPlan(spansAt(...row(100)), options);
  const isTooLong = ({ count }: RegisterRange): boolean => count > 32;
  for (let polls = 0; polls < 30; polls += 1) poll(plan, isTooLong);
  t.strictSame(plan.unsupported(), []);
  t.strictSame(plan.learned(), { version: 1, refused: [], registersMax: 32 });
  plan.allowRequests(plan.requestCountWanted);
  t.strictSame(poll(plan, isTooLong).length, 4);
  t.end();
});

t.test('a probe that neither reads nor is refused does not stop the reading for ever', (t) => {
  const plan = new ReadPlan(spansAt(...row(8), 1_000), options);
  for (let polls = 0; polls < 3; polls += 1) poll(plan, ({ address }) => address === 0);
  t.ok(rangesOf(plan).some((line) => line.endsWith('?')));
  for (let polls = 0; polls < 60; polls += 1) {
    const requests = plan.next();
    plan.learn(
      new Map(requests.map((planned) => [planned, planned.range.address === 0 ? 'failed' : 'read'])),
    );
  }
  t.strictSame(rangesOf(plan), ['0+8', '1000+1']);
  t.end();
});

t.test('what is remembered is planned with from the start, and made sure of once', (t) => {
  const learned: Learned = {
    version: 1,
    registersMax: 50,
    refused: [
      { table: 'input', address: 2, count: 1 },
      { table: 'input', address: 5, count: 2 },
      { table: 'holding', address: 2, count: 1 },
    ],
  };
  const plan = new ReadPlan(spansAt(...row(8), 70), options, { learned });
  t.strictSame(plan.unsupported(), ['f2']);
  t.strictSame(rangesOf(plan), ['0+2', '3+3', '6+2', '70+1']);
  t.strictSame(plan.learned(), learned);
  const isRefused = (range: RegisterRange): boolean => range.table === 'input' && lacking(2)(range);
  for (let polls = 0; polls < 9; polls += 1) t.equal(poll(plan, isRefused).length, 4);
  for (let polls = 0; polls < 30; polls += 1) t.ok(poll(plan, isRefused).length <= 5);
  t.strictSame(
    plan.learned().refused,
    [{ table: 'input', address: 2, count: 1 }],
    'this one lets itself be crossed',
  );
  let requests = 0;
  for (let polls = 0; polls < 300; polls += 1) requests += poll(plan, isRefused).length;
  t.ok(requests <= 300 * 4 + 1, 'from then on seldom');
  t.end();
});

t.test('remembered ranges that cover everything leave nothing to ask, and are tried again', (t) => {
  const refused = row(3).map((address) => ({ table: 'input' as const, address, count: 1 }));
  const plan = new ReadPlan(spansAt(...row(3)), options, { learned: { version: 1, refused } });
  t.strictSame(plan.next(), []);
  for (let polls = 0; polls < 200; polls += 1) poll(plan, () => false);
  t.strictSame(rangesOf(plan), ['0+3']);
  t.end();
});

t.test('spans that no request may have are left out', (t) => {
  const forbidden = [{ table: 'input', first: 5, last: 5 }] as const;
  const wide: PlannedSpan = { name: 'wide', table: 'input', address: 10, count: 126 };
  const plan = new ReadPlan([...spansAt(0, 5), wide], { ...options, forbidden });
  t.strictSame(rangesOf(plan), ['0+1']);
  const empty = new ReadPlan([], options);
  t.equal(empty.smallest(), undefined);
  t.strictSame(empty.next(), []);
  empty.learn(new Map());
  t.end();
});

t.test(
  'whatever a device refuses, plans stay within their requests, and all that reads is read in the end',
  (t) => {
    const place = fc.tuple(fc.nat(80), fc.constantFrom(1, 1, 2, 4, 9));
    fc.assert(
      fc.property(
        fc.array(place, { minLength: 1, maxLength: 16 }),
        fc.uniqueArray(fc.nat(90), { maxLength: 4 }),
        fc.constantFrom({ perRequestMs: 20, perRegisterMs: 0.1 }, { perRequestMs: 5, perRegisterMs: 1 }),
        (places, holes, cost) => {
          const spans = places.map(([address, count], index): PlannedSpan => ({
            name: `f${index}`,
            table: 'input',
            address,
            count,
          }));
          const plan = new ReadPlan(spans, { ...options, cost });
          const isRefused = lacking(...holes);
          for (let polls = 0; polls < 250; polls += 1) {
            assert.ok(poll(plan, isRefused).length <= plan.requestCountMax);
          }
          plan.allowRequests(100);
          for (let polls = 0; polls < 100; polls += 1) poll(plan, isRefused);
          const read = poll(plan, isRefused)
            .filter(({ range }) => !isRefused(range))
            .flatMap((planned) => planned.spans.map(({ name }) => name));
          const readable = spans.filter((span) => !isRefused(span)).map(({ name }) => name);
          assert.deepEqual([...new Set(read)].sort(), readable.sort());
          const lost = spans.filter((span) => isRefused(span)).map(({ name }) => name);
          if (readable.length > 0) assert.deepEqual([...plan.unsupported()].sort(), lost.sort());
        },
      ),
      { numRuns: 500 },
    );
    t.end();
  },
);
