import t, { type Test } from 'tap';
import { GatewayError } from '../../gateway/core/errors.ts';
import { WorkerPool, type WorkerPoolOptions } from '../../gateway/engine/worker-pool.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { startWallMs } from './engine-bench.ts';

const script = new URL('fixtures/odd-worker.ts', import.meta.url);

/** A pool on virtual time: a request is late when the test says so. */
function poolFor(
  t: Test,
  options: Partial<WorkerPoolOptions> = {},
): { pool: WorkerPool; clock: SimulatedClock } {
  const clock = new SimulatedClock(startWallMs);
  const pool = new WorkerPool(
    { script, workersMax: 1, queueLengthMax: 10, answerMsMax: 1_000, ...options },
    { clock, alarm: clock },
  );
  t.teardown(async () => await pool.close());
  return { pool, clock };
}

t.test('workers start on first use, as many as are needed and allowed', async (t) => {
  const { pool } = poolFor(t, { workersMax: 2 });
  t.equal(pool.workers, 0);
  t.equal(await pool.run({ order: 'echo', value: 1 }), 1);
  t.equal(pool.workers, 1);
  t.equal(await pool.run({ order: 'echo', value: 2 }), 2);
  t.equal(pool.workers, 1, 'a free worker is used again');
  const three = [3, 4, 5].map(async (value) => await pool.run({ order: 'echo', value }));
  t.equal(pool.workers, 2);
  t.same(await Promise.all(three), [3, 4, 5]);
});

t.test('a worker gets the data of its pool', async (t) => {
  const { pool } = poolFor(t, { workerData: { path: '/data' } });
  t.same(await pool.run({ order: 'data' }), { path: '/data' });
});

t.test('one worker answers in the order it was asked', async (t) => {
  const { pool } = poolFor(t);
  const answered: unknown[] = [];
  await Promise.all(
    [1, 2, 3, 4].map(async (value) => answered.push(await pool.run({ order: 'echo', value }))),
  );
  t.same(answered, [1, 2, 3, 4]);
});

t.test('an error comes back with its code', async (t) => {
  const { pool } = poolFor(t);
  const failing = pool.run({ order: 'fail', value: 'storage_failed' });
  await t.rejects(failing, { code: 'storage_failed', message: 'told to fail', retryable: true });
  await t.rejects(failing, GatewayError);
  await t.rejects(pool.run({ order: 'fail', value: 'ENOSPC' }), { code: 'internal_error' });
  t.equal(await pool.run({ order: 'echo', value: 'well' }), 'well', 'and the worker goes on');
  t.equal(pool.crashes, 0);
});

for (const order of ['exit', 'throw']) {
  t.test(`when a worker ends by ${order} only its own request fails, and it is replaced`, async (t) => {
    const { pool } = poolFor(t);
    const crashing = pool.run({ order });
    const next = pool.run({ order: 'echo', value: 'next' });
    await t.rejects(crashing, { code: 'worker_crashed', retryable: true });
    t.equal(await next, 'next');
    t.equal(pool.crashes, 1);
    t.equal(pool.workers, 1);
  });
}

t.test('a worker that hangs is ended when its time is up, and replaced', async (t) => {
  const { pool, clock } = poolFor(t);
  t.equal(await pool.run({ order: 'echo', value: 1 }), 1);
  const hanging = pool.run({ order: 'hang' });
  const next = pool.run({ order: 'echo', value: 'next' });
  await clock.advance(999);
  t.equal(pool.crashes, 0, 'not before');
  await clock.advance(1);
  await t.rejects(hanging, { code: 'worker_crashed' });
  t.equal(await next, 'next');
  t.equal(pool.crashes, 1);
});

t.test('a worker whose answer crosses its end gets no other request', async (t) => {
  const alarms: (() => void)[] = [];
  const clock = new SimulatedClock(startWallMs);
  const pool = new WorkerPool(
    { script, workersMax: 1, queueLengthMax: 10, answerMsMax: 1_000 },
    {
      clock,
      alarm: { at: (_, ring) => (alarms.push(ring), () => undefined), nextTurn: () => () => undefined },
    },
  );
  t.teardown(async () => await pool.close());
  await pool.run({ order: 'echo' });
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const crossing = pool.run({ order: 'answer_and_signal', value: flag }).catch((error: unknown) => error);
  const next = pool.run({ order: 'echo', value: 'next' });
  // The answer is under way, and not read yet, when the time is up.
  Atomics.wait(flag, 0, 0);
  alarms.at(-1)?.();
  const late = await crossing;
  t.ok(late === 'late' || (late instanceof GatewayError && late.code === 'worker_crashed'));
  t.equal(await next, 'next');
});

t.test('the time of an answered request is not counted against the next', async (t) => {
  const { pool, clock } = poolFor(t);
  await pool.run({ order: 'echo' });
  await clock.advance(10_000);
  t.equal(await pool.run({ order: 'echo', value: 2 }), 2);
  t.equal(pool.crashes, 0);
});

t.test('a request too many is refused, those under way included', async (t) => {
  const { pool } = poolFor(t, { queueLengthMax: 2 });
  const taken = [1, 2].map(async (value) => await pool.run({ order: 'echo', value }));
  await t.rejects(pool.run({ order: 'echo' }), { code: 'queue_full' });
  t.same(await Promise.all(taken), [1, 2]);
  t.equal(await pool.run({ order: 'echo', value: 3 }), 3);
});

t.test('what cannot be sent is refused, and the worker is free for the next', async (t) => {
  const { pool } = poolFor(t);
  await t.rejects(pool.run({ order: () => undefined }), { code: 'input_invalid' });
  const first = pool.run({ order: 'echo', value: 1 });
  const unsendable = t.rejects(pool.run({ order: () => undefined }), { code: 'input_invalid' });
  const last = pool.run({ order: 'echo', value: 2 });
  t.same([await first, await last], [1, 2], 'also when it comes up while others wait');
  await unsendable;
});

t.test('an answer that nobody waits for answers nobody', async (t) => {
  const { pool } = poolFor(t);
  const first = pool.run({ order: 'answer_twice' });
  const second = pool.run({ order: 'echo', value: 'mine' });
  t.equal(await first, 'first');
  t.equal(await second, 'mine');
});

t.test('typed arrays are handed over, not copied', async (t) => {
  const { pool } = poolFor(t);
  const values = Float64Array.from({ length: 400 }, (_, index) => index);
  const sum = pool.run({ order: 'sum', value: values }, [values.buffer]);
  t.equal(values.length, 0, 'the sender has them no more');
  t.equal(await sum, (399 * 400) / 2);
});

t.test('close waits for what was asked, refuses more, and may be asked twice', async (t) => {
  const { pool } = poolFor(t);
  const asked = [1, 2, 3].map(async (value) => await pool.run({ order: 'echo', value }));
  const closed = [pool.close(), pool.close()];
  await t.rejects(pool.run({ order: 'echo' }), { code: 'stopping' });
  t.same(await Promise.all(asked), [1, 2, 3]);
  await Promise.all(closed);
  t.equal(pool.workers, 0);
});

t.test('close ends also when the last request crashes its worker, or hangs', async (t) => {
  const { pool, clock } = poolFor(t);
  const crashing = t.rejects(pool.run({ order: 'exit' }), { code: 'worker_crashed' });
  const hanging = t.rejects(pool.run({ order: 'wait' }), { code: 'worker_crashed' });
  const closed = pool.close();
  await crashing;
  await clock.advance(1_000);
  await Promise.all([hanging, closed]);
  t.equal(pool.workers, 0);
});

t.test('a pool that was never used closes at once', async (t) => {
  const { pool } = poolFor(t);
  await pool.close();
  t.equal(pool.workers, 0);
});
