import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { monotonicMs, wallMs, type Alarm } from '../../gateway/core/clock.ts';
import { limits } from '../../gateway/core/limits.ts';
import { silentLogger } from '../../gateway/core/logger.ts';
import { openInProcessDatabase, openWorkerDatabase } from '../../gateway/storage/index.ts';
import type { Database } from '../../gateway/storage/store-calls.ts';
import { batchOf, everything, startMs } from './scratch.ts';

const bootId = 'boot';
const workerFile = new URL('../../gateway/storage/database-worker.ts', import.meta.url);
const meter = { device: 'meter', quantity: 'grid_power_w' } as const;

/** A database whose worker and time the test owns. */
class Bench {
  readonly delays: number[] = [];
  readonly workers: Worker[] = [];
  readonly options;
  #nowMs = 0;
  #waiting: (() => void) | undefined;

  constructor(directory: string) {
    this.options = { directory, zone: 'Europe/Paris', nowMs: startMs };
  }

  get worker(): Worker {
    const worker = this.workers.at(-1);
    if (worker === undefined) throw new Error('no worker was started');
    return worker;
  }

  async open(): Promise<Database> {
    const alarm: Alarm = {
      at: (atMs, callback) => {
        this.delays.push(atMs - this.#nowMs);
        this.#waiting = callback;
        return () => (this.#waiting = undefined);
      },
      nextTurn: () => () => undefined,
    };
    return await openWorkerDatabase(this.options, {
      clock: { wall: () => wallMs(startMs), monotonic: () => monotonicMs(this.#nowMs) },
      alarm,
      logger: silentLogger,
      startWorker: (options) => {
        const worker = new Worker(workerFile, { workerData: options });
        this.workers.push(worker);
        return worker;
      },
    });
  }

  /** Lets the time pass that the restart waits for. */
  fire(): void {
    const callback = this.#waiting;
    this.#waiting = undefined;
    this.#nowMs += this.delays.at(-1) ?? 0;
    callback?.();
  }
}

async function opened(t: Test): Promise<{ bench: Bench; database: Database }> {
  const bench = new Bench(t.testdir());
  const database = await bench.open();
  await database.call('internSeries', [meter]);
  return { bench, database };
}

t.test('the worker answers as the database in process does', async (t) => {
  const { bench, database } = await opened(t);
  const samples = batchOf([
    [1, startMs, 1.5],
    [1, startMs + 1, NaN, 'missing'],
    [1, startMs + 60_000, -0.25],
  ]);
  const receipt = await database.call('appendReadings', { bootId, sequence: 1 }, samples);
  t.equal(samples.atMs.length, 3, 'the batch can be sent again');
  t.equal(receipt.commit, 1);
  await database.call('putTexts', [{ ...meter, atMs: startMs, text: 'é' }]);
  const ask = async (from: Database): Promise<unknown> => [
    await from.call('rawRange', everything(1)),
    await from.call('rawRange', { ...everything(1), rowsMax: 1 }),
    await from.call('rollupRange', everything(1), '1m'),
    await from.call('rollupRange', { ...everything(1), rowsMax: 1 }, '1m'),
    await from.call('rollupRange', everything(2), '1d'),
    await from.call('latestReadings'),
    await from.call('listSeries'),
    await from.call('getSetting', 'none'),
    await from.call('commitsAfter', { after: null, readingsMax: 10 }),
    await from.call('commitsAfter', { after: { epoch: 1, commit: 9 }, readingsMax: 1 }),
    await from.call('windowColumns', { fromMs: startMs, toMs: startMs + 1_000, readingsMax: 1 }),
    await from.call('windowColumns', { fromMs: 0, toMs: 1_000, readingsMax: 1 }),
    await from.call('textsAfter', null, 10),
    await from.call('getSinkMark', 'none'),
  ];
  const fromWorker = await ask(database);
  t.equal((await database.call('databaseStatus')).synchronous, 'full');
  await database.close();
  const inProcess = await openInProcessDatabase(bench.options);
  t.strictSame(fromWorker, await ask(inProcess));
  await inProcess.close();
});

t.test(
  'the worker is found without being told where, and its errors keep code, hint and facts',
  async (t) => {
    const database = await openWorkerDatabase(new Bench(t.testdir()).options, {
      clock: { wall: () => wallMs(0), monotonic: () => monotonicMs(0) },
      alarm: { at: () => () => undefined, nextTurn: () => () => undefined },
      logger: silentLogger,
    });
    await t.rejects(database.call('appendReadings', { bootId, sequence: 1 }, batchOf([[9, startMs, 1]])), {
      code: 'not_found',
      facts: { series: 9 },
    });
    await t.rejects(database.call('rollupRange', everything(1), 'no such' as '1d'), {
      name: 'AssertionError',
    });
    t.same(await database.call('listSeries'), [], 'it still works');
    await database.close();
  },
);

t.test('readings whose time is not known cross with what their times count from', async (t) => {
  const { database } = await opened(t);
  const key = { bootId, sequence: 1 };
  await database.call('appendReadings', key, batchOf([[1, 5_000, 1.5]]), 'machine-1');
  t.same((await database.call('rawRange', everything(1))).rows, []);
  const where = { timeline: 'machine-1', offsetMs: startMs };
  t.match(await database.call('placeReadings', where, startMs), { readings: 1, remaining: false });
  t.match((await database.call('rawRange', everything(1))).rows, [{ atMs: startMs + 5_000, value: 1.5 }]);
  await database.close();
});

t.test('calls are served in the order they were made', async (t) => {
  const { database } = await opened(t);
  const order: number[] = [];
  const calls = Array.from({ length: 50 }, async (_, index) => {
    const samples = batchOf([[1, startMs + index, index]]);
    const { commit } = await database.call('appendReadings', { bootId, sequence: index + 1 }, samples);
    order.push(commit);
  });
  await Promise.all(calls);
  t.same(
    order,
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
  await database.close();
});

t.test(
  'when the worker dies its calls fail as retryable, and a repeated append is stored once',
  async (t) => {
    const { bench, database } = await opened(t);
    const send = (sequence: number): Promise<unknown> =>
      database.call('appendReadings', { bootId, sequence }, batchOf([[1, startMs + sequence, sequence]]));
    for (let round = 0; round < 4; round += 1) {
      const first = round * 20 + 1;
      const sequences = Array.from({ length: 20 }, (_, index) => first + index);
      const outcomes = Promise.allSettled(sequences.map(send));
      // Some rounds end it before, some in the middle of its work.
      if (round % 2 === 1) await once(bench.worker, 'message');
      const exit = once(bench.worker, 'exit');
      await bench.worker.terminate();
      await exit;
      const failed: number[] = [];
      for (const [index, outcome] of (await outcomes).entries()) {
        if (outcome.status === 'fulfilled') continue;
        t.match(outcome.reason, { code: 'worker_crashed', retryable: true });
        failed.push(first + index);
      }
      const waiting = database.call('listSeries');
      bench.fire();
      t.equal((await waiting).length, 1, 'a call made meanwhile waits for the new worker');
      for (const sequence of failed) await send(sequence);
    }
    const { rows } = await database.call('rawRange', everything(1));
    t.same(
      rows.map(({ value }) => value),
      Array.from({ length: 80 }, (_, index) => index + 1),
    );
    t.equal(bench.workers.length, 5);
    await database.close();
  },
);

t.test(
  'a worker that dies again and again is started later each time, and at once again after success',
  async (t) => {
    const { bench, database } = await opened(t);
    const die = async (): Promise<void> => {
      const exit = once(bench.worker, 'exit');
      await bench.worker.terminate();
      await exit;
    };
    for (let crash = 0; crash < 3; crash += 1) {
      await die();
      bench.fire();
    }
    t.same(bench.delays, [100, 200, 400]);
    await database.call('listSeries');
    await die();
    t.equal(bench.delays.at(-1), 100);
    bench.fire();
    await database.close();
  },
);

t.test(
  'a database that cannot be opened again fails what waits, with the reason, and is tried again',
  async (t) => {
    const { bench, database } = await opened(t);
    await bench.worker.terminate();
    const path = join(bench.options.directory, 'egw.db');
    writeFileSync(path, 'no database '.repeat(100));
    const waiting = database.call('listSeries');
    bench.fire();
    const exit = once(bench.worker, 'exit');
    await t.rejects(waiting, { code: 'database_unreadable' });
    await exit;
    t.equal(bench.delays.length, 2);
    await database.close();
    await t.rejects(bench.open(), { code: 'database_unreadable', message: new RegExp(path) });
    await t.rejects(bench.open(), { code: 'database_unreadable' }, 'the lock was let go');
  },
);

t.test('more calls than the queue holds are refused, and the others are served', async (t) => {
  const { database } = await opened(t);
  const calls = Array.from({ length: limits.databaseCallsMax + 1 }, () => database.call('getSetting', 'x'));
  const outcomes = await Promise.allSettled(calls);
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, limits.databaseCallsMax);
  t.match(outcomes.at(-1), { reason: { code: 'queue_full', retryable: true } });
  await database.close();
});

t.test('closing finishes what was asked, refuses what comes after, and lets the directory go', async (t) => {
  const { bench, database } = await opened(t);
  const asked = Array.from({ length: 30 }, (_, index) =>
    database.call('appendReadings', { bootId, sequence: index + 1 }, batchOf([[1, startMs + index, index]])),
  );
  const closing = database.close();
  await t.rejects(database.call('listSeries'), { code: 'stopping' });
  t.equal((await Promise.all(asked)).length, 30);
  await closing;
  await database.close();
  const again = await bench.open();
  t.equal((await again.call('rawRange', everything(1))).rows.length, 30);
  await again.close();
});

t.test('closing while the worker is down ends at once', async (t) => {
  const { bench, database } = await opened(t);
  const exit = once(bench.worker, 'exit');
  await bench.worker.terminate();
  await exit;
  const waiting = t.rejects(database.call('listSeries'), { code: 'stopping' });
  await database.close();
  await waiting;
  bench.fire();
  t.equal(bench.workers.length, 1, 'no worker is started any more');
});
