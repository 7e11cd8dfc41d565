import t from 'tap';
import { affordableTimeoutMs, boundLane, type BoundedTask } from '../../gateway/engine/latency-bound.ts';
import type { TaskPriority } from '../../gateway/engine/task.ts';

/** name, priority, period, cost, failure, probe. */
type Row = readonly [string, TaskPriority, number, number, number, number];

const tasksOf = (rows: readonly Row[]): BoundedTask[] =>
  rows.map(([name, priority, periodMs, costMs, failureMs, probeMs]) => ({
    name,
    priority,
    periodMs,
    costMs,
    failureMs,
    probeMs,
  }));

const rows: { title: string; tasks: Row[]; deadMax: number; responsesMs: number[]; stretch?: number }[] = [
  {
    title: 'a task alone answers after its own cost',
    tasks: [['a', 'acquire', 1_000, 100, 600, 500]],
    deadMax: 1,
    responsesMs: [100],
  },
  {
    title: 'equals wait for each other once',
    tasks: [
      ['a', 'acquire', 1_000, 100, 100, 10],
      ['b', 'acquire', 1_000, 200, 200, 10],
      ['c', 'acquire', 2_000, 50, 50, 10],
    ],
    deadMax: 0,
    responsesMs: [350, 350, 350],
  },
  {
    title: 'the death that costs most delays the others, and never the dead one itself',
    tasks: [
      ['a', 'acquire', 1_000, 100, 400, 10],
      ['b', 'acquire', 1_000, 100, 300, 10],
      ['c', 'acquire', 1_000, 100, 100, 10],
    ],
    deadMax: 1,
    // a waits for b (300) and c (100); b and c wait for a (400) and another (100).
    responsesMs: [500, 600, 600],
  },
  {
    title: 'two deaths cost both losses',
    tasks: [
      ['a', 'acquire', 1_000, 100, 400, 10],
      ['b', 'acquire', 1_000, 100, 300, 10],
      ['c', 'acquire', 1_000, 100, 100, 10],
    ],
    deadMax: 2,
    responsesMs: [500, 600, 800],
  },
  {
    title: 'one less urgent run blocks, the longest',
    tasks: [
      ['urgent', 'control', 1_000, 50, 50, 10],
      ['slow', 'publish', 5_000, 300, 300, 10],
      ['slower', 'housekeeping', 5_000, 400, 400, 10],
    ],
    deadMax: 0,
    // urgent: 400 + 50. slow: 400, then urgent once, as it is not due again before 1000: 400 + 50 + 300.
    // slower: an earlier run of its own may have held the others up: 400 + 50 + 300 + 400.
    responsesMs: [450, 750, 1_150],
  },
  {
    title: 'more urgent tasks come in as often as they are due while it waits',
    tasks: [
      ['urgent', 'control', 100, 40, 40, 5],
      ['slow', 'publish', 1_000, 50, 50, 5],
    ],
    deadMax: 0,
    // urgent: 50 + 40. slow: its own earlier run 50, then urgent at 0: 90; nothing more before 100: 90 + 50.
    responsesMs: [90, 140],
  },
  {
    title: 'the dying one may be the one that blocks, even where another loses more',
    tasks: [
      ['own', 'acquire', 10_000, 100, 100, 10],
      ['equal', 'acquire', 10_000, 100, 500, 10],
      ['less', 'publish', 10_000, 100, 600, 10],
      ['least', 'housekeeping', 10_000, 590, 590, 10],
    ],
    deadMax: 1,
    // own: equal dies behind the block by least: 590 + 500 (less dying would be 600 + 100), + 100.
    // equal: own, and less dying: 600 + 100 against 590 + 100, + 100.
    // less: blocked by least 590, equal 500, own 100, + 100.
    // least: blocked by an earlier run of its own 590, own 100, equal 100, less 600, + 590.
    responsesMs: [1_190, 800, 1_290, 1_980],
  },
  {
    title: 'a probe blocks where the gaps are too short for it',
    tasks: [
      ['a', 'acquire', 1_000, 300, 300, 500],
      ['b', 'acquire', 1_000, 200, 200, 20],
    ],
    deadMax: 0,
    responsesMs: [1_000, 1_000],
  },
  {
    title: 'a probe does not block where it fits between the beats',
    tasks: [
      ['a', 'acquire', 1_000, 300, 300, 499],
      ['b', 'acquire', 1_000, 200, 200, 20],
    ],
    deadMax: 0,
    responsesMs: [500, 500],
  },
  {
    title: 'periods that cannot be kept are stretched',
    tasks: [
      ['a', 'acquire', 100, 120, 120, 0],
      ['b', 'acquire', 100, 90, 90, 0],
    ],
    deadMax: 0,
    responsesMs: [210, 210],
    stretch: 3,
  },
];

for (const { title, tasks, deadMax, responsesMs, stretch = 1 } of rows) {
  t.test(title, async (t) => {
    const bound = boundLane(tasksOf(tasks), deadMax);
    t.same(
      bound.tasks.map((task) => task.responseMs),
      responsesMs,
    );
    t.equal(bound.stretch, stretch);
    t.same(
      bound.tasks.map((task) => task.ageMs),
      tasks.map(([, , periodMs], index) => periodMs * stretch + (responsesMs[index] ?? 0)),
      'and its readings get one period older than that',
    );
  });
}

t.test('beats that stand apart split the gap that a probe needs', async (t) => {
  const tasks = tasksOf([
    ['a', 'acquire', 1_000, 100, 100, 500],
    ['b', 'acquire', 1_000, 100, 100, 0],
  ]);
  const apart = tasks.map((task, index) => ({ ...task, offsetMs: index * 500 }));
  t.equal(boundLane(tasks, 0).tasks[1]?.responseMs, 200);
  t.equal(boundLane(apart, 0).tasks[1]?.responseMs, 700);
});

t.test('the bound names how full a lane is, and who fills it', async (t) => {
  const bound = boundLane(
    tasksOf([
      ['small', 'acquire', 1_000, 100, 100, 0],
      ['big', 'acquire', 2_000, 600, 600, 0],
    ]),
    0,
  );
  t.equal(bound.utilisation, 0.4);
  t.equal(bound.heaviest, 'big');
  t.same(boundLane([], 1), { tasks: [], utilisation: 0, stretch: 1, heaviest: undefined });
});

t.test('a configuration that is far too much is answered at once', async (t) => {
  const tasks = tasksOf(
    Array.from({ length: 256 }, (_, index): Row => [`d${index}`, 'acquire', 200, 30_000, 60_000, 30_000]),
  );
  const bound = boundLane(tasks, 1);
  t.equal(bound.stretch, Math.ceil((256 * 30_000 + 30_000) / 200));
});

t.test('numbers that are none are refused', async (t) => {
  t.throws(() => boundLane(tasksOf([['a', 'acquire', Number.NaN, 1, 1, 1]]), 1), { code: 'ERR_ASSERTION' });
  t.throws(() => boundLane(tasksOf([['a', 'acquire', 1, Infinity, 1, 1]]), 1), { code: 'ERR_ASSERTION' });
});

const timeouts: [title: string, costsMs: number[], wantedMs: number, leastMs: number, expectedMs: number][] =
  [
    ['alone: what was wanted', [100], 5_000, 50, 5_000],
    ['half of what is left of the shortest period', [100, 200], 5_000, 50, 350],
    ['not more than wanted', [100, 200], 300, 50, 300],
    ['not less than a healthy device may take', [400, 590], 5_000, 50, 50],
    ['not less than that where nothing is left', [800, 900], 5_000, 50, 50],
  ];
for (const [title, costsMs, wantedMs, leastMs, expectedMs] of timeouts) {
  t.test(`the affordable time-out is ${title}`, async (t) => {
    const tasks = costsMs.map((costMs, index) => ({ costMs, periodMs: 1_000 * (index + 1) }));
    t.equal(
      affordableTimeoutMs(tasks, { requestTimeoutMs: wantedMs, responseMsMax: leastMs, afterProbeMs: 0 }),
      expectedMs,
    );
  });
}
