import t from 'tap';
import { limits } from '../../../gateway/core/limits.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { DeskBench, slotMs, unknownSignals } from './desk-bench.ts';

t.setTimeout(120_000);

function startedBench(options: ConstructorParameters<typeof DeskBench>[0] = {}): DeskBench {
  const bench = new DeskBench(options);
  bench.start();
  return bench;
}

t.test('that a run was cancelled is not written over by a plan that came meanwhile', async (t) => {
  const bench = startedBench();
  bench.programOf = () => ({ runsMs: Infinity, exitCode: 0, ignoresTerminate: true });
  const clean = Array.from({ length: 20 }, () => 50);
  bench.signalsNow = () => unknownSignals({ carbon: clean });
  const id = await bench.add({
    ...{ inMs: 15 * slotMs, estimateMs: 3 * slotMs, when: [{ kind: 'carbon' }] },
    ...{ isInterruptible: true, retries: 5 },
  });
  await bench.clock.advance(6 * 60_000);
  t.match(bench.runs(id), [{ outcome: 'running' }]);
  let cancelled: Promise<unknown> | undefined;
  bench.signalsNow = () => {
    cancelled ??= bench.desk.cancel(id);
    return unknownSignals({ carbon: [900, 900, 900, ...clean] });
  };
  bench.revision += 1;
  await bench.clock.advance(2_000);
  t.ok(cancelled);
  bench.die();
  bench.start();
  await bench.clock.advance(30 * slotMs);
  t.equal(bench.job(id).state, 'cancelled');
  t.match(bench.runs(id), [{ outcome: 'interrupted' }]);
  t.equal(bench.processes.seen.length, 1);
});

t.test('being held does not use up the time that a run may take', async (t) => {
  const bench = startedBench();
  bench.programOf = () => ({ runsMs: 3 * slotMs, exitCode: 0 });
  bench.signalsNow = () => unknownSignals({ carbon: [50, ...Array.from({ length: 10 }, () => 900), 60, 60] });
  const id = await bench.add({
    ...{ inMs: 13 * slotMs, estimateMs: 3 * slotMs, timeoutMs: 4 * slotMs },
    ...{ when: [{ kind: 'carbon' }], isInterruptible: true },
  });
  await bench.clock.advance(14 * slotMs);
  t.match(bench.runs(id), [{ outcome: 'done' }]);
});

t.test('jobs whose hours are long in coming do not keep others from saying what they saved', async (t) => {
  const bench = startedBench({ parallelMax: 100 });
  bench.signalsNow = () => unknownSignals({ carbon: Array.from({ length: 60 }, () => 100) });
  for (let job = 0; job < 51; job += 1) {
    const id = await bench.add({ inMs: 3_000 * slotMs });
    await bench.ask(bench.desk.runNow(id));
  }
  const soon = await bench.add({ inMs: 3 * slotMs });
  await bench.ask(bench.desk.runNow(soon));
  await bench.clock.advance(30 * slotMs);
  t.equal((await bench.ask(bench.desk.show(soon))).decision?.saving?.isFinal, true);
});

t.test('a latest start does not wait to be told how jobs are kept apart', async (t) => {
  const bench = new DeskBench();
  bench.processes.sandbox = async () => await new Promise(() => undefined);
  bench.start();
  const id = await bench.add({ inMs: 2 * slotMs });
  await bench.clock.advance(3 * slotMs);
  t.match(bench.runs(id), [{ trigger: 'deadline', outcome: 'done' }]);
});

t.test('of more jobs than can be planned in time the most urgent are, and the others say so', async (t) => {
  const bench = startedBench();
  const sizes: number[] = [];
  const { plan } = bench;
  bench.plan = (input) => {
    sizes.push(input.work.length);
    return plan(input);
  };
  const late = await bench.add({ inMs: 9 * slotMs });
  for (let job = 0; job < limits.jobsPlannedMax; job += 1) {
    const facts = { definition: bench.job(late).definition, originKey: null, owner: 'local' };
    const times = { queuedMs: bench.clock.wall(), deadlineMs: bench.clock.wall() + 8 * slotMs };
    bench.service.addJob({ ...facts, ...times });
  }
  bench.die();
  bench.start();
  await bench.clock.advance(10_000);
  t.equal(Math.max(...sizes), limits.jobsPlannedMax);
  t.match((await bench.ask(bench.desk.planned(late))).remark, /planned when fewer/);
  await bench.ask(bench.desk.purge());
});

t.test('a disk that takes no writes for hours is told of once, and once that it does again', async (t) => {
  const bench = new DeskBench();
  const said: string[] = [];
  const say = (_facts: object, message: string): void => void said.push(message);
  bench.logger = { ...silentLogger, error: say, info: say };
  bench.start();
  bench.storeFault = (call) => (call === 'beginJobRun' ? 'undone' : undefined);
  const id = await bench.add({ inMs: 2 * slotMs, retries: 1 });
  await bench.add({ inMs: 90 * slotMs });
  await bench.clock.advance(2 * slotMs - 60_000);
  bench.storeFault = () => undefined;
  await bench.clock.advance(2 * slotMs);
  t.equal(bench.job(id).state, 'done');
  t.same(said, ['jobs cannot be written down, and so none is started', 'jobs can be written down again']);
});
