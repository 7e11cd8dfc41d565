import t from 'tap';
import { GatewayError } from '../../gateway/core/errors.ts';
import { Lane } from '../../gateway/engine/lane.ts';
import type { TaskDefinition } from '../../gateway/engine/task.ts';
import { bench, busy, task } from './engine-bench.ts';

const operating = (): never => {
  throw new GatewayError('device_timeout', 'no answer');
};
const bug = (): never => {
  throw new TypeError('undefined is not a function');
};

const rows: {
  title: string;
  definition: (bench: ReturnType<typeof bench_>) => Partial<TaskDefinition>;
  forMs: number;
  breaches: { kind: string; overdueMs: number }[];
}[] = [
  { title: 'a task that runs', definition: () => ({ periodMs: 1_000 }), forMs: 60_000, breaches: [] },
  {
    title: 'a task that fails by its device',
    definition: () => ({ periodMs: 1_000, run: operating }),
    forMs: 60_000,
    breaches: [],
  },
  {
    title: 'a task that times out, and returns what its library throws then',
    definition: ({ clock }) => ({
      periodMs: 1_000,
      deadlineMs: 100,
      run: async (context) => await busy(clock, context, 500).catch(bug),
    }),
    forMs: 60_000,
    breaches: [],
  },
  {
    title: 'a task that met a bug twice',
    definition: () => ({ periodMs: 1_000, run: bug }),
    forMs: 2_999,
    breaches: [],
  },
  {
    title: 'a task that met a bug three times in a row',
    definition: () => ({ periodMs: 1_000, run: bug }),
    forMs: 3_000,
    breaches: [{ kind: 'broken', overdueMs: 0 }],
  },
  {
    title: 'a task that throws nothing, three times',
    definition: () => ({
      periodMs: 1_000,
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      run: async () => await Promise.reject(undefined),
    }),
    forMs: 3_000,
    breaches: [{ kind: 'broken', overdueMs: 0 }],
  },
  {
    title: 'a task that met a bug once after its device had failed often',
    definition: () => {
      let runs = 0;
      return { periodMs: 1_000, run: () => ((runs += 1) < 5 ? operating() : bug()) };
    },
    forMs: 5_000,
    breaches: [],
  },
  {
    title: 'a run that does not return, within its grace',
    definition: () => ({
      periodMs: 1_000,
      deadlineMs: 200,
      run: async () => await new Promise(() => undefined),
    }),
    forMs: 6_200,
    breaches: [],
  },
  {
    title: 'a run that does not return, beyond it',
    definition: () => ({
      periodMs: 1_000,
      deadlineMs: 200,
      run: async () => await new Promise(() => undefined),
    }),
    forMs: 6_201,
    breaches: [{ kind: 'stuck', overdueMs: 1 }],
  },
  {
    title: 'a task that waits for its lane for ever',
    definition: () => ({ periodMs: 10_000, deadlineMs: 300, lane: hoggedLane }),
    forMs: 20_301,
    breaches: [{ kind: 'late', overdueMs: 1 }],
  },
  {
    title: 'a task that runs once and waits for its lane for ever',
    definition: () => ({ delayMs: 0, lane: hoggedLane }),
    forMs: 600_000,
    breaches: [],
  },
];

let hoggedLane = new Lane('hogged');

function bench_(): ReturnType<typeof bench> {
  hoggedLane = new Lane('hogged');
  return bench();
}

for (const { title, definition, forMs, breaches } of rows) {
  t.test(`${title}: ${breaches[0]?.kind ?? 'no breach'}`, async (t) => {
    const made = bench_();
    made.scheduler.submit(
      task('hog', { lane: hoggedLane, run: async () => await new Promise(() => undefined) }),
    );
    await made.clock.settle();
    made.scheduler.submit(task('judged', definition(made)));
    await made.clock.advance(forMs);
    t.same(
      made.scheduler.livenessBreaches(),
      breaches.map((breach) => ({ task: 'judged', ...breach })),
    );
  });
}

t.test('a held task owes nothing, and a suspended one neither', async (t) => {
  const { clock, scheduler } = bench();
  const lane = new Lane('line', { deadShareMax: 0 });
  const run = async (context: Parameters<TaskDefinition['run']>[0]): Promise<void> =>
    await busy(clock, context, 600);
  scheduler.submit(task('healthy', { lane, periodMs: 1_000, run }));
  scheduler.submit(task('dead', { lane, periodMs: 1_000, run }));
  scheduler.hold('dead', 800);
  scheduler.submit(task('asleep', { periodMs: 1_000, group: 'asleep' }));
  scheduler.setPolicy((definition) => (definition.group === 'asleep' ? 'suspended' : definition.priority));
  await clock.advance(60_000);
  t.equal(scheduler.tasks().find((report) => report.name === 'dead')?.state, 'held');
  t.same(scheduler.livenessBreaches(), []);
});
