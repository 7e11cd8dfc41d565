import t from 'tap';
import { everyFaultKind } from '../../modbus-sim/random-fault-plan.ts';
import { live, patienceMs } from './live.ts';

t.setTimeout(patienceMs);
const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
const framings = ['tcp', 'rtu', 'rtu-over-tcp'] as const;

for (const seed of seeds) {
  const framing = framings[seed % framings.length] ?? 'tcp';
  t.test(`every invariant holds through what happens rarely, seed ${seed} on ${framing}`, async (t) => {
    const options = { seed, days: 0.125, framing, faultKinds: everyFaultKind };
    const { violations, readings, checks } = await live(t, options);
    t.same(violations, [], `seed ${seed}`);
    t.ok(checks > readings && readings > 0, `${readings} readings, ${checks} checks`);
  });
}
