import t from 'tap';
import { counterEnergy } from '../../gateway/core/counter-energy.ts';
import type { CounterRules, CounterState } from '../../gateway/core/counter.ts';
import { energySlotMs, sharesBefore, type EnergyReading } from '../../gateway/core/energy-slot.ts';
import type { Quality } from '../../gateway/core/quality.ts';
import { randomCounterErrors } from './random-counters.ts';

const minuteMs = 60_000;
/** 23:45 in Paris: midnight is the end of the first slot. */
const startMs = Date.UTC(2026, 2, 10, 22, 45);
const rules: CounterRules = { modulus: 6_553.6, resolution: 0.1, perHourMax: 100 };

type Said = readonly [minute: number, kwh: number, quality?: Quality];

interface Told {
  readonly wh: number;
  readonly estimatedWh: number;
  readonly minutes: number;
  readonly restarts: number;
}

/** Slot by slot, each from its readings and from the state before it; those that tell nothing are left out. */
function told(said: readonly Said[], how: CounterRules = rules): Record<number, Told> {
  const found: Record<number, Told> = {};
  const add = (slotMs: number, more: Told): void => {
    const slot = (slotMs - startMs) / energySlotMs;
    const known = found[slot] ?? { wh: 0, estimatedWh: 0, minutes: 0, restarts: 0 };
    const sum = {
      wh: known.wh + more.wh,
      estimatedWh: known.estimatedWh + more.estimatedWh,
      minutes: known.minutes + more.minutes,
      restarts: known.restarts + more.restarts,
    };
    if (Object.values(sum).some((value) => value !== 0)) found[slot] = sum;
  };
  const readings = said.map(([minute, value, quality = 'good']): EnergyReading => ({
    atMs: startMs + minute * minuteMs,
    value,
    quality,
  }));
  let state: CounterState = {};
  for (const [slotMs, inside] of Map.groupBy(
    readings,
    ({ atMs }) => Math.floor(atMs / energySlotMs) * energySlotMs,
  )) {
    const { mwh, estimatedMwh, coveredMs, restarts, before, ...slot } = counterEnergy(inside, {
      startMs: slotMs,
      before: state,
      rules: how,
    });
    add(slotMs, { wh: mwh / 1e3, estimatedWh: estimatedMwh / 1e3, minutes: coveredMs / minuteMs, restarts });
    for (const share of before === undefined
      ? []
      : sharesBefore(slotMs, before, { startMs: 0, endMs: Infinity })) {
      add(share.startMs, {
        wh: share.mwh / 1e3,
        estimatedWh: share.estimatedMwh / 1e3,
        minutes: share.coveredMs / minuteMs,
        restarts: 0,
      });
    }
    state = slot.state;
  }
  return found;
}

const exact = { estimatedWh: 0, restarts: 0 };
const u32: CounterRules = { modulus: 2 ** 32 * 0.01, resolution: 0.01, perHourMax: 100 };

const table: readonly {
  readonly what: string;
  readonly said: readonly Said[];
  readonly how?: CounterRules;
  readonly slots: Readonly<Record<number, Told>>;
}[] = [
  {
    what: 'growth inside a slot is its own',
    said: [
      [1, 10],
      [2, 10.1],
      [5, 10.4],
    ],
    slots: { 0: { ...exact, wh: 400, minutes: 4 } },
  },
  {
    what: 'a step over an edge is shared by time',
    said: [
      [14, 10],
      [18, 10.4],
    ],
    slots: { 0: { ...exact, wh: 100, minutes: 1 }, 1: { ...exact, wh: 300, minutes: 3 } },
  },
  {
    what: 'a step that ends on the edge is all before it',
    said: [
      [13, 10],
      [15, 10.4],
    ],
    slots: { 0: { ...exact, wh: 400, minutes: 2 } },
  },
  {
    what: 'a step that fills a slot exactly is no guess',
    said: [
      [0, 10],
      [15, 11],
    ],
    slots: { 0: { ...exact, wh: 1_000, minutes: 15 } },
  },
  {
    what: 'an outage over midnight is spread evenly and says so',
    said: [
      [10, 10],
      [40, 13],
    ],
    slots: {
      0: { wh: 500, estimatedWh: 500, minutes: 5, restarts: 0 },
      1: { wh: 1_500, estimatedWh: 1_500, minutes: 15, restarts: 0 },
      2: { wh: 1_000, estimatedWh: 1_000, minutes: 10, restarts: 0 },
    },
  },
  {
    what: 'an outage inside a slot is no guess',
    said: [
      [1, 10],
      [14, 13],
    ],
    slots: { 0: { ...exact, wh: 3_000, minutes: 13 } },
  },
  {
    what: 'shares that do not divide evenly add up all the same',
    said: [
      [10, 10],
      [45, 10.1],
    ],
    slots: {
      0: { wh: 14.286, estimatedWh: 14.286, minutes: 5, restarts: 0 },
      1: { wh: 42.857, estimatedWh: 42.857, minutes: 15, restarts: 0 },
      2: { wh: 42.857, estimatedWh: 42.857, minutes: 15, restarts: 0 },
    },
  },
  {
    what: 'noise is not counted, and the time is covered by the step over it',
    said: [
      [1, 10],
      [2, 9.9],
      [3, 10.2],
    ],
    slots: { 0: { ...exact, wh: 200, minutes: 2 } },
  },
  {
    what: 'a glitch leaves no trace',
    said: [
      [1, 100],
      [2, 0],
      [3, 100.1],
      [4, 5_000],
      [5, 100.2],
    ],
    slots: { 0: { ...exact, wh: 200, minutes: 4 } },
  },
  {
    what: 'a reset to 0 is a discontinuity: only what the new one grew is counted',
    said: [
      [1, 100],
      [2, 0],
      [3, 0.1],
      [4, 0.3],
      [5, 0.4],
    ],
    slots: { 0: { wh: 400, estimatedWh: 0, minutes: 3, restarts: 1 } },
  },
  {
    what: 'a counter that was zero for a while, and is back after an outage, goes on',
    said: [
      [1, 100],
      [2, 0],
      [3, 0],
      [4, 0],
      [5, 0],
      [12, 105],
      [13, 105.1],
      [14, 105.2],
      [15, 105.3],
    ],
    slots: { 0: { wh: 5_300, estimatedWh: 0, minutes: 13, restarts: 2 } },
    how: { resolution: 0.1, perHourMax: 1_000 },
  },
  {
    what: 'a meter swapped in an outage over midnight: nothing is made up for the outage',
    said: [
      [10, 100],
      [20, 3_000],
      [21, 3_000.1],
      [22, 3_000.2],
    ],
    slots: { 1: { wh: 200, estimatedWh: 0, minutes: 2, restarts: 1 } },
  },
  {
    what: 'a restart that takes from one slot into the next',
    said: [
      [5, 100],
      [13, 3_000],
      [14, 3_000.1],
      [16, 3_000.4],
    ],
    slots: {
      0: { wh: 266.667, estimatedWh: 0, minutes: 2, restarts: 0 },
      1: { wh: 133.333, estimatedWh: 0, minutes: 1, restarts: 1 },
    },
  },
  {
    what: 'a register of 16 bits in tenths rolls over',
    said: [
      [1, 6_553.5],
      [2, 0.2],
    ],
    slots: { 0: { ...exact, wh: 300, minutes: 1 } },
  },
  {
    what: 'a register of 32 bits in hundredths rolls over',
    said: [
      [1, 42_949_672.9],
      [2, 0.04],
    ],
    how: u32,
    slots: { 0: { ...exact, wh: 100, minutes: 1 } },
  },
  {
    what: 'a jump beyond what is possible is a discontinuity when it stays',
    said: [
      [1, 100],
      [2, 900],
      [3, 900.1],
      [4, 900.2],
    ],
    slots: { 0: { wh: 200, estimatedWh: 0, minutes: 2, restarts: 1 } },
  },
  {
    what: 'a restart of which the harvest did not believe the first readings is the same',
    said: [
      [1, 100],
      [2, 0, 'suspect'],
      [3, 0.1, 'suspect'],
      [4, 0.3],
      [5, 0.4],
    ],
    slots: { 0: { wh: 400, estimatedWh: 0, minutes: 3, restarts: 1 } },
  },
  {
    what: 'what is never believed never makes a new counter',
    said: [[1, 100], ...[2, 3, 4, 5, 6].map((minute): Said => [minute, 4_000, 'suspect']), [7, 100.6]],
    slots: { 0: { ...exact, wh: 600, minutes: 6 } },
  },
  {
    what: 'what is no number, or beyond exact numbers, is not looked at',
    said: [
      [1, 100],
      [2, NaN],
      [3, Infinity],
      [4, 1e300],
      [5, NaN, 'missing'],
      [6, NaN, 'sensor_error'],
      [7, 100.6],
    ],
    slots: { 0: { ...exact, wh: 600, minutes: 6 } },
  },
  { what: 'one reading tells nothing', said: [[1, 100]], slots: {} },
];

for (const { what, said, how, slots } of table) {
  t.test(what, (t) => {
    t.same(told(said, how), slots);
    t.end();
  });
}

t.test('two readings of one instant count, and cover no time', (t) => {
  t.same(
    told([
      [1, 10],
      [1, 10.2],
    ]),
    { 0: { ...exact, wh: 200, minutes: 0 } },
  );
  t.end();
});

t.test('shares are told for the slots asked for only', (t) => {
  const before = { fromMs: startMs, toMs: startMs + 4 * energySlotMs, mwh: 3_001, negativeMwh: 0 };
  const range = { startMs: startMs + energySlotMs, endMs: startMs + 2 * energySlotMs };
  const shares = [...sharesBefore(startMs + 3 * energySlotMs, before, range)];
  t.same(
    shares.map(({ startMs: atMs, mwh }) => [(atMs - startMs) / energySlotMs, mwh]),
    [[1, 1_001]],
  );
  t.end();
});

t.test('random lives of counters are counted to the milliwatt-hour', (t) => {
  t.equal(randomCounterErrors(1_000, 1), 0);
  t.end();
});
