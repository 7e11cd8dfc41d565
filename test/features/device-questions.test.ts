import t from 'tap';
import { monotonicMs } from '../../gateway/core/clock.ts';
import { errorCodeOf, GatewayError } from '../../gateway/core/errors.ts';
import { limits } from '../../gateway/core/limits.ts';
import { Lane } from '../../gateway/engine/lane.ts';
import { DeviceQuestions } from '../../gateway/features/device-questions.ts';
import { DeviceUses } from '../../gateway/features/harvest/device-uses.ts';
import type { RegisterAccess } from '../../gateway/io/transports/transport.ts';
import { bench, busy, task } from '../engine/engine-bench.ts';

const requestMs = 50;
const range = { table: 'holding', address: 0, count: 1 } as const;

/** A device whose every answer takes a while, behind one lane. */
function questionBench() {
  const { clock, scheduler, starts } = bench();
  const lane = new Lane('line');
  const registers: RegisterAccess = {
    readRegisters: async () => {
      await new Promise<void>((resolve) => clock.at(monotonicMs(clock.monotonic() + requestMs), resolve));
      return Uint16Array.of(7);
    },
    writeRegisters: () => Promise.reject(new GatewayError('internal_error', 'nobody writes')),
  };
  const uses = new DeviceUses('a', registers, {
    submit: (definition) => scheduler.submit(definition),
    cancel: (name) => void scheduler.cancel(name),
  });
  const access = {
    use: async <Result>(
      _device: string,
      ...[how, work]: Parameters<typeof uses.run<Result>> extends [Lane, ...infer Rest] ? Rest : never
    ) => await uses.run(lane, how, work),
  };
  const questions = new DeviceQuestions({ access, clock, alarm: clock });
  return { clock, scheduler, starts, lane, uses, questions };
}

function question(change: { limitMs?: number; signal?: AbortSignal } = {}) {
  return { device: 'a', verb: 'read', limitMs: 60_000, signal: new AbortController().signal, ...change };
}

/** What a promise that is to fail fails with, listened to from now on. */
function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => 'answered',
    (error: unknown) => errorCodeOf(error),
  );
}

t.test('a long reading never holds up a poll by more than one request', async (t) => {
  const { clock, scheduler, starts, lane, questions } = questionBench();
  const poll = task('poll', { lane, periodMs: 200, run: (context) => busy(clock, context, 20) });
  scheduler.submit(poll);
  await clock.advance(1);
  const read = questions.reader(question());
  let answers = 0;
  const all = (async () => {
    for (; answers < 30; answers += 1) await read(range);
  })();
  await clock.advance(4_000);
  await all;
  t.equal(answers, 30);
  const polls = starts('poll');
  t.ok(polls.length >= 20, 'every beat came');
  const first = polls[0] ?? 0;
  for (const [beat, atMs] of polls.entries())
    t.ok(atMs - first - beat * 200 <= requestMs, `beat ${beat} came in time`);
});

t.test('a question that gets no turn in time is told so, and asks nothing afterwards', async (t) => {
  const { clock, scheduler, lane, questions } = questionBench();
  scheduler.submit(task('hog', { lane, deadlineMs: 10_000, run: (context) => busy(clock, context, 5_000) }));
  await clock.advance(1);
  let asked = 0;
  const failed = codeOf(
    questions.ask(question({ limitMs: 1_000 }), async () => {
      asked += 1;
      await Promise.resolve();
    }),
  );
  await clock.advance(2_000);
  t.equal(await failed, 'deadline_exceeded');
  await clock.advance(10_000);
  t.equal(asked, 0);
});

t.test('who goes away does not wait, and takes no turn', async (t) => {
  const { clock, scheduler, lane, questions } = questionBench();
  scheduler.submit(task('hog', { lane, deadlineMs: 10_000, run: (context) => busy(clock, context, 5_000) }));
  await clock.advance(1);
  const controller = new AbortController();
  const failed = codeOf(questions.reader(question({ signal: controller.signal }))(range));
  controller.abort(new GatewayError('connection_closed', 'gone'));
  t.equal(await failed, 'connection_closed');
  t.equal(
    await codeOf(questions.reader(question({ signal: controller.signal }))(range)),
    'connection_closed',
  );
});

t.test('only so many questions wait for one device, and their places are free again', async (t) => {
  const { clock, scheduler, lane, questions } = questionBench();
  scheduler.submit(task('hog', { lane, deadlineMs: 10_000, run: (context) => busy(clock, context, 1_000) }));
  await clock.advance(1);
  const read = questions.reader(question());
  const waiting = Array.from({ length: limits.questionsMax }, () => codeOf(read(range)));
  t.equal(await codeOf(read(range)), 'queue_full');
  await clock.advance(5_000);
  t.same(new Set(await Promise.all(waiting)), new Set(['answered']));
  const again = codeOf(read(range));
  await clock.advance(1_000);
  t.equal(await again, 'answered');
});

t.test('questions end when the device is closed', async (t) => {
  const { clock, scheduler, lane, uses, questions } = questionBench();
  scheduler.submit(task('hog', { lane, deadlineMs: 10_000, run: (context) => busy(clock, context, 1_000) }));
  await clock.advance(1);
  const failed = codeOf(questions.reader(question())(range));
  uses.close();
  t.equal(await failed, 'stopping');
});
