import fc from 'fast-check';
import t from 'tap';
import { SeededRandom } from '../../modbus-sim/random.ts';

t.test('the same seed gives the same numbers, another seed others', async (t) => {
  const draw = (seed: number): number[] => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 20 }, () => random.uint32());
  };
  t.same(draw(7), draw(7));
  t.notSame(draw(7), draw(8));
});

t.test('a fork does not depend on how much was drawn before, and differs by its label', async (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), fc.nat(50), (seed, label, draws) => {
      const used = new SeededRandom(seed);
      for (let draw = 0; draw < draws; draw += 1) used.uint32();
      return used.fork(label).uint32() === new SeededRandom(seed).fork(label).uint32();
    }),
  );
  const random = new SeededRandom(1);
  t.not(random.fork('a').uint32(), random.fork('b').uint32());
});

t.test('unit values are spread evenly over [0, 1)', async (t) => {
  const random = new SeededRandom('spread');
  const counts = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 20_000; draw += 1) {
    const bucket = Math.floor(random.unit() * 10);
    counts[bucket] = (counts[bucket] ?? Number.NaN) + 1;
  }
  for (const count of counts) t.ok(count > 1800 && count < 2200, `a tenth holds ${count} of 20000`);
});

t.test('integers keep their bounds and reach both', async (t) => {
  const random = new SeededRandom(3);
  const seen = new Set(Array.from({ length: 500 }, () => random.integer(-2, 3)));
  t.same(
    [...seen].sort((a, b) => a - b),
    [-2, -1, 0, 1, 2, 3],
  );
});
