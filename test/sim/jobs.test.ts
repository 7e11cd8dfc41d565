import t from 'tap';
import type { ClockFault } from '../../sim/clock-faults.ts';
import type { HouseholdRunOptions } from '../../sim/household-run.ts';
import { jobBugs, type JobBug } from '../../sim/planted-job-bug.ts';
import { liveHousehold, patienceMs } from './live.ts';

t.setTimeout(patienceMs);
const minuteMs = 60_000;
const hour = 1 / 24;
const home = { sources: ['carbon', 'colours'], receiverFaults: {}, jobsPerDay: 480 } as const;

t.test(
  'every invariant of jobs holds through outages of the grid feed and kills, and a seed has one life',
  async (t) => {
    const lives = [];
    for (const seed of [1, 1]) {
      const life = await liveHousehold(t, {
        ...home,
        seed,
        days: hour / 2,
        jobsPerDay: 720,
        restartsPerDay: 150,
      });
      t.same(life.violations, [], `seed ${seed}`);
      const { given = 0, states, outcomes } = life.jobs ?? {};
      t.ok(
        given >= 10 && (outcomes?.done ?? 0) > 0 && life.restarts > 2,
        JSON.stringify({ given, states, outcomes }),
      );
      lives.push(life);
    }
  },
);

t.test('no job runs twice, and all that is stored is true, while the clock is wrong', async (t) => {
  const clockFaults: readonly ClockFault[] = [
    { kind: 'boot_without_clock', atMs: 5 * minuteMs, lengthMs: 10 * minuteMs },
    { kind: 'step_day_ahead', atMs: 20 * minuteMs, lengthMs: 5 * minuteMs },
    { kind: 'suspend', atMs: 30 * minuteMs, lengthMs: 120 * minuteMs },
    { kind: 'boot_in_the_past', atMs: 35 * minuteMs, lengthMs: 5 * minuteMs },
  ];
  const { violations, jobs } = await liveHousehold(t, {
    ...home,
    seed: 2,
    days: hour,
    restartsPerDay: 0,
    clockFaults,
  });
  t.same(violations, []);
  t.ok((jobs?.outcomes.done ?? 0) > 2, JSON.stringify(jobs));
});

/** Where each bug must show. */
const scenes: Readonly<Record<JobBug, Partial<HouseholdRunOptions>>> = {
  'late-start': { restartsPerDay: 0 },
  'begin-after-spawn': { restartsPerDay: 0 },
  'unasked-retry': { restartsPerDay: 0 },
  'forgotten-cut': { restartsPerDay: 250 },
  'swallowed-end': { restartsPerDay: 0, days: hour / 2 },
  'boasted-saving': { serviceFaults: {}, restartsPerDay: 0 },
};

for (const jobBug of jobBugs) {
  t.test(`a ${jobBug} put in on purpose is found`, async (t) => {
    const options = { ...home, seed: 3, days: hour / 3, jobsPerDay: 720, ...scenes[jobBug] };
    const { violations } = await liveHousehold(t, { ...options, jobBug });
    t.ok(violations.some(({ rule }) => rule === 'jobs'));
  });
}
