import { Worker } from 'node:worker_threads';
import t from 'tap';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { Bot } from '../../../gateway/faces/discord/bot.ts';
import { ManualTime } from '../manual-time.ts';
import { until } from './bot-scene.ts';

/** Is ready at once, and answers everything; its beat is that of the memory that it shares. */
const script = `
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', ({ call, does }) => {
  if (does === 'connect') parentPort.postMessage({ tells: 'ready', name: 'tempo' });
  const result = does === 'look' ? { isReady: true, beat: Atomics.load(workerData, 0) } : { isChanged: false };
  parentPort.postMessage({ tells: 'done', call, result });
});
`;

await t.test('without the package it says so, and does not try again', async (t) => {
  const time = new ManualTime();
  const failure = { kind: 'missing', code: 'ERR_MODULE_NOT_FOUND', message: 'Cannot find package' };
  const missing = `
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', ({ call }) =>
      parentPort.postMessage({ tells: 'failed', call, failure: ${JSON.stringify(failure)} }));
  `;
  const options = { token: 'x.y.z', guild: '114000000000000000', apiUrl: 'http://127.0.0.1:1', commands: [] };
  const bot = new Bot(options, {
    ...{ clock: time, alarm: time, logger: silentLogger, retryMs: () => 0, onAsked: () => undefined },
    startWorker: () => new Worker(missing, { eval: true }),
  });
  await bot.watch();
  await until('it gives up', () => bot.state === 'refused');
  t.match(bot.trouble(), { message: /discord\.js is not installed/, hint: /npm install/ });
});

await t.test('a connection without beats is thrown away, one that beats is left alone', async (t) => {
  const time = new ManualTime();
  const beat = new Int32Array(new SharedArrayBuffer(4));
  let threads = 0;
  const options = { token: 'x.y.z', guild: '114000000000000000', apiUrl: 'http://127.0.0.1:1', commands: [] };
  const bot = new Bot(options, {
    ...{ clock: time, alarm: time, logger: silentLogger, retryMs: () => 5_000, onAsked: () => undefined },
    startWorker: () => {
      threads += 1;
      return new Worker(script, { eval: true, workerData: beat });
    },
  });
  t.teardown(async () => {
    await bot.stop();
  });
  await bot.watch();
  await until('it is ready', () => bot.isRegistered === true);
  for (let minute = 0; minute < 30; minute += 1) {
    Atomics.add(beat, 0, 1);
    time.pass(60_000);
    await bot.watch();
  }
  t.strictSame([threads, bot.state], [1, 'ready']);
  for (let minute = 0; minute < 3; minute += 1) {
    time.pass(60_000);
    await bot.watch();
  }
  t.strictSame([threads, bot.state], [1, 'away'], 'three minutes without a beat');
  await bot.watch();
  t.equal(threads, 1, 'the next one waits');
  time.pass(5_000);
  await bot.watch();
  await until('another one is ready', () => bot.state === 'ready');
  t.equal(threads, 2);
  time.stepWall(86_400_000);
  await bot.watch();
  t.strictSame([threads, bot.state], [2, 'ready'], 'the clock of the machine is set');
});
