import t from 'tap';
import { seededRandom, type Random } from '../../gateway/core/random.ts';
import { backoffMs, defaultBackoff } from '../../gateway/engine/backoff.ts';

const drawing = (value: number): Random => ({ next: () => value, integer: () => 0 });

const rows: [failures: number, draw: number, expectedMs: number][] = [
  [1, 0, 500],
  [1, 0.5, 750],
  [2, 0, 1_000],
  [2, 0.5, 1_500],
  [3, 0.25, 2_500],
  [4, 0, 4_000],
  [5, 0, 5_000],
  [6, 0.5, 7_500],
  [1_000_000, 0, 5_000],
];
for (const [failures, draw, expectedMs] of rows) {
  t.test(`after failure ${failures} with the draw ${draw} the wait is ${expectedMs} ms`, async (t) => {
    t.equal(backoffMs({ firstMs: 1_000, maxMs: 10_000 }, failures, drawing(draw)), expectedMs);
  });
}

t.test('the wait is never above its most, and the same seed draws the same waits', async (t) => {
  const waits = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 200 }, (_, index) => backoffMs(defaultBackoff, index + 1, random));
  };
  t.ok(waits(3).every((waitMs) => waitMs >= defaultBackoff.firstMs / 2 && waitMs <= defaultBackoff.maxMs));
  t.same(waits(3), waits(3));
  t.not(waits(3)[50], waits(4)[50]);
});
