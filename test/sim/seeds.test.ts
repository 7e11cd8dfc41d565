import t from 'tap';
import { live, patienceMs } from './live.ts';

t.setTimeout(patienceMs);
const seeds = Array.from({ length: 6 }, (_, index) => index + 1);

for (const seed of seeds) {
  t.test(`every invariant holds over a virtual day of seed ${seed}, faults and all`, async (t) => {
    const { violations, readings, checks } = await live(t, { seed, days: 1 });
    t.same(violations, [], `seed ${seed}`);
    t.ok(readings > 400_000, `${readings} readings`);
    t.ok(checks > readings, 'each reading was checked, and more');
  });
}
