import t from 'tap';
import { plantedBugs } from '../../sim/planted-bug.ts';
import { live, patienceMs } from './live.ts';

t.setTimeout(patienceMs);

t.test('the same seed gives the same day, byte for byte, and another seed another', async (t) => {
  const options = { seed: 21, days: 1 / 24, restartsPerDay: 72 };
  const first = await live(t, options);
  const second = await live(t, options);
  t.equal(second.hash, first.hash);
  t.equal(second.events, first.events);
  t.ok(first.restarts > 0, 'restarts included');
  t.not((await live(t, { ...options, seed: 22 })).hash, first.hash);
});

for (const plantedBug of plantedBugs) {
  t.test(`a ${plantedBug} put in on purpose is found`, async (t) => {
    const { violations } = await live(t, {
      seed: 3,
      days: 0.125,
      faults: {},
      restartsPerDay: 0,
      plantedBug,
    });
    t.ok(violations.length > 0);
  });
}
