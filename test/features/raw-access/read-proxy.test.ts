import t from 'tap';
import { monotonicMs } from '../../../gateway/core/clock.ts';
import { errorCodeOf, GatewayError } from '../../../gateway/core/errors.ts';
import { Lane } from '../../../gateway/engine/lane.ts';
import { DeviceQuestions } from '../../../gateway/features/device-questions.ts';
import { DeviceUses } from '../../../gateway/features/harvest/device-uses.ts';
import { ReadProxy } from '../../../gateway/features/raw-access/read-proxy.ts';
import { bench, busy, task } from '../../engine/engine-bench.ts';

const requestMs = 50;

/** Two devices on one line; each register holds its address. */
function proxyBench({ requestsPerSecondMax = 100, maxAgeMs = 10_000 } = {}) {
  const { clock, scheduler, starts } = bench();
  const lane = new Lane('line');
  let asked = 0;
  const registers = {
    readRegisters: async ({ address, count }: { address: number; count: number }) => {
      asked += 1;
      await new Promise<void>((resolve) => clock.at(monotonicMs(clock.monotonic() + requestMs), resolve));
      return Uint16Array.from({ length: count }, (_, index) => address + index);
    },
    writeRegisters: () => Promise.reject(new GatewayError('internal_error', 'a proxy never writes')),
  };
  const uses = new DeviceUses('a', registers, {
    submit: (definition) => scheduler.submit(definition),
    cancel: (name) => void scheduler.cancel(name),
  });
  const questions = new DeviceQuestions({
    clock,
    alarm: clock,
    access: { use: async (_device, how, work) => await uses.run(lane, how, work) },
  });
  const proxy = new ReadProxy(
    { clock, questions, deviceIds: () => ['a', 'b'] },
    { requestsPerSecondMax, maxAgeMs, units: new Map() },
  );
  const read = (unit: number, address: number, count = 1): Promise<readonly number[] | string | undefined> =>
    proxy.read(unit, { table: 'holding', address, count }).then(
      (words) => [...words],
      (error: unknown) => errorCodeOf(error),
    );
  return { clock, scheduler, starts, lane, read, asked: () => asked };
}

t.test('a hundred requests a second never hold up a poll by more than one request', async (t) => {
  const { clock, scheduler, starts, lane, read, asked } = proxyBench({ maxAgeMs: 0 });
  scheduler.submit(task('poll', { lane, periodMs: 200, run: (context) => busy(clock, context, 20) }));
  await clock.advance(1);
  const answers: Promise<unknown>[] = [];
  for (let request = 0; request < 500; request += 1) {
    answers.push(read(1, request));
    await clock.advance(10);
  }
  await clock.advance(5_000);
  t.ok(new Set(await Promise.all(answers)).has('queue_full'), 'what is too much is refused');
  t.ok(asked() > 20, 'and the rest is served');
  const polls = starts('poll');
  const first = polls[0] ?? 0;
  t.ok(polls.length >= 25);
  for (const [beat, atMs] of polls.entries())
    t.ok(atMs - first - beat * 200 <= requestMs, `beat ${beat} is late by one request at most`);
});

t.test('young answers come from memory, also as a part; old ones do not', async (t) => {
  const { clock, read, asked } = proxyBench();
  const first = read(1, 10, 5);
  await clock.advance(100);
  t.same(await first, [10, 11, 12, 13, 14]);
  t.same(await read(1, 12, 2), [12, 13]);
  t.equal(asked(), 1);
  const beyond = read(1, 13, 3);
  await clock.advance(100);
  t.same(await beyond, [13, 14, 15]);
  const other = read(2, 12, 2);
  await clock.advance(100);
  t.same(await other, [12, 13]);
  t.equal(asked(), 3, 'another device has an answer of its own');
  await clock.advance(10_000);
  const again = read(1, 12, 2);
  await clock.advance(100);
  t.same(await again, [12, 13]);
  t.equal(asked(), 4);
});

t.test('what two masters ask at once is asked once', async (t) => {
  const { clock, read, asked } = proxyBench();
  const both = [read(1, 5), read(1, 5)];
  await clock.advance(100);
  t.same(await Promise.all(both), [[5], [5]]);
  t.equal(asked(), 1);
});

t.test('devices are asked only so often, and answers from memory do not count', async (t) => {
  const { clock, read } = proxyBench({ requestsPerSecondMax: 2 });
  const two = [read(1, 1), read(1, 2)];
  t.equal(await read(1, 3), 'rate_limited');
  await clock.advance(200);
  t.same(await Promise.all(two), [[1], [2]]);
  t.same(await read(1, 1), [1]);
  await clock.advance(500);
  const third = read(1, 3);
  await clock.advance(100);
  t.same(await third, [3]);
});

t.test('a unit that is no device of ours is unknown', async (t) => {
  const { read } = proxyBench();
  for (const unit of [0, 3, 255]) t.equal(await read(unit, 1), 'device_unknown');
});
