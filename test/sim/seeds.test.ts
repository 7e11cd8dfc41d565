import t from 'tap';
import { live, patienceMs } from './live.ts';

t.setTimeout(patienceMs);

/** Hours by seed, each with as many restarts. The scoreboard has twenty whole days. */
const hoursOf = { 1: 24, 2: 4, 3: 4, 4: 4, 5: 4, 6: 4 };

for (const [name, hours] of Object.entries(hoursOf)) {
  const seed = Number(name);
  t.test(`every invariant holds over ${hours} virtual hours of seed ${seed}, faults and all`, async (t) => {
    const { violations, readings, checks } = await live(t, {
      seed,
      days: hours / 24,
      restartsPerDay: 12 / hours,
    });
    t.same(violations, [], `seed ${seed}`);
    t.ok(readings > hours * 16_600, `${readings} readings`);
    t.ok(checks > readings, 'each reading was checked, and more');
  });
}
