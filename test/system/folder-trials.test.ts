import t from 'tap';
import type { JobEnd, JobOrder, RunningJob } from '../../gateway/core/job-process.ts';
import { FolderTrials } from '../../gateway/system/folder-trials.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

interface Scene {
  readonly clock: SimulatedClock;
  readonly trials: FolderTrials;
  readonly orders: readonly JobOrder[];
  /** Ends the newest. */
  end(problem?: string): void;
}

function scene(): Scene {
  const clock = new SimulatedClock(0);
  const orders: JobOrder[] = [];
  let settle: (end: JobEnd) => void = () => undefined;
  const start = (order: JobOrder): RunningJob => {
    orders.push(order);
    const { promise, resolve } = Promise.withResolvers<JobEnd>();
    settle = resolve;
    const nothing = (): void => undefined;
    return {
      ended: promise,
      output: () => '',
      outputBytes: 0,
      ...{ terminate: nothing, pause: nothing, resume: nothing },
      kill: () => resolve({ exitCode: null, signal: 'SIGKILL', problem: undefined }),
    };
  };
  return {
    clock,
    orders,
    trials: new FolderTrials({ clock, alarm: clock, newKey: () => `key-${orders.length}` }, start),
    end: (problem) => settle({ exitCode: problem === undefined ? 0 : 126, signal: null, problem }),
  };
}

t.test('many who ask for one folder have it tried once, and again a second later', async (t) => {
  const { clock, trials, orders, end } = scene();
  const answers = [1, 2, 3].map(async () => await trials.problemOf({ cwd: '/a' }));
  t.match(orders, [{ argv: ['true'], cwd: '/a', environment: {}, limits: {}, hasNetwork: true }]);
  end('shut');
  t.same(await Promise.all(answers), ['shut', 'shut', 'shut']);
  await clock.advance(999);
  t.equal(await trials.problemOf({ cwd: '/a' }), 'shut');
  await clock.advance(1);
  const again = trials.problemOf({ cwd: '/a' });
  end();
  t.equal(await again, undefined);
  t.equal(orders.length, 2);
});

t.test('folders and users are tried each on their own', async (t) => {
  const { trials, orders, end } = scene();
  for (const place of [{ cwd: '/a' }, { cwd: '/b' }, { cwd: '/a', user: 'x' }, { cwd: '/a', group: 'x' }]) {
    const answer = trials.problemOf(place);
    end();
    await answer;
    t.match(orders.at(-1), place);
  }
  t.equal(orders.length, 4);
});

t.test('a folder that does not answer is given up', async (t) => {
  const { clock, trials } = scene();
  const answer = trials.problemOf({ cwd: '/dead' });
  await clock.advance(10_000);
  t.equal(await answer, 'what was tried in it ended with SIGKILL');
});
