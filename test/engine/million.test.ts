import t from 'tap';
import { silentLogger } from '../../gateway/core/logger.ts';
import { seededRandom } from '../../gateway/core/random.ts';
import { Scheduler } from '../../gateway/engine/scheduler.ts';
import { taskPriorities, type TaskDefinition } from '../../gateway/engine/task.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { startWallMs } from './engine-bench.ts';

const count = 1_000_000;

// A shared machine may take its time; how fast it is, the benchmark tells.
t.setTimeout(300_000);

t.test('a million tasks run, each once, by time, then priority, then submission', async (t) => {
  const clock = new SimulatedClock(startWallMs);
  const random = seededRandom(7);
  const scheduler = new Scheduler({ clock, alarm: clock, random, logger: silentLogger });
  const delays = new Uint8Array(count);
  const ranks = new Uint8Array(count);
  const order = new Uint32Array(count);
  let runs = 0;
  let early = 0;
  for (let id = 0; id < count; id += 1) {
    const delayMs = random.integer(100);
    const rank = random.integer(taskPriorities.length);
    delays[id] = delayMs;
    ranks[id] = rank;
    const definition: TaskDefinition = {
      name: `task ${id}`,
      group: 'test',
      priority: taskPriorities[rank] ?? 'safety',
      delayMs,
      deadlineMs: 1_000,
      run: () => {
        order[runs] = id;
        runs += 1;
        if (clock.monotonic() < delayMs) early += 1;
      },
    };
    scheduler.submit(definition);
  }
  scheduler.start();
  await clock.advance(100);
  t.equal(runs, count, 'each ran once');
  t.equal(early, 0, 'none before it was due');
  const rankOf = (id: number): number => (delays[id] ?? 0) * taskPriorities.length + (ranks[id] ?? 0);
  let misplaced = 0;
  for (let position = 1; position < count; position += 1) {
    const left = order[position - 1] ?? 0;
    const right = order[position] ?? 0;
    const isInOrder = rankOf(left) < rankOf(right) || (rankOf(left) === rankOf(right) && left < right);
    if (!isInOrder) misplaced += 1;
  }
  t.equal(misplaced, 0, 'all in order');
  t.equal(scheduler.report().tasks, 0, 'and none is kept');
});
