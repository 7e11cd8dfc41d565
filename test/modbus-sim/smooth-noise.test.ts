import fc from 'fast-check';
import t from 'tap';
import { SeededRandom } from '../../modbus-sim/random.ts';
import { SmoothNoise } from '../../modbus-sim/smooth-noise.ts';

t.test('noise stays within −1 … 1 and has no jumps', async (t) => {
  const noise = new SmoothNoise(new SeededRandom(5), 1000);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (atMs) => {
      const here = noise.at(atMs);
      return Math.abs(here) <= 1 && Math.abs(noise.at(atMs + 1) - here) < 0.004;
    }),
  );
  const values = Array.from({ length: 200 }, (_, index) => noise.at(index * 1000));
  t.ok(Math.min(...values) < -0.8 && Math.max(...values) > 0.8, 'it uses its range');
});
