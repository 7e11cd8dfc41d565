import fc from 'fast-check';
import t from 'tap';
import type { HistoryRow } from '../../../../gateway/faces/web/page/api-types.ts';
import { countRows, countValue } from '../../../../gateway/faces/web/page/counter-count.ts';

const row = (atMs: number, min: number, last: number, max = last): HistoryRow => ({
  atMs,
  endMs: atMs + 10,
  value: last,
  min,
  max,
  last,
});

t.test('energy is the difference of the counter since where it stood before', (t) => {
  const count = countRows([row(80, 99, 100), row(100, 100, 101), row(110, 101.5, 103)], 100);
  t.match(count, { amount: 3, last: 103, sinceMs: 100 });
  t.end();
});

t.test('without a window before, counting starts with the first reading and says so', (t) => {
  t.match(countRows([row(140, 100.5, 101), row(150, 101, 102)], 100), { amount: 1.5, sinceMs: 140 });
  t.equal(countRows([], 100), undefined);
  t.equal(countRows([{ atMs: 100, value: null, last: null }], 100), undefined);
  t.end();
});

t.test('windows without a value change nothing, and the next one counts across them', (t) => {
  const rows = [row(90, 100, 100), { atMs: 100, value: null, last: null }, row(110, 103, 104)];
  t.match(countRows(rows, 100), { amount: 4 });
  t.end();
});

t.test('a new meter ends one count and begins another; noise is neither lost nor counted', (t) => {
  const swapped = countRows([row(90, 5_000, 5_000), row(100, 0.2, 1, 5_002), row(110, 1, 3)], 100);
  t.match(swapped, { last: 3 });
  t.ok(
    Math.abs((swapped?.amount ?? 0) - (2 + 0.8 + 2)) < 1e-9,
    'with the old up to 5002, with the new from 0.2',
  );
  const noisy = countRows([row(90, 100, 100), row(100, 99.9, 99.9), row(110, 99.9, 100.5)], 100);
  t.match(noisy, { amount: 0.5, last: 100.5 });
  t.end();
});

t.test('a live value counts on, a smaller one does not take back', (t) => {
  const start = { amount: 2, last: 10, sinceMs: 0 };
  t.match(countValue(start, 10.5), { amount: 2.5, last: 10.5 });
  t.match(countValue(start, 9.99), { amount: 2, last: 10 });
  t.match(countValue(start, 0.1), { amount: 2, last: 0.1 });
  t.end();
});

t.test('however a rising counter is cut into windows, the energy is the same', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 50 }), (steps) => {
      let standsAt = 10_000;
      const rows = [row(0, standsAt, standsAt)];
      steps.forEach((step, index) => {
        rows.push(row(100 + index * 10, standsAt, standsAt + step));
        standsAt += step;
      });
      return countRows(rows, 100)?.amount === standsAt - 10_000;
    }),
  );
  t.end();
});
