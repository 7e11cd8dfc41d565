import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { benchStartMs, DeskBench, slotMs, unknownSignals } from './desk-bench.ts';

t.setTimeout(120_000);

const minuteMs = 60_000;
/** Long enough to be worth a stretch of its own. */
const stretchMs = 20 * minuteMs;

function startedBench(options: ConstructorParameters<typeof DeskBench>[0] = {}): DeskBench {
  const bench = new DeskBench(options);
  bench.start();
  return bench;
}

t.test('a job of which nothing is known starts within a second before its latest start', async (t) => {
  const bench = startedBench();
  const id = await bench.add({ inMs: 5 * slotMs });
  await bench.clock.advance(10 * slotMs);
  const run = bench.firstRun(id);
  const latestStartMs = bench.job(id).deadlineMs - slotMs;
  t.equal(run.trigger, 'deadline');
  t.ok(
    run.startedMs <= latestStartMs && run.startedMs > latestStartMs - 1_300,
    `${latestStartMs - run.startedMs}`,
  );
  t.equal(run.outcome, 'done');
  t.equal(bench.job(id).state, 'done');
  t.equal(bench.processes.seen.length, 1);
});

t.test('a job that waits for the cleanest hour starts when it begins, and says what it saved', async (t) => {
  const bench = startedBench();
  const carbon = [...Array.from({ length: 5 }, () => 200), 40, ...Array.from({ length: 9 }, () => 200)];
  bench.signalsNow = () => unknownSignals({ carbon });
  const id = await bench.add({ inMs: 8 * slotMs, when: [{ kind: 'carbon' }], powerWatts: 6_000 });
  const facts = await bench.ask(bench.desk.planned(id));
  t.equal(facts.state, 'waiting');
  t.equal(facts.decision?.reason, 'better_later');
  t.equal(facts.decision?.slots[0]?.startMs, benchStartMs + 5 * slotMs);
  await bench.clock.advance(12 * slotMs);
  const run = bench.firstRun(id);
  t.equal(run.trigger, 'policy');
  t.ok(Math.abs(run.startedMs - benchStartMs - 5 * slotMs) < 2_000, `${run.startedMs - benchStartMs}`);
  const { decision, state } = await bench.ask(bench.desk.show(id));
  t.equal(state, 'done');
  t.equal(decision?.saving?.isFinal, true);
  const { actual, atOnce, best } = decision?.saving?.carbonGrams ?? {};
  t.match(
    [actual, atOnce, best].map((grams) => Math.round(grams ?? NaN)),
    [40, 200, 40],
  );
  t.equal(decision?.saving?.microEuros, undefined);
});

t.test('a planner that throws does not keep a job from its latest start', async (t) => {
  const bench = startedBench();
  bench.plan = () => {
    throw new RangeError('a bug');
  };
  const id = await bench.add({ inMs: 3 * slotMs });
  await bench.clock.advance(minuteMs);
  t.match(bench.desk.notes(), [{ subject: 'jobs:plan', status: 'degraded' }]);
  await bench.clock.advance(4 * slotMs);
  t.equal(bench.job(id).state, 'done');
  t.equal(bench.runs(id)[0]?.trigger, 'deadline');
});

t.test('while the store takes nothing no job is started, and as soon as it does one is, once', async (t) => {
  for (const fault of ['undone', 'done'] as const) {
    const bench = startedBench();
    const id = await bench.add({ inMs: 3 * slotMs });
    await bench.clock.advance(minuteMs);
    bench.storeFault = () => fault;
    await bench.clock.advance(2.5 * slotMs);
    t.equal(bench.processes.seen.length, 0, fault);
    t.match(bench.desk.notes(), [{ subject: 'jobs:store', status: 'failing' }]);
    bench.storeFault = () => undefined;
    await bench.clock.advance(2_000);
    t.equal(bench.processes.seen.length, 1, fault);
    t.same(bench.desk.notes(), []);
    await bench.clock.advance(3 * slotMs);
    t.equal(bench.job(id).state, 'done');
    t.equal(bench.runs(id).length, 1);
  }
});

t.test(
  'a run that is on disk without an answer, and comes too late, does not stay there as running',
  async (t) => {
    const bench = startedBench();
    const late = await bench.add({ inMs: 3 * slotMs });
    const cancelled = await bench.add({ inMs: 5 * slotMs });
    await bench.clock.advance(minuteMs);
    bench.storeFault = (call) => (call === 'beginJobRun' ? 'done' : undefined);
    await bench.clock.advance(4 * slotMs - minuteMs + 10_000);
    t.equal(bench.job(cancelled).state, 'running');
    bench.storeFault = () => undefined;
    t.equal((await bench.ask(bench.desk.cancel(cancelled))).state, 'cancelled');
    t.match(bench.runs(cancelled), [{ outcome: 'cancelled', problem: 'cancelled before it began' }]);
    await bench.clock.advance(2_000);
    t.equal(bench.job(late).state, 'failed');
    t.match(bench.runs(late), [{ outcome: 'interrupted' }]);
    t.equal(bench.processes.seen.length, 0);
  },
);

t.test('an end that the store does not take is written down when it does', async (t) => {
  const bench = startedBench();
  bench.programOf = () => ({ runsMs: slotMs, exitCode: 3, output: 'no luck' });
  const id = await bench.add({ inMs: slotMs });
  await bench.clock.advance(minuteMs);
  bench.storeFault = () => 'undone';
  await bench.clock.advance(2 * slotMs);
  t.equal(bench.job(id).state, 'running');
  bench.storeFault = () => undefined;
  await bench.clock.advance(2_000);
  t.match(bench.runs(id), [{ outcome: 'failed', exitCode: 3 }]);
  t.equal((await bench.ask(bench.desk.output(id))).text, 'no luck');
  t.equal(bench.job(id).state, 'failed');
});

t.test('while it is not known what time it is a job starts by hand only', async (t) => {
  const bench = startedBench();
  const id = await bench.add({ inMs: 2 * slotMs });
  const other = await bench.add({ inMs: 2 * slotMs });
  bench.isTimeKnown = false;
  await bench.clock.advance(3 * slotMs);
  t.equal(bench.processes.seen.length, 0);
  t.match((await bench.ask(bench.desk.show(id))).remark, /not known what time it is/);
  t.equal((await bench.ask(bench.desk.runNow(other))).state, 'running');
  await t.rejects(bench.add({}), { code: 'clock_untrusted' });
  bench.isTimeKnown = true;
  await bench.clock.advance(2_000);
  t.equal(bench.job(id).state, 'missed');
  t.match(bench.desk.notes(), [{ subject: 'jobs:missed' }]);
});

t.test('a clock that is set forward starts what is due', async (t) => {
  const bench = startedBench();
  const id = await bench.add({ inMs: 5 * slotMs });
  await bench.clock.advance(minuteMs);
  bench.clock.stepWall(4.5 * slotMs);
  await bench.clock.advance(2_000);
  t.match(bench.runs(id), [{ trigger: 'deadline', outcome: 'running' }]);
});

t.test('a run that is cut is not repeated, unless the job says so', async (t) => {
  const bench = startedBench();
  const once = await bench.add({ inMs: slotMs });
  const twice = await bench.add({ inMs: 5 * slotMs, retries: 1 });
  await bench.ask(bench.desk.runNow(twice));
  await bench.clock.advance(minuteMs);
  t.equal(bench.processes.running, 2);
  bench.die();
  bench.start();
  await bench.clock.advance(10 * slotMs);
  t.match(bench.runs(once), [{ outcome: 'interrupted' }]);
  t.equal(bench.job(once).state, 'failed');
  t.match(bench.runs(twice), [{ outcome: 'interrupted' }, { outcome: 'done' }]);
  t.equal(bench.job(twice).state, 'done');
});

t.test('a job that is tried again waits a minute, then two, and never beyond its latest start', async (t) => {
  const bench = startedBench();
  bench.programOf = () => ({ runsMs: 1_000, exitCode: 1 });
  bench.signalsNow = () => unknownSignals({ surplus: [1_000] }, 48);
  const id = await bench.add({ inMs: 3 * slotMs, retries: 9 });
  await bench.clock.advance(4 * slotMs);
  const runs = bench.runs(id);
  t.equal(bench.job(id).state, 'failed');
  const gaps = runs.slice(1).map(({ startedMs }, index) => startedMs - (runs[index]?.endedMs ?? 0));
  t.same(gaps.map((gapMs) => Math.floor(gapMs / minuteMs)).slice(0, 4), [1, 2, 4, 8]);
  t.ok(runs.every(({ startedMs }) => startedMs <= bench.job(id).deadlineMs - slotMs));
  t.match(runs.map(({ trigger }) => trigger).slice(0, 3), ['policy', 'retry', 'retry']);
});

t.test('what is cancelled is asked to end, then made to, and not tried again over a crash', async (t) => {
  const bench = startedBench();
  bench.programOf = () => ({ runsMs: Infinity, exitCode: 0, ignoresTerminate: true });
  const first = await bench.add({ inMs: slotMs, retries: 3 });
  const second = await bench.add({ inMs: slotMs, retries: 3, estimateMs: minuteMs });
  await bench.ask(bench.desk.runNow(second));
  await bench.clock.advance(2_000);
  t.match(await bench.ask(bench.desk.cancel(first)), { state: 'running', run: { isEnding: true } });
  await bench.clock.advance(7_000);
  t.equal(bench.job(first).state, 'cancelled');
  t.match(bench.runs(first), [{ outcome: 'cancelled', signal: 'SIGKILL' }]);
  await bench.ask(bench.desk.cancel(second));
  bench.die();
  bench.start();
  await bench.clock.advance(5_000);
  t.equal(bench.job(second).state, 'cancelled');
  await t.rejects(bench.ask(bench.desk.cancel(second)), { code: 'job_ended' });
  await t.rejects(bench.ask(bench.desk.runNow(second)), { code: 'job_ended' });
  await t.rejects(bench.ask(bench.desk.cancel(99)), { code: 'not_found' });
});

t.test('a run that takes longer than it may is ended', async (t) => {
  const bench = startedBench();
  bench.programOf = () => ({ runsMs: Infinity, exitCode: 0 });
  const id = await bench.add({ inMs: slotMs, timeoutMs: 2 * slotMs });
  await bench.clock.advance(3 * slotMs);
  t.match(bench.runs(id), [{ outcome: 'timeout', signal: 'SIGTERM' }]);
  t.equal(bench.job(id).state, 'failed');
});

t.test('a gateway that stops leaves what waits, and ends and writes down what runs', async (t) => {
  const bench = startedBench();
  bench.programOf = ({ argv }) => ({ runsMs: Infinity, exitCode: 0, ignoresTerminate: argv[0] === 'deaf' });
  const soft = await bench.add({ inMs: slotMs });
  const deaf = await bench.add({ inMs: slotMs, command: { argv: ['deaf'] } });
  const waiting = await bench.add({});
  await bench.clock.advance(5_000);
  const beganMs = bench.clock.monotonic();
  await bench.stop();
  t.ok(bench.clock.monotonic() - beganMs < 3_000);
  t.match(bench.runs(soft), [{ outcome: 'stopped', signal: 'SIGTERM' }]);
  t.match(bench.runs(deaf), [{ outcome: 'stopped', signal: 'SIGKILL' }]);
  t.equal(bench.job(waiting).state, 'waiting');
  t.equal(bench.processes.running, 0);
  await t.rejects(bench.desk.add({} as never), { code: 'stopping' });
});

t.test(
  'a job whose deadline passed while the gateway was off is missed, and runs by hand all the same',
  async (t) => {
    const bench = startedBench();
    const id = await bench.add({ inMs: 2 * slotMs });
    await bench.clock.advance(5_000);
    bench.die();
    await bench.clock.advance(3 * slotMs);
    bench.start();
    await bench.clock.advance(5_000);
    t.equal(bench.job(id).state, 'missed');
    t.equal(bench.processes.seen.length, 0);
    t.equal((await bench.ask(bench.desk.runNow(id))).state, 'running');
    await bench.clock.advance(2 * slotMs);
    t.match(bench.runs(id), [{ trigger: 'manual', outcome: 'done' }]);
  },
);

t.test('a job that can be held runs in the cleanest hours, and all of it before its deadline', async (t) => {
  const bench = startedBench();
  const carbon = Array.from({ length: 12 }, (_, slot) => (slot % 2 === 0 ? 300 : 50));
  bench.signalsNow = () => unknownSignals({ carbon }, 2);
  bench.programOf = () => ({ runsMs: 3 * stretchMs, exitCode: 0 });
  const id = await bench.add({
    ...{ inMs: 10 * stretchMs, estimateMs: 3 * stretchMs, isInterruptible: true, when: [{ kind: 'carbon' }] },
  });
  await bench.clock.advance(2.5 * stretchMs);
  t.match((await bench.ask(bench.desk.show(id))).run, { isPaused: true });
  await bench.clock.advance(8 * stretchMs);
  t.match(bench.runs(id), [{ outcome: 'done' }]);
  t.ok((bench.firstRun(id).endedMs ?? Infinity) <= bench.job(id).deadlineMs);
  const { decision } = await bench.ask(bench.desk.show(id));
  const clean = (decision?.slots ?? []).filter(
    ({ startMs }) => Math.floor((startMs - benchStartMs) / stretchMs) % 2 === 1,
  );
  const cleanMs = clean.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  t.ok(cleanMs > 0.95 * 3 * stretchMs, `${cleanMs}`);
});

t.test('what a job saved is said after a restart that came before it could be', async (t) => {
  const bench = startedBench();
  bench.signalsNow = () => unknownSignals({ carbon: Array.from({ length: 30 }, (_, slot) => 100 + slot) });
  const id = await bench.add({ inMs: 3 * slotMs, powerWatts: 6_000 });
  await bench.ask(bench.desk.runNow(id));
  bench.storeFault = (call) => (call === 'setJobDecision' ? 'undone' : undefined);
  await bench.clock.advance(slotMs + minuteMs);
  t.equal(bench.job(id).state, 'done');
  t.equal((await bench.ask(bench.desk.show(id))).decision?.saving, undefined);
  bench.die();
  bench.storeFault = () => undefined;
  bench.start();
  await bench.clock.advance(6 * slotMs);
  const saving = (await bench.ask(bench.desk.show(id))).decision?.saving;
  t.equal(saving?.isFinal, true);
  t.equal(Math.round(saving?.carbonGrams?.actual ?? NaN), 100);
  t.match(bench.firstRun(id), { trigger: 'manual', outcome: 'done' });
});

t.test('what has ended long ago is gone, and its outputs before it', async (t) => {
  const bench = startedBench({ keptMs: 6 * slotMs, outputsMax: 0 });
  bench.programOf = () => ({ runsMs: 1_000, exitCode: 0, output: 'hello' });
  const id = await bench.add({ inMs: 3 * slotMs });
  await bench.ask(bench.desk.runNow(id));
  await bench.clock.advance(2_000);
  t.equal((await bench.ask(bench.desk.output(id))).text, 'hello');
  await bench.clock.advance(6 * slotMs);
  t.equal((await bench.ask(bench.desk.output(id))).text, '');
  await bench.clock.advance(6 * slotMs);
  await t.rejects(bench.ask(bench.desk.show(id)), { code: 'not_found' });
});

t.test('a job that can be held is not held when somebody runs it by hand', async (t) => {
  const bench = startedBench();
  bench.signalsNow = () => unknownSignals({ carbon: [500, 500, 500, 500, 10, 10, 10, 10, 10] });
  const id = await bench.add({ isInterruptible: true, when: [{ kind: 'carbon' }] });
  await bench.ask(bench.desk.runNow(id));
  await bench.clock.advance(slotMs - minuteMs);
  t.match((await bench.ask(bench.desk.show(id))).run, { isPaused: false, trigger: 'manual' });
  await bench.clock.advance(2 * minuteMs);
  t.equal(bench.job(id).state, 'done');
});

t.test('purging cancels what waits and lets go on what runs', async (t) => {
  const bench = startedBench();
  const running = await bench.add({ inMs: slotMs });
  const waiting = [await bench.add({}), await bench.add({})];
  await bench.clock.advance(3_000);
  t.equal(await bench.ask(bench.desk.purge()), 2);
  t.same(
    waiting.map((id) => bench.job(id).state),
    ['cancelled', 'cancelled'],
  );
  await bench.clock.advance(2 * slotMs);
  t.equal(bench.job(running).state, 'done');
});

t.test('the same key again is the same job', async (t) => {
  const bench = startedBench();
  const id = await bench.add({ originKey: 'token:1:a' });
  t.equal(await bench.add({ originKey: 'token:1:a' }), id);
  t.not(await bench.add({ originKey: 'token:1:b' }), id);
});

t.test('a deadline that has passed is refused, and an estimate that is too long is remarked', async (t) => {
  const bench = startedBench();
  await t.rejects(bench.add({ inMs: 0 }), { code: 'deadline_invalid' });
  const id = await bench.add({ inMs: slotMs, estimateMs: 2 * slotMs });
  await bench.clock.advance(2_000);
  const facts = await bench.ask(bench.desk.show(id));
  t.equal(facts.state, 'running');
  t.match(facts.warnings, [/longer than the time until the deadline/]);
});

t.test('a job that cannot be started has failed, and says why', async (t) => {
  const bench = startedBench();
  bench.programOf = () => ({ runsMs: 0, exitCode: 127, problem: 'there is no program work' });
  const id = await bench.add({ inMs: slotMs });
  await bench.clock.advance(3_000);
  t.match((await bench.ask(bench.desk.show(id))).runs, [
    { outcome: 'failed', problem: 'there is no program work' },
  ]);
});

t.test('a home without jobs has no task of theirs after its first look', async (t) => {
  const bench = startedBench();
  await bench.clock.advance(5_000);
  t.same(bench.scheduler.tasks(), []);
  t.same(bench.desk.notes(), []);
  t.equal(errorCodeOf(await bench.ask(bench.desk.show(1)).catch((error: unknown) => error)), 'not_found');
});
