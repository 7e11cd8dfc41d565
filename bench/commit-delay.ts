/**
 * What storing costs the main thread: 400 readings a second, committed every second as the policy `durable`
 * does, in the database worker and, for comparison, on the main thread; then one roll-up and one packing of
 * them all. `node dist/bench/commit-delay.js [--seconds 20]`; the seconds are those of each.
 */
import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { silentLogger } from '../gateway/core/logger.ts';
import { quantityNames } from '../gateway/core/quantity.ts';
import type { ReadingBatch } from '../gateway/core/reading.ts';
import { openInProcessDatabase, openWorkerDatabase } from '../gateway/storage/index.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import { createRealAlarm } from '../gateway/system/real-alarm.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { temporaryDirectory } from './gateway/gateway-process.ts';
import { median, numberArgument, print, printAim, sleep } from './measure.ts';

type DatabaseOptions = Parameters<typeof openInProcessDatabase>[0];

/** Of the event loop, as its timers see it: a quiet one has 1 to 2 ms. */
interface Delay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

const readingsPerSecond = 400;
const periodMs = 1_000;
/** Later than this everything staged is old enough to be packed, and its hour is over. */
const packAfterMs = 2 * 3_600_000;
const holdMsMax = 2;

const seconds = numberArgument('seconds', 20);
const clock = realClock;
const alarm = createRealAlarm(clock);
report('idle', await delayOf(async () => sleep(5_000)));
const inWorker = await measure('worker', async (options) =>
  openWorkerDatabase(options, { clock, alarm, logger: silentLogger }),
);
const onMain = await measure('main_thread', openInProcessDatabase);
print('commit_delay.hold_ratio_worker_to_main_thread', inWorker / onMain, 'x');

async function measure(name: string, open: (options: DatabaseOptions) => Promise<Database>): Promise<number> {
  const directory = temporaryDirectory();
  const database = await open({ directory: directory.path, zone: 'Europe/Paris', nowMs: Date.now() });
  const keys = Array.from({ length: readingsPerSecond }, (_, index) => ({
    device: `meter-${Math.floor(index / quantityNames.length)}`,
    quantity: quantityNames[index % quantityNames.length] ?? 'grid_power_w',
  }));
  const series = await database.call('internSeries', keys);
  const holdsMs: number[] = [];
  const commits = await delayOf(async () => {
    holdsMs.push(...(await commitEverySecond(database, series)));
  });
  report(`${name}.commits`, commits);
  // The part of a commit that nothing else can run in: handing it over, or all of it.
  print(`commit_delay.${name}.hold_p50`, median(holdsMs), 'ms');
  const holdMs = Math.max(...holdsMs);
  if (name === 'worker') printAim(`commit_delay.${name}.hold_max`, holdMs, 'ms', holdMs < holdMsMax);
  else print(`commit_delay.${name}.hold_max`, holdMs, 'ms');
  const care = await delayOf(async () => {
    while ((await database.call('rollUp', Date.now() + packAfterMs)).remaining);
    while ((await database.call('packReadings', Date.now() + packAfterMs)).remaining);
  });
  report(`${name}.care`, care);
  await database.close();
  directory.remove();
  return median(holdsMs);
}

async function commitEverySecond(database: Database, series: readonly number[]): Promise<number[]> {
  const bootId = randomUUID();
  const holdsMs: number[] = [];
  for (let sequence = 1; sequence <= seconds; sequence += 1) {
    await sleep(periodMs - (Date.now() % periodMs));
    const batch = batchOf(series, sequence);
    const startMs = performance.now();
    const committed = database.call('appendReadings', { bootId, sequence }, batch);
    holdsMs.push(performance.now() - startMs);
    await committed;
  }
  return holdsMs;
}

function batchOf(series: readonly number[], sequence: number): ReadingBatch {
  const atMs = Date.now();
  return {
    series: Uint32Array.from(series),
    atMs: new Float64Array(series.length).fill(atMs),
    value: Float64Array.from(series, (id) => 100 + ((id * 7 + sequence) % 50)),
    quality: new Uint8Array(series.length),
  };
}

async function delayOf(work: () => Promise<void>): Promise<Delay> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  // A delay is noted between two of its timers.
  await sleep(50);
  await work();
  await sleep(50);
  histogram.disable();
  return { p99Ms: histogram.percentile(99) / 1_000_000, maxMs: histogram.max / 1_000_000 };
}

function report(name: string, delay: Delay): void {
  print(`commit_delay.${name}.p99`, delay.p99Ms, 'ms');
  print(`commit_delay.${name}.max`, delay.maxMs, 'ms');
}
