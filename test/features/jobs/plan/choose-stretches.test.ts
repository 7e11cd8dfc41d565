import t from 'tap';
import { planWork } from '../../../../gateway/features/jobs/plan/plan-work.ts';
import { hourMs, input, job, minuteMs, noonMs, signal } from './plan-inputs.ts';

t.test('of moments that cost the same the earliest are taken, whatever rounding makes of them', (t) => {
  for (let step = 0; step < 100; step += 1) {
    const nowMs = noonMs + 59 * minuteMs + step * 137;
    const known = signal('price', [135_600, 165_400, 135_600], { slotMs: 8 * hourMs });
    const slots = known.slots.map((slot) => ({ ...slot, startMs: Math.max(slot.startMs, nowMs) }));
    const work = job(1, 'price', {
      ...{ isInterruptible: true, remainingMs: 3 * hourMs, powerWatts: 500 },
      deadlineMs: nowMs + 23 * hourMs,
    });
    const [plan] = planWork(input([work], [{ ...known, slots }], { nowMs })).work;
    t.same(plan?.slots, [{ startMs: nowMs, endMs: nowMs + 3 * hourMs }], `${step}`);
  }
  t.end();
});
