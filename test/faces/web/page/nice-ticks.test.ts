import fc from 'fast-check';
import t from 'tap';
import { niceTicks } from '../../../../gateway/faces/web/page/nice-ticks.ts';

t.test('an axis has round numbers', (t) => {
  t.same(niceTicks(0, 92, 4), [0, 25, 50, 75, 100]);
  t.same(niceTicks(0, 21.6, 4), [0, 10, 20, 30]);
  t.same(niceTicks(-5, 21.6, 4), [-10, 0, 10, 20, 30]);
  t.same(niceTicks(0, 0, 4), [0, 0.25]);
  t.same(niceTicks(0, 0.3, 4), [0, 0.1, 0.2, 0.3]);
  t.end();
});

t.test('it holds all values, evenly, and is short', (t) => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(value, value, fc.integer({ min: 1, max: 8 }), (a, b, count) => {
      const [low, high] = [Math.min(a, b, 0), Math.max(a, b, 1e-3)];
      const ticks = niceTicks(low, high, count);
      const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
      const tolerance = step * 1e-6;
      return (
        (ticks[0] ?? NaN) <= low + tolerance &&
        (ticks.at(-1) ?? NaN) >= high - tolerance &&
        ticks.length <= count + 3 &&
        ticks.slice(1).every((tick, index) => Math.abs(tick - (ticks[index] ?? NaN) - step) < tolerance)
      );
    }),
  );
  t.pass('held');
  t.end();
});

t.test('values too close to be told apart are one value', (t) => {
  t.same(niceTicks(-5e-324, 5e-324, 4), [0, 0.25]);
  t.same(niceTicks(1e7 - 1e-9, 1e7, 4).length, 2);
  t.end();
});
