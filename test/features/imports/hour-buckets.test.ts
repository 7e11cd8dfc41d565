import fc from 'fast-check';
import t from 'tap';
import { HourBuckets } from '../../../gateway/features/imports/hour-buckets.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2024, 5, 1);
const power = { device: 'p1', quantity: 'grid_power_w' };
const gas = { device: 'p1/gas-1', quantity: 'gas_m3' };

t.test('an hour is handed on whole, three hours after its end', (t) => {
  const buckets = new HourBuckets();
  buckets.add(power, startMs + 60_000, 2);
  buckets.add(power, startMs, 1);
  buckets.add(power, startMs + hourMs, 3);
  t.same(buckets.ready(startMs + 4 * hourMs - 1), []);
  t.same(buckets.ready(startMs + 4 * hourMs), [
    { ...power, startMs, atMs: [startMs, startMs + 60_000], value: [1, 2] },
  ]);
  t.same(buckets.ready(startMs + 4 * hourMs + 1), [], 'once');
  t.same(buckets.rest(), [{ ...power, startMs: startMs + hourMs, atMs: [startMs + hourMs], value: [3] }]);
  t.same(buckets.rest(), []);
  t.end();
});

t.test('of two values at one time the first stands, and the same again is no news', (t) => {
  const buckets = new HourBuckets();
  t.equal(buckets.add(power, startMs, 1), 'new');
  t.equal(buckets.add(power, startMs, 1), 'repeated');
  t.equal(buckets.add(power, startMs, 2), 'conflicting');
  t.equal(buckets.add(gas, startMs, 2), 'new', 'another series');
  t.same(
    buckets.rest().map(({ value }) => value),
    [[1], [2]],
  );
  t.end();
});

t.test('a meter that says the same for hours says it once', (t) => {
  const buckets = new HourBuckets();
  buckets.add(gas, startMs, 5);
  t.equal(buckets.ready(startMs + 9 * hourMs).length, 1);
  t.equal(buckets.add(gas, startMs, 5), 'repeated');
  t.same(buckets.rest(), []);
  t.end();
});

t.test('everything comes out once, sorted, whatever the order', (t) => {
  const reading = fc.tuple(fc.integer({ min: 0, max: 20 * 60 }), fc.integer({ min: -300, max: 0 }));
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 60 }), (picked) => {
      const buckets = new HourBuckets();
      const rows = picked.toSorted(([left], [right]) => left - right);
      const wanted = new Set<number>();
      const out: number[] = [];
      for (const [row, lag] of rows) {
        const atMs = startMs + (row + Math.max(lag, -170)) * 60_000;
        buckets.add(power, atMs, atMs);
        wanted.add(atMs);
        for (const { atMs: times, startMs: hour } of buckets.ready(startMs + row * 60_000)) {
          t.ok(times.every((time) => time >= hour && time < hour + hourMs));
          out.push(...times);
        }
      }
      out.push(...buckets.rest().flatMap(({ atMs }) => atMs));
      t.same(
        out,
        [...wanted].toSorted((left, right) => left - right),
      );
    }),
    { numRuns: 40 },
  );
  t.end();
});
