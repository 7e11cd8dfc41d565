import t from 'tap';
import type { ClockFault } from '../../sim/clock-faults.ts';
import { live, patienceMs } from './live.ts';

t.setTimeout(patienceMs);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Whatever is read is stored at its true time, once; no poll is missed or comes twice; nothing is deleted too early. */
const lives: Readonly<Record<string, readonly ClockFault[]>> = {
  'a machine that starts in 1970, sleeps before it knows the time, and is set an hour back': [
    { kind: 'boot_without_clock', atMs: 15 * minuteMs + 5_000, lengthMs: 30 * minuteMs },
    { kind: 'suspend', atMs: 25 * minuteMs + 5_300, lengthMs: hourMs },
    { kind: 'step_hour_back', atMs: 60 * minuteMs, lengthMs: 20 * minuteMs },
    { kind: 'suspend', atMs: 90 * minuteMs + 5_300, lengthMs: 8 * hourMs },
  ],
  'a clock that is set a day and ten years ahead, and a start at a plausible time that is wrong': [
    { kind: 'step_day_ahead', atMs: 10 * minuteMs + 5_000, lengthMs: 20 * minuteMs },
    { kind: 'step_ten_years', atMs: 40 * minuteMs + 5_000, lengthMs: 45 * minuteMs },
    { kind: 'boot_in_the_past', atMs: 95 * minuteMs, lengthMs: 12 * minuteMs },
  ],
};

for (const [what, clockFaults] of Object.entries(lives)) {
  t.test(what, async (t) => {
    const result = await live(t, {
      seed: 5,
      days: 2 / 24,
      faults: {},
      restartsPerDay: 40,
      clockFaults,
    });
    t.same(result.violations, []);
    t.ok(result.restarts > 1, 'the program was started anew besides');
    t.ok(result.readings > 50_000);
  });
}
