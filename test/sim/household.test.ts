import t from 'tap';
import type { ClockFault } from '../../sim/clock-faults.ts';
import type { OutsideBug } from '../../sim/planted-outside-bug.ts';
import { outsideBugs } from '../../sim/planted-outside-bug.ts';
import type { HouseholdOptions } from '../../sim/household-plan.ts';
import { liveHousehold, patienceMs } from './live.ts';

t.setTimeout(patienceMs);
const startMs = Date.UTC(2026, 2, 27);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const always = { startMs, endMs: Infinity };
const well = { serviceFaults: {}, receiverFaults: { server: [] }, restartsPerDay: 0 } as const;

t.test(
  'every invariant of sources and sinks holds through faults and kills, and a seed has one life',
  async (t) => {
    const lives = [];
    for (const seed of [1, 2, 1]) {
      const life = await liveHousehold(t, { seed, days: 1 / 32, restartsPerDay: 150 });
      t.same(life.violations, [], `seed ${seed}`);
      const { checks, requests, restarts } = life;
      t.ok(checks > 1_000 && requests > 50 && restarts > 1, JSON.stringify({ checks, requests, restarts }));
      lives.push(life);
    }
    const [first, other, again] = lives;
    t.equal(again?.hash, first?.hash, 'the same seed, the same life');
    t.not(other?.hash, first?.hash);
  },
);

t.test('a source that hangs delays no other, and no device', async (t) => {
  const options = { ...well, seed: 4, days: 1 / 72, sources: ['p1', 'plug', 'weather', 'carbon'] } as const;
  const usual = await liveHousehold(t, options);
  for (const hanging of ['p1', 'weather'] as const) {
    const serviceFaults = { [hanging]: [{ ...always, trouble: { kind: 'hangs' } as const }] };
    const { violations, worstGapMs } = await liveHousehold(t, { ...options, serviceFaults });
    t.same(violations, [], `${hanging} hangs`);
    const others = Object.entries(usual.worstGapMs).filter(([task]) => task !== `source:${hanging}`);
    t.match(worstGapMs, Object.fromEntries(others), `${hanging} hangs, and all others keep their beats`);
    t.equal(others.length, 4);
  }
});

t.test('a sink that is killed for a day has all of it once, and the newest within 5 s', async (t) => {
  const killed = {
    startMs: startMs + 1.5 * hourMs,
    endMs: startMs + 25.5 * hourMs,
    trouble: 'killed',
  } as const;
  const { violations, deliveries } = await liveHousehold(t, {
    ...well,
    seed: 5,
    days: 26 / 24,
    periodMs: 5 * minuteMs,
    sources: [],
    receiverFaults: { server: [killed] },
  });
  t.same(violations, []);
  const { committed = 0, received, lost, foreign, liveAgainMs = [] } = deliveries['server'] ?? {};
  t.ok(committed > 5_000, `${committed} readings`);
  t.same({ received, lost, foreign }, { received: committed, lost: 0, foreign: 0 });
  t.equal(liveAgainMs.length, 1);
  t.ok((liveAgainMs[0] ?? Infinity) <= 5_000, `${liveAgainMs[0]} ms`);
});

t.test('every invariant holds while the clock is wrong, too', async (t) => {
  const clockFaults: readonly ClockFault[] = [
    { kind: 'boot_without_clock', atMs: 10 * minuteMs, lengthMs: 20 * minuteMs },
    { kind: 'step_hour_back', atMs: 40 * minuteMs, lengthMs: 10 * minuteMs },
    { kind: 'suspend', atMs: 55 * minuteMs, lengthMs: 2 * hourMs },
  ];
  const sources = ['weather', 'heating', 'carbon', 'colours'] as const;
  const options = { seed: 6, days: 1 / 16, restartsPerDay: 200, sources, clockFaults };
  const { violations, deliveries, restarts } = await liveHousehold(t, options);
  t.same(violations, []);
  t.ok(restarts > 3, `${restarts} restarts`);
  t.ok((deliveries['server']?.committed ?? 0) > 1_000);
});

t.test('files hold what is stored, each value once, whenever the gateway is killed', async (t) => {
  const options = { seed: 3, days: 1 / 16, hasFiles: true } as const;
  const life = await liveHousehold(t, { ...well, ...options, sources: [], restartsPerDay: 200 });
  t.same(life.violations, []);
  t.ok(life.restarts > 3 && life.fileValues > 1_000, `${life.restarts} restarts, ${life.fileValues} values`);
  t.equal(life.fileValues, life.deliveries['server']?.committed);
  const filesOnly = { ...well, ...options, sources: [], receiverFaults: {} };
  const { violations } = await liveHousehold(t, { ...filesOnly, plantedBug: 'lost-row' });
  t.ok(violations.length > 0, 'one that is not there is missed');
});

/** Where each bug must show. */
const scenes: Readonly<Record<OutsideBug, Partial<HouseholdOptions>>> = {
  'shared-lane': {
    sources: ['plug', 'weather'],
    serviceFaults: { weather: [{ ...always, trouble: { kind: 'hangs' } }] },
  },
  'deaf-to-retry-after': {
    sources: ['weather'],
    serviceFaults: {
      weather: [{ ...always, trouble: { kind: 'waits', status: 429, seconds: 1_000, isDate: true } }],
    },
  },
  'forgotten-requests': { sources: ['heating'], restartsPerDay: 400, days: 1 / 24 },
  'forgotten-token': { sources: ['heating'], restartsPerDay: 400, days: 1 / 24 },
  'glossed-over-silence': {
    sources: ['plug'],
    serviceFaults: {
      plug: [
        {
          startMs: startMs + 5 * minuteMs,
          endMs: Infinity,
          trouble: { kind: 'misbehaves', how: 'status_500' },
        },
      ],
    },
  },
  'lost-row': { sources: [] },
  'doubled-row': { sources: [] },
  'late-commit': { sources: ['plug'] },
  'sleepy-sink': {
    sources: [],
    receiverFaults: {
      server: [{ startMs: startMs + 5 * minuteMs, endMs: startMs + 10 * minuteMs, trouble: 'killed' }],
    },
  },
};

for (const plantedBug of outsideBugs) {
  t.test(`a ${plantedBug} put in on purpose is found`, async (t) => {
    const options = { ...well, seed: 3, days: 1 / 48, ...scenes[plantedBug] };
    const { violations } = await liveHousehold(t, { ...options, plantedBug });
    t.ok(violations.length > 0);
  });
}
