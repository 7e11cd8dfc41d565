import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { LinkCost, type DeclaredCost } from '../../../gateway/io/drivers/link-cost.ts';

const declared: DeclaredCost = { perRequestMs: 20, perRegisterMs: 0.1, answerMsMax: 150 };

/** The same measurements again and again, in turns. */
function fed(cost: LinkCost, count: number, ...sizes: readonly (readonly [number, number])[]): LinkCost {
  for (let sample = 0; sample < count; sample += 1) {
    const [registers, ms] = sizes[sample % sizes.length] ?? [1, 0];
    cost.add(registers, ms);
  }
  return cost;
}

t.test('nothing measured: the declared cost, and the declared worst answer', (t) => {
  const cost = new LinkCost(declared);
  t.strictSame(cost.fitted(), { perRequestMs: 20, perRegisterMs: 0.1, samples: 0 });
  t.equal(cost.answerMsMax(10), 150);
  t.equal(cost.isMeasured, false);
  t.end();
});

t.test('whatever a link costs is found from its answers, however far from the declared cost', (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 500, noNaN: true }),
      fc.double({ min: 0.01, max: 20, noNaN: true }),
      fc.array(fc.integer({ min: 1, max: 125 }), { minLength: 2, maxLength: 6 }),
      fc.array(fc.double({ min: -0.02, max: 0.02, noNaN: true }), { minLength: 7, maxLength: 97 }),
      (perRequestMs, perRegisterMs, sizes, noise) => {
        const cost = new LinkCost(declared);
        for (let sample = 0; sample < 400; sample += 1) {
          const registers = sizes[sample % sizes.length] ?? 1;
          cost.add(
            registers,
            (perRequestMs + perRegisterMs * registers) * (1 + (noise[sample % noise.length] ?? 0)),
          );
        }
        const longestMs = perRequestMs + perRegisterMs * Math.max(...sizes);
        for (const registers of sizes) {
          const truthMs = perRequestMs + perRegisterMs * registers;
          assert.ok(Math.abs(cost.expectedMs(registers) - truthMs) < 0.2 * longestMs + 0.5);
        }
      },
    ),
    { numRuns: 100 },
  );
  t.end();
});

t.test('both terms are found when requests differ in size', (t) => {
  const { perRequestMs, perRegisterMs, samples } = fed(
    new LinkCost(declared),
    300,
    [2, 33.6],
    [60, 167],
    [11, 54.3],
  ).fitted();
  t.ok(Math.abs(perRequestMs - 29) < 0.5, `${perRequestMs}`);
  t.ok(Math.abs(perRegisterMs - 2.3) < 0.05, `${perRegisterMs}`);
  t.equal(samples, 300);
  t.end();
});

t.test('requests of one size say nothing about single registers: the declared cost does', (t) => {
  const cost = fed(new LinkCost(declared), 100_000, [40, 60]);
  t.ok(Math.abs(cost.expectedMs(40) - 60) < 0.1);
  const { perRequestMs, perRegisterMs } = cost.fitted();
  t.ok(perRegisterMs >= 0.1 && perRegisterMs < 0.2, `${perRegisterMs}`);
  t.ok(perRequestMs > 50 && perRequestMs < 60, `${perRequestMs}`);
  t.end();
});

t.test('a size that is rarely asked for is no slow answer', (t) => {
  const cost = fed(new LinkCost(declared), 400, [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [123, 124]);
  t.ok(Math.abs(cost.expectedMs(123) - 124) < 3, `${cost.expectedMs(123)}`);
  t.ok(Math.abs(cost.expectedMs(1) - 2) < 1, `${cost.expectedMs(1)}`);
  t.end();
});

t.test('a single slow answer hardly counts', (t) => {
  const cost = fed(new LinkCost(declared), 200, [10, 5], [50, 7]);
  const before = cost.expectedMs(50);
  cost.add(50, 3_000);
  t.ok(Math.abs(cost.expectedMs(50) - before) < 0.2, `${cost.expectedMs(50)} after ${before}`);
  t.end();
});

t.test('nor does it when it is the very first', (t) => {
  const cost = new LinkCost(declared);
  cost.add(50, 20_000);
  t.ok(cost.expectedMs(50) < 100);
  t.end();
});

t.test('a link that has become slow, or fast, is followed', (t) => {
  const cost = fed(new LinkCost(declared), 200, [10, 5], [50, 7]);
  fed(cost, 300, [10, 205], [50, 245]);
  t.ok(Math.abs(cost.expectedMs(50) - 245) < 12, `${cost.expectedMs(50)}`);
  fed(cost, 300, [10, 5], [50, 7]);
  t.ok(Math.abs(cost.expectedMs(50) - 7) < 2, `${cost.expectedMs(50)}`);
  t.end();
});

t.test('no term is ever negative, and nothing is ever infinite, whatever is measured', (t) => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.oneof(fc.integer({ min: -1, max: 200 }), fc.constantFrom(NaN, Infinity)),
          fc.oneof(fc.double({ min: -10, max: 60_000 }), fc.constantFrom(0, NaN, Infinity, 1e12)),
        ),
        { maxLength: 300 },
      ),
      (measurements) => {
        const cost = new LinkCost(declared);
        for (const [registers, ms] of measurements) cost.add(registers, ms);
        const { perRequestMs, perRegisterMs } = cost.fitted();
        assert.ok(perRequestMs >= 0 && Number.isFinite(perRequestMs), `${perRequestMs}`);
        assert.ok(perRegisterMs >= 0 && Number.isFinite(perRegisterMs), `${perRegisterMs}`);
      },
    ),
    { numRuns: 300 },
  );
  t.end();
});

t.test('answers that get shorter with more registers cost nothing per register', (t) => {
  const { perRequestMs, perRegisterMs } = fed(new LinkCost(declared), 200, [10, 50], [100, 20]).fitted();
  t.equal(perRegisterMs, 0);
  t.ok(perRequestMs > 20 && perRequestMs < 50);
  const other = fed(new LinkCost(declared), 200, [10, 10], [100, 200]).fitted();
  t.equal(other.perRequestMs, 0);
  t.ok(other.perRegisterMs > 1.5 && other.perRegisterMs < 2.2);
  t.end();
});

t.test('the worst answer is never below what was seen lately', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 125 }), fc.double({ min: 0, max: 5_000, noNaN: true })), {
        minLength: 70,
        maxLength: 250,
      }),
      (measurements) => {
        const cost = new LinkCost(declared);
        for (const [registers, ms] of measurements) cost.add(registers, ms);
        assert.ok(cost.isMeasured);
        for (const [registers, ms] of measurements) assert.ok(cost.answerMsMax(registers) >= ms);
      },
    ),
    { numRuns: 50 },
  );
  t.end();
});

t.test('a fast link is freed from the declared worst answer, and a slow one is not held to it', (t) => {
  const fast = fed(new LinkCost(declared), 63, [50, 4]);
  t.equal(fast.answerMsMax(50), 150, 'not before enough was seen');
  fast.add(50, 4);
  t.ok(fast.answerMsMax(50) < 15, `${fast.answerMsMax(50)}`);
  const slow = fed(new LinkCost(declared), 3, [50, 400]);
  t.ok(slow.answerMsMax(50) >= 400);
  fed(slow, 400, [50, 4]);
  t.ok(slow.answerMsMax(50) < 150, 'what was long ago is forgotten');
  t.end();
});

t.test('the worst answer of a longer request is longer', (t) => {
  const cost = fed(new LinkCost(declared), 200, [10, 43], [100, 250]);
  t.ok(cost.answerMsMax(125) > cost.answerMsMax(10) + 200);
  t.end();
});
